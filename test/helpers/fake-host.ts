import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Installs a fake `openclaw` in a folder of this home and returns a PATH that includes it. Each given command line runs
 * a shell snippet; any other command line fails.
 */
export function fakeHost(home: string, answers: Readonly<Record<string, string>>): string {
  const cases = Object.entries(answers).map(([args, shell]) => `  '${args}') ${shell} ;;`);
  const folder = join(home, 'bin');
  mkdirSync(folder, { recursive: true });
  const otherwise = `  *) echo "unexpected arguments: $*" >&2; exit 64 ;;`;
  writeFileSync(
    join(folder, 'openclaw'),
    `#!/bin/bash\ncase "$*" in\n${[...cases, otherwise].join('\n')}\nesac\n`,
    { mode: 0o755 },
  );
  return `${folder}:${process.env.PATH}`;
}
