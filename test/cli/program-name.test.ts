import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { answerAtOnce } from '../../src/cli/help.ts';
import { runProgram } from '../../src/cli/program.ts';
import { reportError } from '../../src/cli/report-error.ts';
import { commands } from '../../src/commands/index.ts';
import { UserError } from '../../src/platform/errors.ts';
import { createWorld, packageFolder } from '../helpers/world.ts';

const names = commands.map(({ name }) => name);

describe('under the host', () => {
  it.each(names)(
    'the help of %s has the name under which people run the program there',
    async (name) => {
      const { deps, printed } = underHost();
      await expect(runProgram([name, '--help'], deps)).rejects.toMatchObject({ exitCode: 0 });
      expect(printed.out).toContain(`Usage: openclaw openrouter ${name} `);
      expect(printed.out).not.toMatch(/openclaw-openrouter [a-z<]/);
    },
  );

  it('is in the help without a command', () => {
    const { deps, printed } = underHost();
    answerAtOnce([], deps);
    expect(printed.out).toContain('Usage: openclaw openrouter <command> [options]');
    expect(printed.out).not.toContain('openclaw-openrouter');
  });

  it.each([[[]], [['--json']]])('is in the hint of an error, with %j', (argv) => {
    const { deps, printed } = underHost();
    const error = new UserError('It is missing', { hint: (command) => `Run: ${command('init')}` });
    reportError(error, deps, argv);
    expect(printed.out + printed.err).toContain('Run: openclaw openrouter init');
  });

  it('the findings of doctor have it too', async () => {
    const { deps, printed } = underHost();
    const argv = ['doctor', '--offline', '--json', '--only', 'files'];
    await expect(runProgram(argv, deps)).rejects.toThrow();
    expect(printed.out).toContain('openclaw openrouter init writes one');
  });
});

it('no text in the source has a name of the program before a command', () => {
  const fixed = new RegExp(`openclaw-openrouter (?:${names.join('|')}|<)`);
  const lines = sources().flatMap(({ file, text }) =>
    text.split('\n').map((line) => ({ file, line: line.trim() })),
  );
  const code = lines.filter(({ line }) => !/^(\/\/|\/?\*)/.test(line));
  // These lines mark a block in a shell file, whoever wrote it.
  const offending = code.filter(({ line }) => fixed.test(line) && !line.includes('# <<<'));
  // The job summary is a heading, not something to type.
  expect(offending.map(({ file }) => file)).toEqual(['commands/live-test/reports.ts']);
});

describe('a command in a message is made by `ownCommand`, since it needs the `--config` of the run', () => {
  it('so that only the help, which has none, puts one after the name of the program', () => {
    const named = new RegExp(`program\\} (?:${names.join('|')})\\b`);
    const isExample = (line: string) => /(^|\\n) {2}\$ /.test(line);
    expect(codeWith(named).filter(({ line }) => !isExample(line))).toEqual([]);
  });

  it('so that nothing else reads the name of the program', () => {
    const reads = /\bplace\.program\b|\bplace: \{[^}]*\bprogram\b|\bprogram\b[^=]*\} = .*\bplace\b/;
    const files = new Set(codeWith(reads).map(({ file }) => file));
    const known = /^(cli\/.*|commands\/[\w-]+\/command|platform\/own-command)\.ts$/;
    expect([...files].filter((file) => !known.test(file))).toEqual([]);
  });

  it('so that no message tells people to run one by its bare name', () => {
    const bare = new RegExp(`\\b[Rr]un (?:${names.join('|')})\\b`);
    expect(codeWith(bare)).toEqual([]);
  });
});

/** The lines of the source, except for comments, that match. */
function codeWith(pattern: RegExp) {
  return sources().flatMap(({ file, text }) =>
    text
      .split('\n')
      .filter((line) => pattern.test(line) && !/^\s*(\/\/|\/?\*)/.test(line))
      .map((line) => ({ file, line })),
  );
}

function sources() {
  const folder = join(packageFolder, 'src');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => ({ file, text: readFileSync(join(folder, file), 'utf8') }));
}

function underHost() {
  const { deps, printed } = createWorld();
  return { deps: { ...deps, place: { ...deps.place, program: 'openclaw openrouter' } }, printed };
}
