import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { generatedFiles } from '../../src/cli/generated-files.ts';
import { commands } from '../../src/commands/index.ts';
import { hasProgram } from '../helpers/programs.ts';
import { createWorld, packageFolder } from '../helpers/world.ts';

// Before the test: compiling every command takes a busy machine long, and is not held against it.
await Promise.all(commands.map(({ load }) => load()));

const committed = (file: string) => readFileSync(join(packageFolder, file), 'utf8');

describe('the generated files', () => {
  it('are up to date (else: npm run generate)', async () => {
    const { deps } = createWorld();
    const { version } = JSON.parse(committed('package.json'));
    const made = await generatedFiles({ ...deps, place: { ...deps.place, version } });
    expect(made.map(({ file }) => file)).toEqual([
      'completions/openclaw-openrouter.bash',
      'completions/_openclaw-openrouter',
      'completions/openclaw-openrouter.fish',
      'man/openclaw-openrouter.1',
      'docs/commands.md',
    ]);
    for (const { file, text } of made) expect(committed(file), file).toBe(text);
  });

  it.each(['man/openclaw-openrouter.1', 'docs/commands.md'])('%s has every command', (file) => {
    const text = committed(file);
    for (const { name } of commands) expect(text).toMatch(new RegExp(`^(\\.SS|##) ${name}$`, 'm'));
    expect(text).toContain('131 for SIGQUIT');
  });
});

describe.skipIf(!hasProgram('mandoc'))('the man page in mandoc', () => {
  const page = join(packageFolder, 'man/openclaw-openrouter.1');

  it('passes mandoc -Tlint', () => {
    expect(execFileSync('mandoc', ['-Tlint', page], { encoding: 'utf8' })).toBe('');
  });

  it('fits 80 columns', () => {
    const printed = execFileSync('mandoc', ['-Tutf8', '-O', 'width=80', page], {
      encoding: 'utf8',
    });
    const lines = printed.replaceAll(/.\u0008/gu, '').split('\n');
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });
});
