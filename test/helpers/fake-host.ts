import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Puts a stand-in for `openclaw` into a folder of that home, and gives the PATH to find it by. It answers the command
 * lines that it is told of with a piece of shell, and refuses every other one.
 */
export function fakeHost(home: string, answers: Readonly<Record<string, string>>): string {
  const cases = Object.entries(answers).map(([args, shell]) => `  '${args}') ${shell} ;;`);
  const folder = join(home, 'bin');
  mkdirSync(folder, { recursive: true });
  const refusal = `  *) echo "not told of: $*" >&2; exit 64 ;;`;
  writeFileSync(
    join(folder, 'openclaw'),
    `#!/bin/bash\ncase "$*" in\n${[...cases, refusal].join('\n')}\nesac\n`,
    { mode: 0o755 },
  );
  return `${folder}:${process.env.PATH}`;
}
