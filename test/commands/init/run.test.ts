import { mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inWorld } from '../../../src/commands/shared/options.ts';
import { runUndo } from '../../../src/commands/undo/command.ts';
import { managementClientFor } from '../../../src/openrouter/client.ts';
import { keyHash, listKeys } from '../../../src/openrouter/managed-keys.ts';
import type { Exec } from '../../../src/platform/deps.ts';
import { CancelError, UsageError, UserError } from '../../../src/platform/errors.ts';
import { parseFaults } from '../../../src/sandbox/faults.ts';
import type { InitOptions } from '../../../src/setup/flags.ts';
import type { InitResult } from '../../../src/setup/init-plan.ts';
import { presets } from '../../../src/setup/presets.ts';
import { hintWith } from '../../helpers/hint.ts';
import { realExec } from '../../helpers/programs.ts';
import { testKey } from '../../helpers/world.ts';
import { init, type WizardOptions, wizard } from '../../wizard/init-world.ts';

const yes = { yes: true, restart: false } as const;
const undoAll = { list: false, force: false, yes: true, dryRun: false, json: false };

describe('init --yes', () => {
  it.each(presets.map(({ name }) => name))(
    'verifies and writes the preset %s, and changes nothing the second time',
    async (preset) => {
      const world = await wizard({ key: true });
      const first = await init(world, { ...yes, flags: { preset: [preset] } });
      expect(first).toMatchObject({ ok: true, changed: true, verified: true });
      expect(first.proofs.map(({ entry }) => entry)).toEqual(first.entries);
      const text = world.text();
      const asked = world.sandbox.requests.length;

      const second = await init(world, { ...yes, flags: { preset: [preset] } });
      expect(second).toMatchObject({ ok: true, changed: false, files: [], diff: '', undoId: null });
      expect(world.text()).toBe(text);
      expect(world.sandbox.requests).toHaveLength(asked);
    },
  );

  it('writes the preset "basic" without other flags', async () => {
    const world = await wizard({ key: true });
    await init(world, yes);
    expect(world.written()).toEqual({
      models: {
        openrouter: {
          provider: 'openrouter',
          apiKey: `\${OPENROUTER_API_KEY}`,
          defaultModel: 'anthropic/claude-sonnet-4',
        },
      },
    });
  });

  it('does not change an existing entry with another model without other flags', async () => {
    const setup = `{ models: { openrouter: { provider: "openrouter", apiKey: "\${OPENROUTER_API_KEY}", defaultModel: "openai/gpt-4o" } } }`;
    const world = await wizard({ key: true, setup });
    expect(await init(world, yes)).toMatchObject({ changed: false });
    expect(world.text()).toBe(setup);
  });

  it('changes only the given member of an entry, and no byte around it', async () => {
    const setup = `// mine\n{ models: { a: { provider: 'openrouter', apiKey: '\${OPENROUTER_API_KEY}', defaultModel: 'openai/gpt-4o', /* why */ } } } // end`;
    const world = await wizard({ key: true, setup });
    await init(world, { ...yes, flags: { model: 'google/gemini-2.5-pro' } });
    expect(world.text()).toBe(setup.replace('openai/gpt-4o', 'google/gemini-2.5-pro'));
  });

  it('stores a piped key in an rc file that only the owner can read, undone together with the setup', async () => {
    const world = await wizard({ stdin: 'KEY' });
    const { key } = world.sandbox;
    const piped = await wizard({
      stdin: `${key}\n`,
      env: { OPENROUTER_BASE_URL: world.sandbox.url },
    });
    const result = await init(piped, { ...yes, keyStdin: true, flags: { preset: ['free'] } });
    expect(result).toMatchObject({ verified: true, key: { source: 'standard input' } });
    const rc = join(piped.home, '.bashrc');
    expect(readFileSync(rc, 'utf8')).toContain(`export OPENROUTER_API_KEY="${key}"\n`);
    expect(statSync(rc).mode & 0o777).toBe(0o600);
    expect(result.next[0]).toMatchObject({ command: 'source ~/.bashrc' });

    await runUndo(piped.deps, undoAll);
    expect(piped.files()).toEqual([]);
  });

  it.each([
    ['zsh', '.zshrc', 'export OPENROUTER_API_KEY='],
    ['fish', '.config/fish/conf.d/openrouter.fish', 'OPENROUTER_API_KEY'],
  ] as const)('stores the key for %s', async (shell, file, line) => {
    const world = await wizard({ key: true });
    await init(world, { ...yes, shell, keyEnv: 'OPENROUTER_API_KEY' });
    expect(readFileSync(join(world.home, file), 'utf8')).toContain(line);
  });

  it('replaces an old key in another startup file, which would win over the rc file', async () => {
    const world = await wizard({ key: true });
    const login = join(world.home, '.bash_profile');
    const old = `. ~/.bashrc\nexport OPENROUTER_API_KEY=sk-or-v1-${'0f'.repeat(32)}\n`;
    writeFileSync(login, old);
    await init(world, { ...yes, keyEnv: 'OPENROUTER_API_KEY' });
    const line = `export OPENROUTER_API_KEY=${world.sandbox.key}\n`;
    expect(readFileSync(login, 'utf8')).toBe(`. ~/.bashrc\n${line}`);
    await runUndo(world.deps, undoAll);
    expect(readFileSync(login, 'utf8')).toBe(old);
  });

  it('leaves other startup files alone with --rc-file', async () => {
    const world = await wizard({ key: true });
    const login = join(world.home, '.bash_profile');
    const old = `export OPENROUTER_API_KEY=sk-or-v1-${'0f'.repeat(32)}\n`;
    writeFileSync(login, old);
    await init(world, { ...yes, keyEnv: 'OPENROUTER_API_KEY', rcFile: '~/keys.sh' });
    expect(readFileSync(login, 'utf8')).toBe(old);
  });

  it('refuses an rc file that is the setup file, or leads to it', async () => {
    const world = await wizard({ key: true });
    const path = join(world.home, '.config/openclaw/openclaw.json5');
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, '{}');
    symlinkSync(path, join(world.home, 'keys.sh'));
    for (const rcFile of [path, '~/keys.sh']) {
      await expect(
        init(world, { ...yes, keyEnv: 'OPENROUTER_API_KEY', rcFile }),
      ).rejects.toMatchObject({ message: expect.stringMatching(/is the setup file/) });
    }
    expect(readFileSync(path, 'utf8')).toBe('{}');
  });

  it('reports what a new shell gets of the key that was written', async () => {
    const world = await wizard({ key: true });
    writeFileSync(join(world.home, '.bashrc'), 'exec cat\n');
    const deps = { ...world.deps, exec: realExec };
    const result = await init({ ...world, deps }, { ...yes, keyEnv: 'OPENROUTER_API_KEY' });
    expect(result.warnings).toContain(
      'A new bash could not be asked for OPENROUTER_API_KEY: it ended before it was ready: see ~/.bashrc:1 (exec)',
    );
    expect(JSON.stringify(result)).not.toContain(world.sandbox.key);
  });

  it('makes the rc file with the key private, with a warning, until undo', async () => {
    const world = await wizard({ key: true });
    const rc = join(world.home, '.bashrc');
    writeFileSync(rc, 'alias a=b\n', { mode: 0o644 });
    const result = await init(world, { ...yes, keyEnv: 'OPENROUTER_API_KEY' });
    expect(statSync(rc).mode & 0o777).toBe(0o600);
    expect(result.diff).toContain('mode change 0644 => 0600 ~/.bashrc\n');
    expect(result.warnings).toContain(
      '~/.bashrc becomes readable by its owner only (mode 0600, was 0644), since it contains the key',
    );
    await runUndo(world.deps, undoAll);
    expect(readFileSync(rc, 'utf8')).toBe('alias a=b\n');
    expect(statSync(rc).mode & 0o777).toBe(0o644);
  });

  it('rejects an rc file under version control, with a hint to another place', async () => {
    const world = await wizard({ key: true });
    mkdirSync(join(world.home, '.hg'));
    const rc = join(world.home, '.bashrc');
    writeFileSync(rc, '');
    const store = { ...yes, keyEnv: 'OPENROUTER_API_KEY' };
    const words = '~/.bashrc may be tracked by Mercurial in ~';
    const shown = await init(world, { ...store, dryRun: true });
    expect(shown.warnings).toContainEqual(expect.stringContaining(words));
    await expect(init(world, store)).rejects.toMatchObject({
      type: 'key',
      message: expect.stringContaining(words),
      hint: expect.stringMatching(/--rc-file.*--no-rc/),
    });
    expect(readFileSync(rc, 'utf8')).toBe('');
    expect(world.sandbox.requests.filter(({ path }) => path.endsWith('/completions'))).toEqual([]);
    expect(await init(world, { ...store, rc: false })).toMatchObject({ verified: true });
  });

  it('names the variable that holds the key and stores nothing with --no-rc', async () => {
    const world = await wizard();
    const env = { ...world.deps.env, WORK_KEY: world.sandbox.key };
    const deps = { ...world.deps, env };
    const result = await init({ ...world, deps }, { ...yes, rc: false, keyEnv: 'WORK_KEY' });
    expect(result.verified).toBe(true);
    expect(world.text()).toContain(`apiKey: "\${WORK_KEY}"`);
    expect(world.files().filter((name) => !name.startsWith('.local/'))).toEqual([
      '.config/openclaw/openclaw.json5',
    ]);
  });

  it.each([
    ['401', 'auth'],
    ['402', 'billing'],
    ['429', 'rate_limit'],
    ['500', 'unavailable'],
    ['timeout', 'timeout'],
  ])(
    'writes nothing when the model answers %s, and reports the outcome and the fix',
    async (fault, outcome) => {
      const world = await wizard({ key: true, sandbox: { faults: parseFaults(`*:${fault}`) } });
      const timeoutMs = fault === 'timeout' ? 400 : 60_000;
      const result = await init(world, { ...yes, timeoutMs });
      expect(result).toMatchObject({ ok: false, changed: false, verified: false, files: [] });
      expect(result.proofs).toMatchObject([
        { entry: 'openrouter', outcome, fix: expect.any(String) },
      ]);
      expect(world.files()).toEqual([]);
    },
  );

  it('sends no request with --no-verify', async () => {
    const world = await wizard({ key: true, sandbox: { faults: parseFaults('*:500') } });
    expect(await init(world, { ...yes, verify: false })).toMatchObject({
      ok: true,
      verified: false,
    });
    expect(world.sandbox.requests.some(({ path }) => path.endsWith('/chat/completions'))).toBe(
      false,
    );
  });

  it('verifies an entry with the key that the entry names', async () => {
    const setup = `{ models: { work: { provider: "openrouter", apiKey: "\${WORK_KEY}", defaultModel: "openai/gpt-4o" } } }`;
    const world = await wizard({ setup, env: { OPENROUTER_API_KEY: testKey } });
    const deps = { ...world.deps, env: { ...world.deps.env, WORK_KEY: world.sandbox.key } };
    const result = await init({ ...world, deps }, { ...yes, flags: { retries: 1 } });
    expect(result.verified).toBe(true);
  });

  it('rejects a setup that it cannot verify without a key', async () => {
    const world = await wizard();
    await expect(init(world, yes)).rejects.toMatchObject({
      type: 'key',
      hint: expect.stringContaining('--no-verify'),
    });
    expect(world.files()).toEqual([]);
  });

  it('warns that ids were not checked without a list of models', async () => {
    const world = await wizard({ key: true, env: { OPENROUTER_BASE_URL: 'http://127.0.0.1:9' } });
    const result = await init(world, {
      ...yes,
      verify: false,
      flags: { model: 'acme/unheard-of' },
    });
    expect(result.warnings).toContain(
      'The list of models could not be loaded: model ids were not checked',
    );
  });

  it('restarts an installed host and runs its doctor', async () => {
    const world = await wizard({ key: true, host: '2026.9.6' });
    const result = await init(world, { ...yes, restart: true });
    expect(world.ran).toEqual([
      'openclaw --version',
      'openclaw gateway restart',
      'openclaw doctor --non-interactive',
    ]);
    expect(result.next.map(({ command }) => command)).not.toContain('openclaw gateway restart');
  });

  it('reports everything as written after Ctrl-C during the restart of OpenClaw', async () => {
    const world = await wizard({ key: true, host: '2026.9.6' });
    const exec: Exec = async (file, args, options) => {
      if (args[0] === 'gateway') world.abort.abort(new CancelError());
      world.deps.signal.throwIfAborted();
      return world.deps.exec(file, args, options);
    };
    const deps = { ...world.deps, exec };
    const result = await init({ ...world, deps }, { ...yes, restart: true });
    expect(result).toMatchObject({ ok: true, changed: true });
    expect(result.undoId).not.toBeNull();
    expect(result.warnings).toContainEqual(expect.stringContaining('may not have been restarted'));
    expect(result.next.map(({ command }) => command)).toContain('openclaw gateway restart');
  });

  it('lists the next commands without a host, and with --no-restart', async () => {
    const world = await wizard({ key: true, host: '2026.9.6' });
    const result = await init(world, yes);
    expect(world.ran).toEqual([]);
    expect(result.next.map(({ command }) => command)).toEqual([
      'openclaw gateway restart',
      'openclaw doctor',
      'openclaw-openrouter doctor',
      'openclaw-openrouter test',
    ]);
  });
});

describe('the next commands', () => {
  const commands = ({ next }: InitResult) => next.map(({ command }) => command);

  it('leave out those of OpenClaw where it is not installed', async () => {
    const world = await wizard({ key: true, env: { PATH: '' } });
    expect(commands(await init(world, yes))).toEqual([
      'openclaw-openrouter doctor',
      'openclaw-openrouter test',
    ]);
  });

  it('have those of OpenClaw where its program is on PATH', async () => {
    const world = await wizard({ key: true, env: { PATH: '' } });
    const program = join(world.home, 'openclaw');
    writeFileSync(program, '', { mode: 0o755 });
    const deps = { ...world.deps, env: { ...world.deps.env, PATH: world.home } };
    expect(commands(await init({ ...world, deps }, yes))).toContain('openclaw gateway restart');
  });
});

describe('a provider that OpenRouter does not have', () => {
  it.each([
    [{ excludeProvider: ['azur'] }, 'azur', 'Did you mean azure?'],
    [{ preferProvider: ['DeepInfar/fp8'] }, 'DeepInfar/fp8', 'Did you mean deepinfra?'],
    [
      { excludeProvider: ['nobody-at-all'] },
      'nobody-at-all',
      'See https://openrouter.ai/providers',
    ],
    [{ param: [{ name: 'provider', value: { ignore: ['azur'] } }] }, 'azur', 'Did you mean azure?'],
  ])('is rejected in %j', async (flags, name, hint) => {
    const world = await wizard({ key: true });
    await expect(init(world, { ...yes, flags })).rejects.toMatchObject({
      type: 'not_found',
      message: `OpenRouter has no provider "${name}"`,
      hint,
    });
    expect(world.files()).toEqual([]);
  });

  it('is accepted where OpenRouter cannot be asked', async () => {
    const world = await wizard({ key: true, env: { OPENROUTER_BASE_URL: 'http://127.0.0.1:9' } });
    const flags = { excludeProvider: ['azur'] };
    expect(await init(world, { ...yes, verify: false, flags })).toMatchObject({ changed: true });
  });
});

describe('init --yes --from-host', () => {
  const hostConfig =
    '{ agents: { defaults: { model: { primary: "openrouter/openai/gpt-4o" } } } /* mine */ }';
  const fromHost = { ...yes, fromHost: true } as const;

  it('verifies and writes what OpenClaw has, and changes nothing the second time', async () => {
    const world = await wizard({ key: true, hostConfig });
    expect(await init(world, fromHost)).toMatchObject({ verified: true, entries: ['openrouter'] });
    expect(world.written()).toMatchObject({
      models: { openrouter: { provider: 'openrouter', defaultModel: 'openai/gpt-4o' } },
    });
    expect(await init(world, fromHost)).toMatchObject({ ok: true, changed: false });
  });

  it.each([
    ['has no config', undefined],
    ['uses another provider', '{ agents: { defaults: { model: "anthropic/claude-sonnet-4" } } }'],
  ])('says so and writes nothing where OpenClaw %s', async (_name, config) => {
    const world = await wizard({
      key: true,
      ...(config === undefined ? {} : { hostConfig: config }),
    });
    await expect(init(world, fromHost)).rejects.toMatchObject({
      type: 'not_found',
      message: "OpenClaw's own config, ~/.openclaw/openclaw.json, does not use OpenRouter",
    });
    expect(world.written()).toBeUndefined();
  });

  it('rejects a host config that does not parse, which is ignored without the flag', async () => {
    const world = await wizard({ key: true, hostConfig: '{ agents: ' });
    await expect(init(world, fromHost)).rejects.toMatchObject({ type: 'syntax' });
    expect(await init(world, yes)).toMatchObject({ ok: true, changed: true });
  });

  it('is the only way to import what OpenClaw has', async () => {
    const world = await wizard({ key: true, hostConfig });
    expect(await init(world, yes)).toMatchObject({ entries: ['openrouter'] });
    expect(world.text()).toContain('anthropic/claude-sonnet-4');
  });

  it('lists apply among the next commands, before the restart', async () => {
    const world = await wizard({ key: true, hostConfig });
    const { next } = await init(world, fromHost);
    expect(next.map(({ command }) => command).slice(0, 2)).toEqual([
      'openclaw-openrouter apply',
      'openclaw gateway restart',
    ]);
  });
});

describe('init --dry-run', () => {
  it('shows the diff with the key masked, and makes neither file nor folder', async () => {
    const { sandbox } = await wizard();
    const world = await wizard({ stdin: sandbox.key, env: { OPENROUTER_BASE_URL: sandbox.url } });
    const result = await init(world, { dryRun: true, keyStdin: true });
    expect(result).toMatchObject({ ok: true, dryRun: true, changed: true, undoId: null });
    expect(result.diff).toContain('+      defaultModel: "anthropic/claude-sonnet-4",');
    expect(result.diff).toContain('+export OPENROUTER_API_KEY="sk-or-v1-');
    expect(result.diff).not.toContain(sandbox.key);
    expect(world.files()).toEqual([]);
    expect(sandbox.requests.some(({ path }) => path.endsWith('/chat/completions'))).toBe(false);
  });
});

it('rejects a --key-env that an entry could not name', async () => {
  const world = await wizard({ env: { 'A-B': testKey } });
  await expect(init(world, { ...yes, keyEnv: 'A-B' })).rejects.toMatchObject({
    message: '--key-env must be the name of a variable, e.g. OPENROUTER_API_KEY',
  });
});

describe('init --yes --create-key', () => {
  const createKey = { ...yes, createKey: true } as const;
  const start = async (options: WizardOptions = {}) => {
    const managementKey = `sk-or-v1-${'0a0b'.repeat(16)}`;
    const env = { OPENROUTER_MANAGEMENT_KEY: managementKey };
    const world = await wizard({ ...options, env, sandbox: { managementKey, ...options.sandbox } });
    const client = managementClientFor(world.deps, managementKey, 5_000);
    return { ...world, keys: () => listKeys(client, null) };
  };

  it('creates a key with the budget as limit and stores it', async () => {
    const world = await start();
    const flags = { preset: ['budget'] } as const;
    const result = await init(world, { ...createKey, flags: { preset: [...flags.preset] } });
    expect(result).toMatchObject({ verified: true, key: { source: 'OpenRouter' } });
    const [made] = await world.keys();
    expect(made).toMatchObject({ name: 'openclaw-prod', limit: '30', limitReset: 'monthly' });
    const rcText = readFileSync(join(world.home, '.bashrc'), 'utf8');
    const [key = ''] = /sk-or-v1-\w{64}/.exec(rcText) ?? [];
    expect(keyHash(key)).toBe(made?.hash);
  });

  it('leaves no key behind where the model does not answer', async () => {
    const world = await start({ sandbox: { faults: parseFaults('*:403') } });
    expect(await init(world, createKey)).toMatchObject({ ok: false });
    expect(await world.keys()).toHaveLength(1);
  });

  it.each([
    ['there is a key', { key: true }, {}, 'There is a key already'],
    ['the key could not be stored', {}, { rc: false }, '--no-rc cannot be used'],
  ] as const)('refuses where %s', async (_name, options, flags, why) => {
    const world = await start(options);
    await expect(init(world, { ...createKey, ...flags })).rejects.toThrow(why);
    expect(await world.keys()).toHaveLength(1);
  });
});

describe('a key on standard input', () => {
  it('is rejected where standard input is the terminal', async () => {
    const world = await wizard({ script: [] });
    await expect(init(world, { ...yes, keyStdin: true })).rejects.toThrow(UsageError);
  });

  it.each([
    ['quotes', (key: string) => `"${key}"`],
    ['a space', (key: string) => `${key} `],
    ['a line break within', (key: string) => `${key.slice(0, 20)}\n${key.slice(20)}`],
    ['nothing', () => ''],
  ])('is rejected with %s, without being repeated', async (_name, spoil) => {
    const world = await wizard({ stdin: spoil(testKey) });
    const error = await init(world, { ...yes, keyStdin: true }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    expect(JSON.stringify(error) + String(error)).not.toContain(testKey.slice(0, 14));
    expect(world.files()).toEqual([]);
  });
});

it('rejects questions without a terminal, with a hint to the flags', async () => {
  const world = await wizard();
  await expect(init(world)).rejects.toMatchObject({
    hint: hintWith('Pass --dry-run to see'),
  });
  expect(world.sandbox.requests).toEqual([]);
});

describe('init --yes --sandbox', () => {
  it('warns that no key is stored, and lists what stores one', async () => {
    const { files, result } = await rehearse({});
    expect(result).toMatchObject({ verified: true, key: { source: 'the sandbox' } });
    expect(result.warnings).toEqual([expect.stringContaining('no key is stored')]);
    expect(result.next.at(-1)).toMatchObject({
      command: 'openclaw-openrouter init',
      why: expect.stringContaining('none is stored'),
    });
    expect(files).toEqual(['.config/openclaw/openclaw.json5']);
  });

  it('never stores the key of the sandbox', async () => {
    const { files, result } = await rehearse({ keyEnv: 'OPENROUTER_API_KEY' });
    expect(result).toMatchObject({ verified: true, key: { source: 'the sandbox' } });
    expect(files).toEqual(['.config/openclaw/openclaw.json5']);
  });

  it('stores a given key, and lists how the shell gets it', async () => {
    const { files, result } = await rehearse({ keyStdin: true });
    expect(result.next[0]).toMatchObject({ command: 'source ~/.bashrc' });
    expect(files).toContain('.bashrc');
  });

  it('does not tell a shell to read the rc file of another', async () => {
    const { files, result } = await rehearse({ keyStdin: true, shell: 'fish' });
    expect(files).toContain('.config/fish/conf.d/openrouter.fish');
    expect(result.next.filter(({ command }) => command.startsWith('source'))).toEqual([]);
  });
});

/** Runs as the command line does with --sandbox, in a home without a key. */
async function rehearse(flags: Partial<InitOptions>) {
  const world = await wizard({ stdin: testKey });
  const results: InitResult[] = [];
  await inWorld(world.deps, { sandbox: true }, async (deps) => {
    results.push(await init({ ...world, deps }, { ...yes, ...flags, sandbox: true }));
  });
  const [result] = results;
  if (result === undefined) throw new Error('init gave no result');
  const files = world.files().filter((name) => !name.startsWith('.local/'));
  return { result, files };
}
