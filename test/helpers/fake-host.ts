import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Puts a fake `openclaw` into a folder of that home and returns a PATH with it. It answers the given command lines,
 * each with a piece of shell, and rejects every other one.
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
