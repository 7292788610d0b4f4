import { describe, expect, it } from 'vitest';
import { frontPage } from '../../src/cli/help.ts';
import { runProgram } from '../../src/cli/program.ts';
import { commands } from '../../src/commands/index.ts';
import { binPath, runBin } from '../helpers/bin.ts';
import { createWorld } from '../helpers/world.ts';

describe('the command line', () => {
  it('lists every command without arguments', async () => {
    const { stdout } = await runBin([]);
    for (const { name, summary } of commands) {
      expect(stdout).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
      expect(stdout).toContain(summary);
    }
  });

  it.each(commands.map(({ name }) => name))('%s accepts the common options', async (name) => {
    const { deps, printed } = createWorld();
    await expect(runProgram([name, '--help'], deps)).rejects.toMatchObject({ exitCode: 0 });
    for (const flag of ['--config', '--json', '--no-color', '--timeout', '--sandbox']) {
      expect(printed.out).toContain(`${flag} `);
    }
  });

  it('shows the same help as "help <command>" and "<command> --help"', async () => {
    const [one, other] = [createWorld(), createWorld()];
    await expect(runProgram(['help', 'doctor'], one.deps)).rejects.toMatchObject({
      exitCode: 0,
    });
    await expect(runProgram(['doctor', '--help'], other.deps)).rejects.toMatchObject({
      exitCode: 0,
    });
    expect(one.printed.out).toBe(other.printed.out);
    expect(one.printed.out).toContain('--only');
  });

  it.each([
    [['models', 'show'], 'Usage: openclaw-openrouter models show'],
    [['key', 'rotate'], 'Usage: openclaw-openrouter key rotate'],
  ])('shows the help of a subcommand: help %j', async (names, usage) => {
    const { deps, printed } = createWorld();
    await expect(runProgram(['help', ...names], deps)).rejects.toMatchObject({ exitCode: 0 });
    expect(printed.out).toContain(usage);
  });

  it.each([
    [['--json', 'doctor'], 'openclaw-openrouter doctor --json'],
    [['--config', 'x', 'doctor', '--offline'], 'openclaw-openrouter doctor --config x --offline'],
  ])('says that options go after the command: %j', async (argv, hint) => {
    const run = runProgram(argv, createWorld().deps);
    await expect(run).rejects.toMatchObject({
      message: `${argv[0]} goes after the command`,
      hint: `Write it as: ${hint}`,
    });
  });
});

it.each([[[]], [['--help']], [['-h']], [['help']], [['--help', '--no-color']]])(
  'shows the help for %j',
  async (args) => {
    const run = await runBin(args);
    expect(run).toEqual({ exitCode: 0, stdout: frontPage('openclaw-openrouter'), stderr: '' });
    for (const line of run.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  },
);

describe(`the bin (${binPath.split('/').pop()})`, () => {
  it('prints its version', async () => {
    await expect(runBin(['--version'])).resolves.toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
      stderr: '',
    });
  });

  it.each([
    [['doctor', '--offline', '--only', 'files'], 'init %s writes one'],
    [['test'], 'Create it with openclaw-openrouter init %s, or'],
    [['test', '--json'], 'Create it with openclaw-openrouter init %s, or'],
  ])('repeats --config in the commands that %j prints', async (args, printed) => {
    const run = await runBin([...args, '--config=my setup.json5']);
    const command = printed.replace('%s', "--config 'my setup.json5'");
    expect(run.stdout + run.stderr).toContain(command);
  });

  it.each([
    [['doctr'], "Unknown command 'doctr'", 'doctor'],
    [['doctor', '--ofline'], "Unknown option '--ofline'", '--offline'],
    [['help', 'modles'], "Unknown command 'modles'", 'models'],
  ])('rejects %j with a suggestion', async (args, message, suggestion) => {
    const run = await runBin(args);
    expect(run).toMatchObject({ exitCode: 2, stdout: '' });
    expect(run.stderr).toContain(message);
    expect(run.stderr).toContain(`Did you mean ${suggestion}?`);
  });

  it('prints a usage error as one JSON document on stdout with --json', async () => {
    const run = await runBin(['doctor', '--json', '--ofline']);
    expect(run).toMatchObject({ exitCode: 2, stderr: '' });
    expect(JSON.parse(run.stdout)).toEqual({
      schemaVersion: 1,
      ok: false,
      error: {
        type: 'usage',
        message: "Unknown option '--ofline'",
        hint: 'Did you mean --offline?',
      },
    });
  });

  it.each(['0', '-5', 'soon', '1e3', '99999999'])('rejects --timeout %s', async (value) => {
    const run = await runBin(['spend', `--timeout=${value}`]);
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toContain(
      `--timeout must be a whole number from 1 to 3600000, not "${value}"`,
    );
  });
});
