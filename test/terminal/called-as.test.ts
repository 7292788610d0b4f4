import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { answerAtOnce } from '../../src/cli/help.ts';
import { runOwnProgram } from '../../src/cli/program.ts';
import { commands } from '../../src/commands/index.ts';
import { calledAs } from '../../src/terminal/called-as.ts';
import { createWorld, packageFolder } from '../helpers/world.ts';

const completions = join(packageFolder, 'completions');
const names = commands.map(({ name }) => name);

describe('what is printed under the host', () => {
  it.each(names)('says in the help of %s what a person types there', async (name) => {
    const { deps, printed } = world();
    await expect(runOwnProgram([name, '--help'], deps)).rejects.toMatchObject({ exitCode: 0 });
    expect(printed.out).toContain(`Usage: openclaw openrouter ${name} `);
    expect(printed.out).not.toMatch(/openclaw-openrouter [a-z<]/);
  });

  it('says so on the front page', () => {
    const { deps, printed } = world();
    answerAtOnce([], deps);
    expect(printed.out).toContain('Usage: openclaw openrouter <command> [options]');
    expect(printed.out).not.toContain('openclaw-openrouter');
  });

  it.each([
    ['→ openclaw-openrouter apply\n', '→ openclaw openrouter apply\n'],
    [JSON.stringify('looked\nopenclaw-openrouter init'), '"looked\\nopenclaw openrouter init"'],
    ['it says openclaw-openrouter\n  doctor', 'it says openclaw openrouter\n  doctor'],
  ])('names the command in %j', (text, expected) => {
    const { deps, printed } = world();
    deps.io.err(text);
    expect(printed.err).toBe(expected);
  });

  it.each(readdirSync(completions))('leaves every byte of the completion script %s', (file) => {
    const { deps, printed } = world();
    const script = readFileSync(join(completions, file), 'utf8');
    deps.io.out(script);
    expect(printed.out).toBe(script);
  });

  it.each([
    ['~/.cache/openclaw-openrouter/models.json'],
    ['a bug in openclaw-openrouter; run again'],
    ['openclaw-openrouter testament'],
  ])('leaves alone what is no command: %j', (text) => {
    const { deps, printed } = world();
    deps.io.out(text);
    expect(printed.out).toBe(text);
  });
});

function world() {
  const { deps, printed } = createWorld();
  return { deps: { ...deps, io: calledAs(deps.io, 'openclaw openrouter', names) }, printed };
}
