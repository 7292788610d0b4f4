import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { define } from '../../../src/commands/init/command.ts';
import { FoundProblems } from '../../../src/platform/errors.ts';
import type { InitOptions } from '../../../src/setup/flags.ts';
import type { InitResult } from '../../../src/setup/init-plan.ts';
import { presets } from '../../../src/setup/presets.ts';
import { parts } from '../../../src/setup/setup-request.ts';
import { createWorld, type TestWorld, type WorldOptions } from '../../helpers/world.ts';
import { plain } from '../../wizard/init-world.ts';

const done: InitResult = {
  ok: true,
  dryRun: false,
  changed: true,
  setupFile: '/home/me/setup.json5',
  files: [{ path: '/home/me/setup.json5', action: 'create' }],
  diff: '--- a\n+++ a\n@@ -0,0 +1 @@\n+new\n',
  entries: ['openrouter'],
  key: { prefix: 'sk-or-v1-1a2b…', source: 'OPENROUTER_API_KEY' },
  verified: true,
  proofs: [],
  warnings: ['Mind this'],
  undoId: '000001',
  applied: false,
  next: [{ command: 'openclaw-openrouter doctor', why: 'check the whole setup' }],
};

/** Runs the command line with a stand-in for the work behind it. */
async function run(
  argv: readonly string[],
  result: InitResult = done,
  options: WorldOptions = {},
): Promise<TestWorld & { readonly seen: InitOptions | undefined }> {
  const world = createWorld(options);
  let seen: InitOptions | undefined;
  const command = new Command();
  define(command, world.deps, async (_deps, given) => {
    seen = given;
    return result;
  });
  const failed = await command.parseAsync(argv, { from: 'user' }).then(
    () => null,
    (error: unknown) => error,
  );
  if (failed !== null && !(failed instanceof FoundProblems)) throw failed;
  expect(failed === null).toBe(result.ok);
  return { ...world, seen };
}

describe('the flags of init', () => {
  it.each<[readonly string[], Partial<InitOptions>]>([
    [[], { timeoutMs: 60_000 }],
    [['-y', '--json', '--timeout', '900'], { yes: true, json: true, timeoutMs: 900 }],
    [['--dry-run', '--config', 'x'], { dryRun: true, config: 'x' }],
    [['--no-rc', '--no-verify', '--no-restart'], { rc: false, verify: false, restart: false }],
    [['--yes', '--from-host'], { yes: true, fromHost: true }],
    [['--key-stdin', '--shell', 'zsh'], { keyStdin: true, shell: 'zsh' }],
    [['--key-env', 'K', '--rc-file', '~/.rc'], { keyEnv: 'K', rcFile: '~/.rc' }],
  ])('%j', async (argv, expected) => {
    const { seen } = await run(argv);
    expect(seen).toMatchObject({ ...plain, timeoutMs: 60_000, ...expected, flags: {} });
  });

  it('for what to write are parsed', async () => {
    const { seen } = await run([
      ...['--preset', 'basic', '--preset', 'smart', '--name', 'n', '--model', 'a/b'],
      ...['--fallback', 'c/d', '--fallback', 'e/f', '--retries', '3', '--channel', 'slack=n'],
      ...['--daily-limit', '2', '--monthly-limit', '30', '--alert', '.8'],
      ...['--complex-model', 'g/h', '--complex-trigger', 'x', '--header', 'A=b'],
      ...['--exclude-provider', 'p', '--prefer-provider', 'q', '--param', 't=1'],
      ...['--without', 'budget', '--without', 'headers'],
    ]);
    expect(seen?.flags).toEqual({
      preset: ['basic', 'smart'],
      name: 'n',
      model: 'a/b',
      fallback: ['c/d', 'e/f'],
      retries: 3,
      channel: [{ channel: 'slack', entry: 'n' }],
      dailyLimit: '2',
      monthlyLimit: '30',
      alert: '.8',
      complexModel: 'g/h',
      complexTrigger: ['x'],
      header: [{ name: 'A', value: 'b' }],
      excludeProvider: ['p'],
      preferProvider: ['q'],
      param: [{ name: 't', value: 1 }],
      without: ['budget', 'headers'],
    });
  });
});

it.each([[['--preset', 'basic']], [['--model', 'a/b']], [['--daily-limit', '2']]])(
  '--from-host conflicts with %j',
  async (other) => {
    const command = new Command().exitOverride().configureOutput({ writeErr: () => {} });
    define(command, createWorld().deps);
    const argv = ['--from-host', ...other];
    await expect(command.parseAsync(argv, { from: 'user' })).rejects.toMatchObject({
      code: 'commander.conflictingOption',
    });
  },
);

it.each([
  ['--preset', presets.map(({ name }) => name)],
  ['--without', parts],
])('%s lists every name in help and completions', (flag, names) => {
  const command = new Command();
  define(command, createWorld().deps);
  expect(command.options.find(({ long }) => long === flag)?.argChoices).toEqual(names);
});

describe('what init prints', () => {
  it('is one JSON document with --json', async () => {
    const { printed } = await run(['--json']);
    expect(JSON.parse(printed.out)).toEqual({ schemaVersion: 1, ...done });
    expect(printed.err).toBe('');
  });

  it('is tab-separated lines in a pipe', async () => {
    const { printed } = await run([]);
    expect(printed.out).toBe(
      [
        'create\t/home/me/setup.json5',
        'key\tsk-or-v1-1a2b…\tOPENROUTER_API_KEY',
        'warning\tMind this',
        'next\topenclaw-openrouter doctor',
        '',
      ].join('\n'),
    );
  });

  it('is the bare diff in a pipe with --dry-run, with warnings on stderr', async () => {
    const { printed } = await run(['--dry-run'], { ...done, dryRun: true });
    expect(printed.out).toBe(done.diff);
    expect(printed.err).toContain('Mind this');
  });

  it('lists on a terminal what was written, how to undo it, and what comes next', async () => {
    const { printed } = await run([], done, { tty: true });
    expect(printed.out).toContain('✓ ok    wrote /home/me/setup.json5');
    expect(printed.out).toContain('openclaw-openrouter undo');
    expect(printed.out).toMatch(/Next\n +openclaw-openrouter doctor {2}check the whole setup/);
  });

  it('fits a terminal of 40 columns', async () => {
    const { printed } = await run([], done, { tty: true, columns: 40 });
    expect(printed.out).toMatch(/Next\n {4}openclaw-openrouter doctor\n {6}check the whole setup/);
    expect(printed.out.split('\n').filter((line) => line.length > 40)).toEqual([]);
  });

  it('shows the fix when the model did not answer', async () => {
    const failed: InitResult = {
      ...done,
      ok: false,
      files: [],
      undoId: null,
      proofs: [
        {
          entry: 'openrouter',
          role: 'primary',
          model: 'openai/gpt-4o',
          outcome: 'billing',
          level: 'fail',
          ok: false,
          attempts: 1,
          httpStatus: 402,
          servedModel: null,
          provider: null,
          ttftMs: null,
          totalMs: 20,
          costUsd: null,
          headline: '402 out of credit',
          message: 'Insufficient credits',
          fix: 'Add credits',
        },
      ],
    };
    const { printed } = await run([], failed, { tty: true });
    expect(printed.out).toContain('✗ fail  openrouter  openai/gpt-4o  402 out of credit');
    expect(printed.out).toContain('→ Add credits');
    expect(printed.out).toContain('Nothing was written');
    expect(printed.out).not.toContain('Next');

    const piped = await run([], failed);
    expect(piped.printed.out).toContain(
      'fails\topenrouter\topenai/gpt-4o\t402 out of credit\tAdd credits\n',
    );
  });
});
