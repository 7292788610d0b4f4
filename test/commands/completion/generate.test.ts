import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { generateCompletions } from '../../../src/commands/completion/generate.ts';
import { commands } from '../../../src/commands/index.ts';
import { createWorld, packageFolder } from '../../helpers/world.ts';

// Before the test: compiling every command takes a busy machine long, and is not held against it.
await Promise.all(commands.map(({ load }) => load()));

it('the committed completion scripts are up to date (else: npm run completions)', async () => {
  const made = await generateCompletions(createWorld().deps);
  expect(made.map(({ file }) => file)).toEqual([
    'openclaw-openrouter.bash',
    '_openclaw-openrouter',
    'openclaw-openrouter.fish',
  ]);
  for (const { file, text } of made) {
    expect(readFileSync(join(packageFolder, 'completions', file), 'utf8'), file).toBe(text);
  }
});
