import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { Command } from 'commander';
import JSON5 from 'json5';
import { describe, expect, it } from 'vitest';
import { writeList } from '../../../src/catalog/cached-list.ts';
import { undo } from '../../../src/changes/undo.ts';
import { define, runApply } from '../../../src/commands/apply/command.ts';
import { documentOf, renderResult } from '../../../src/commands/apply/render.ts';
import type { ApplyOptions } from '../../../src/host/apply-plan.ts';
import {
  ensureGatewayToken,
  gatewayTokenPath,
  readGatewayToken,
} from '../../../src/host/gateway-token.ts';
import type { ExecResult } from '../../../src/platform/deps.ts';
import { CancelError, FoundProblems, UsageError, UserError } from '../../../src/platform/errors.ts';
import { sandboxModels } from '../../doctor/doctor-world.ts';
import { sharedDatabase, writeProfiles } from '../../helpers/host-keys.ts';
import { scriptedPrompter } from '../../helpers/scripted-prompter.ts';
import { createWorld, testKey, type WorldOptions } from '../../helpers/world.ts';

const plain: ApplyOptions = {
  throughGateway: null,
  mode: 'write',
  yes: true,
  json: false,
  withKey: true,
};
const setupText = `{
  models: {
    one: { provider: 'openrouter', defaultModel: 'openai/gpt-4o', fallbackModels: ['x/y'], budget: { dailyLimit: 2 } },
    two: { provider: 'openrouter', defaultModel: 'google/gemini-2.5-flash' },
  },
}
`;
const withChannel = setupText.replace(/\}\n$/, "  channels: { telegram: { model: 'two' } },\n}\n");
const hostText = '{\n  // mine\n  gateway: { port: 18789 },\n}\n';

describe('apply options', () => {
  it.each([
    [['--yes'], plain],
    [['--entry', 'two', '--dry-run'], { ...plain, entry: 'two', mode: 'dry-run', yes: false }],
    [['--check', '--json'], { ...plain, mode: 'check', yes: false, json: true }],
    [['--through-gateway', '--yes'], { ...plain, throughGateway: true }],
    [['--no-through-gateway', '--yes'], { ...plain, throughGateway: false }],
    [['--sandbox', '--yes'], { ...plain, withKey: false }],
  ])('%j become %j', async (argv, options) => {
    let seen: ApplyOptions | undefined;
    const command = new Command();
    const stop = new Error('enough');
    define(command, createWorld().deps, async (_deps, given) => {
      seen = given;
      throw stop;
    });
    await expect(command.parseAsync(argv, { from: 'user' })).rejects.toBe(stop);
    expect(seen).toEqual(options);
  });

  it('--check and --dry-run together are rejected', async () => {
    const command = new Command();
    define(command, createWorld().deps);
    const run = command.parseAsync(['--check', '--dry-run'], { from: 'user' });
    await expect(run).rejects.toBeInstanceOf(UsageError);
  });

  it('--check throws FoundProblems while the setup file is not applied', async () => {
    const { deps } = world();
    const command = new Command();
    define(command, deps);
    const run = command.parseAsync(['--check'], { from: 'user' });
    await expect(run).rejects.toBeInstanceOf(FoundProblems);
  });
});

describe('apply', () => {
  it('writes models and the key, keeps comments, and has the host validate the config', async () => {
    const { deps, config, dotenv, executed } = world();
    const result = await runApply(deps, plain);
    expect(result).toMatchObject({ ok: true, changed: true, validation: 'valid' });
    expect(readFileSync(config, 'utf8')).toContain(hostText.slice(0, -3));
    expect(JSON5.parse(readFileSync(config, 'utf8'))).toMatchObject({
      gateway: { port: 18789 },
      agents: {
        defaults: { model: { primary: 'openrouter/openai/gpt-4o', fallbacks: ['openrouter/x/y'] } },
      },
    });
    expect(readFileSync(dotenv, 'utf8')).toContain(testKey);
    expect(statSync(dotenv).mode & 0o777).toBe(0o600);
    expect(executed).toEqual([
      ['openclaw', 'config', 'validate'],
      ['openclaw', 'models', 'status', '--json', '--agent', 'main'],
    ]);
  });

  it('makes a .env that others could read private', async () => {
    const { deps, dotenv } = world();
    writeFileSync(dotenv, 'OTHER=1\n');
    chmodSync(dotenv, 0o644);
    await runApply(deps, plain);
    expect(readFileSync(dotenv, 'utf8')).toContain('OTHER=1\n');
    expect(statSync(dotenv).mode & 0o777).toBe(0o600);
  });

  it('notes that the .env becomes private, also in a dry run', async () => {
    const { deps, dotenv } = world();
    writeFileSync(dotenv, 'OTHER=1\n');
    chmodSync(dotenv, 0o644);
    const words = '~/.openclaw/.env becomes readable by its owner only (mode 0600, was 0644)';
    for (const mode of ['dry-run', 'write'] as const) {
      const { notes } = await runApply(deps, { ...plain, mode });
      expect(notes).toContainEqual(expect.stringContaining(words));
    }
  });

  it('writes no key into a .env under version control without consent', async () => {
    const { deps, config, dotenv } = world();
    mkdirSync(join(dirname(dotenv), '.hg'));
    await expect(runApply(deps, plain)).rejects.toMatchObject({
      type: 'key',
      message: expect.stringContaining('~/.openclaw/.env may be tracked by Mercurial in'),
    });
    expect(readFileSync(config, 'utf8')).toBe(hostText);
    const answers = [
      ['Write this?', true],
      ['Write the key there anyway?', true],
    ] as const;
    const prompter = scriptedPrompter(answers);
    await runApply({ ...deps, prompter }, { ...plain, yes: false });
    expect(readFileSync(dotenv, 'utf8')).toContain(testKey);
  });

  it('changes nothing and does not ask the second time', async () => {
    const { deps, config } = world();
    await runApply(deps, plain);
    const once = readFileSync(config, 'utf8');
    const again = await runApply(deps, { ...plain, yes: false });
    expect(again).toMatchObject({ changed: false, undoId: null, validation: 'not asked' });
    expect(readFileSync(config, 'utf8')).toBe(once);
    expect((await runApply(deps, { ...plain, mode: 'check' })).ok).toBe(true);
  });

  it('--check accepts any entry as the default', async () => {
    const { deps } = world();
    await runApply(deps, { ...plain, entry: 'two' });
    const check = await runApply(deps, { ...plain, mode: 'check' });
    expect(check).toMatchObject({ ok: true, changed: false, plan: { differences: [] } });
    expect(check.plan.entry.name).toBe('two');
    expect(renderResult(deps, check)).not.toContain('differs');
  });

  it.each(['write', 'dry-run', 'check'] as const)(
    'warns of models that the cached list does not have (%s)',
    async (mode) => {
      const { deps, home } = world({}, {}, setupText.replace('gpt-4o', 'gpt4oo'));
      const folder = join(home, '.cache/openclaw-openrouter');
      const list = { fetchedAt: '2026-11-22T12:00:00.000Z', etag: null };
      const models = await sandboxModels();
      await writeList(
        deps,
        { folder, baseUrl: 'https://openrouter.ai/api/v1' },
        { ...list, models },
      );
      const { notes } = await runApply(deps, { ...plain, mode });
      expect(notes.slice(0, 2)).toEqual([
        'one: "openai/gpt4oo" does not exist, according to OpenRouter\'s list of 2026-11-22; use openai/gpt-4o ($2.50 in, $10.00 out per M)',
        'one: "x/y" does not exist, according to OpenRouter\'s list of 2026-11-22',
      ]);
    },
  );

  it('counts most of very many unknown models', async () => {
    const many = Array.from({ length: 3000 }, (_, index) => `'x/y${index}'`).join();
    const { deps, home } = world({}, {}, setupText.replace("'x/y'", many));
    const folder = join(home, '.cache/openclaw-openrouter');
    const list = {
      fetchedAt: '2026-11-22T12:00:00.000Z',
      etag: null,
      models: await sandboxModels(),
    };
    await writeList(deps, { folder, baseUrl: 'https://openrouter.ai/api/v1' }, list);
    const { notes } = await runApply(deps, { ...plain, mode: 'check' });
    expect(notes.filter((note) => note.includes('does not exist'))).toHaveLength(20);
    expect(notes).toContain(
      "2980 more model ids have problems, according to OpenRouter's list of 2026-11-22",
    );
  });

  it('says on stderr what a piped dry run cannot show beside its diff', async () => {
    const { deps, printed } = world();
    const command = new Command();
    define(command, deps);
    await command.parseAsync(['--dry-run'], { from: 'user' });
    expect(printed.out).toMatch(/^--- /);
    expect(printed.err).toContain('one.budget is not applied: ');
  });

  describe('--through-gateway', () => {
    const through = { ...plain, throughGateway: true };
    const tokenIn = (config: string) =>
      JSON5.parse(readFileSync(config, 'utf8')).models.providers['openrouter-gateway'].apiKey;

    it('writes the token of serve into a private config and never shows it', async () => {
      const { deps, config, printed } = world();
      chmodSync(config, 0o644);
      const result = await runApply(deps, through);
      const token = await readGatewayToken(deps);
      expect(tokenIn(config)).toBe(token);
      expect(readFileSync(config, 'utf8')).not.toContain(testKey);
      expect(statSync(config).mode & 0o777).toBe(0o600);
      expect(renderResult(deps, result)).toContain(
        '~/.openclaw/openclaw.json becomes readable by its owner only (mode 0600, was 0644), since it contains the token',
      );
      deps.io.out(renderResult(deps, result));
      deps.io.out(JSON.stringify(documentOf(deps, result)));
      for (const shown of [printed.out, printed.err, result.diff]) {
        expect(shown).not.toContain(String(token));
      }
      expect(await runApply(deps, { ...plain, mode: 'check' })).toMatchObject({ ok: true });
    });

    it('uses a token that serve created while the user was asked', async () => {
      const prompter = scriptedPrompter([['Write this?', true]]);
      const { deps, config } = world({ prompter });
      const confirm: typeof prompter.confirm = async (question) => {
        await ensureGatewayToken(deps);
        return prompter.confirm(question);
      };
      await runApply({ ...deps, prompter: { ...prompter, confirm } }, { ...through, yes: false });
      expect(tokenIn(config)).toBe(await readGatewayToken(deps));
    });

    it('creates no token when nothing is written', async () => {
      const { deps } = world({ prompter: scriptedPrompter([['Write this?', false]]) });
      await runApply(deps, { ...through, mode: 'dry-run' });
      await runApply(deps, { ...through, mode: 'check' });
      await expect(runApply(deps, { ...through, yes: false })).rejects.toBeInstanceOf(CancelError);
      expect(await readGatewayToken(deps)).toBeNull();
    });

    it('keeps the token through an undo', async () => {
      const { deps, config } = world();
      await runApply(deps, through);
      const token = tokenIn(config);
      await undo(deps);
      expect(readFileSync(config, 'utf8')).toBe(hostText);
      await runApply(deps, through);
      expect(tokenIn(config)).toBe(token);
    });

    it('is no longer applied once the token changed', async () => {
      const { deps } = world();
      await runApply(deps, through);
      rmSync(gatewayTokenPath(deps));
      const checked = await runApply(deps, { ...plain, mode: 'check' });
      expect(checked.ok).toBe(false);
      expect(renderResult(deps, checked)).toContain('models.providers.openrouter-gateway.apiKey');
    });
  });

  it('is undone byte for byte', async () => {
    const { deps, config, dotenv } = world();
    await runApply(deps, plain);
    await undo(deps);
    expect(readFileSync(config, 'utf8')).toBe(hostText);
    expect(existsSync(dotenv)).toBe(false);
  });

  it('removes what it wrote once the setup file no longer asks for it, and undo restores it', async () => {
    const { deps, config, home } = world({}, {}, withChannel);
    const setup = join(home, '.config', 'openclaw', 'openclaw.json5');
    await runApply(deps, plain);
    const carried = readFileSync(config, 'utf8');
    writeFileSync(setup, setupText);
    expect(await runApply(deps, { ...plain, mode: 'check' })).toMatchObject({
      ok: false,
      plan: {
        differences: [
          { path: ['agents', 'entries', 'two'], value: undefined },
          { path: ['bindings', 0], value: undefined },
        ],
      },
    });
    await runApply(deps, plain);
    expect(JSON5.parse(readFileSync(config, 'utf8'))).toMatchObject({
      agents: { entries: { main: {} } },
      bindings: [],
    });
    await undo(deps);
    expect(readFileSync(config, 'utf8')).toBe(carried);
    expect(await runApply(deps, { ...plain, mode: 'check' })).toMatchObject({ ok: false });
  });

  it('leaves alone what the user writes where it removed something', async () => {
    const { deps, config, home } = world({}, {}, withChannel);
    await runApply(deps, plain);
    const carried = readFileSync(config, 'utf8');
    writeFileSync(join(home, '.config', 'openclaw', 'openclaw.json5'), setupText);
    await runApply(deps, plain);
    writeFileSync(config, carried);
    expect(await runApply(deps, plain)).toMatchObject({ changed: false });
    expect(readFileSync(config, 'utf8')).toBe(carried);
  });

  it('forgets what was undone, so that the same text written by hand stays', async () => {
    const { deps, config, home } = world({}, {}, withChannel);
    await runApply(deps, plain);
    const carried = readFileSync(config, 'utf8');
    await undo(deps);
    expect(existsSync(join(home, '.local/state/openclaw-openrouter/applied.json'))).toBe(false);
    writeFileSync(config, carried);
    writeFileSync(join(home, '.config', 'openclaw', 'openclaw.json5'), setupText);
    await runApply(deps, plain);
    expect(JSON5.parse(readFileSync(config, 'utf8')).bindings).toHaveLength(1);
  });

  it('records only hashes of what it wrote', async () => {
    const { deps, home } = world();
    await runApply(deps, plain);
    const remembered = join(home, '.local', 'state', 'openclaw-openrouter', 'applied.json');
    expect(readFileSync(remembered, 'utf8')).not.toContain('gpt-4o');
    expect(statSync(remembered).mode & 0o777).toBe(0o600);
    writeFileSync(remembered, 'damaged');
    expect(await runApply(deps, { ...plain, mode: 'check' })).toMatchObject({ ok: true });
  });

  it('restores everything when the host rejects the config', async () => {
    const refusal = { exitCode: 1, stderr: 'agents.defaults.model: no\n' };
    const { deps, config, dotenv } = world({}, refusal);
    const error = await runApply(deps, plain).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({ detail: 'agents.defaults.model: no' });
    expect(readFileSync(config, 'utf8')).toBe(hostText);
    expect(existsSync(dotenv)).toBe(false);
  });

  it('does not take an OpenClaw that does not start for one that rejects the config', async () => {
    const { deps } = world({}, { exitCode: 1, stderr: 'openclaw: Node 20.20.2: too old.\n' });
    await expect(runApply(deps, plain)).rejects.toThrow(
      'OpenClaw cannot validate its config: Node 20.20.2: too old.',
    );
  });

  it('names the other profiles of OpenClaw', async () => {
    const { deps, home } = world();
    for (const name of ['.openclaw-work', '.openclaw-empty']) mkdirSync(join(home, name));
    writeFileSync(join(home, '.openclaw-work', 'openclaw.json'), '{}');
    const { notes } = await runApply(deps, { ...plain, mode: 'check' });
    expect(notes).toContainEqual(
      expect.stringContaining('openclaw --profile work openrouter apply'),
    );
    const env = { ...deps.env, OPENCLAW_STATE_DIR: join(home, '.openclaw-work') };
    const under = await runApply({ ...deps, env }, { ...plain, mode: 'check' });
    expect(under.notes.join()).not.toContain('--profile');
  });

  it('removes the token too when the host rejects the config, unless it existed before', async () => {
    const { deps } = world({}, { exitCode: 1 });
    const through = { ...plain, throughGateway: true };
    await expect(runApply(deps, through)).rejects.toBeInstanceOf(UserError);
    expect(await readGatewayToken(deps)).toBeNull();
    const token = await ensureGatewayToken(deps);
    await expect(runApply(deps, through)).rejects.toBeInstanceOf(UserError);
    expect(await readGatewayToken(deps)).toBe(token);
  });

  it('skips the validation where openclaw is not on PATH', async () => {
    const { deps, config } = world({ tty: true }, { exitCode: null, notFound: true });
    const result = await runApply(deps, plain);
    expect(result.validation).toBe('no host');
    expect(renderResult(deps, result)).toContain('not validated: openclaw is not on PATH');
    expect(readFileSync(config, 'utf8')).toContain('openrouter/openai/gpt-4o');
  });

  it('--dry-run writes nothing and shows no key', async () => {
    const { deps, config, dotenv, executed } = world();
    const result = await runApply(deps, { ...plain, mode: 'dry-run' });
    expect(result.diff).toContain('+        primary: "openrouter/openai/gpt-4o",');
    expect(result.diff).not.toContain(testKey);
    expect(JSON.stringify(documentOf(deps, result))).not.toContain(testKey);
    expect(readFileSync(config, 'utf8')).toBe(hostText);
    expect(existsSync(dotenv)).toBe(false);
    expect(executed).toEqual([]);
  });

  it('--sandbox writes no key', async () => {
    const { deps, dotenv } = world();
    await runApply(deps, { ...plain, withKey: false });
    expect(existsSync(dotenv)).toBe(false);
  });

  it('without --yes and a terminal is a usage error', async () => {
    const { deps } = world();
    await expect(runApply(deps, { ...plain, yes: false })).rejects.toBeInstanceOf(UsageError);
  });

  it('asks on a terminal and stops at no', async () => {
    const prompter = scriptedPrompter([['Write this?', false]]);
    const { deps, config, printed } = world({ prompter, tty: true });
    await expect(runApply(deps, { ...plain, yes: false })).rejects.toBeInstanceOf(CancelError);
    expect(printed.err).toContain('openrouter/openai/gpt-4o');
    expect(printed.err).toContain('one.budget is not applied: OpenClaw has no budgets');
    expect(readFileSync(config, 'utf8')).toBe(hostText);
  });

  it.each([
    ['an unknown entry', { entry: 'three' }, 'usage'],
    ['a missing setup file', { config: '/nowhere/openclaw.json5' }, 'not_found'],
  ])('%s is an error', async (_what, options, type) => {
    await expect(runApply(world().deps, { ...plain, ...options })).rejects.toMatchObject({ type });
  });

  describe('with a config that includes files', () => {
    it('plans against the included files, and changes the file itself', async () => {
      const { deps, config } = world({}, {}, withChannel);
      const binding = { agentId: 'main', match: { channel: 'slack', accountId: '*' } };
      const rest = { agents: { defaults: { workspace: '~/mine' } }, bindings: [binding] };
      writeFileSync(join(dirname(config), 'rest.json5'), JSON.stringify(rest));
      writeFileSync(config, "{\n  // mine\n  $include: './rest.json5',\n}\n");
      await runApply(deps, plain);
      const text = readFileSync(config, 'utf8');
      expect(text).toContain("  // mine\n  $include: './rest.json5',\n");
      expect(JSON5.parse(text)).toMatchObject({
        agents: { entries: { main: { workspace: '~/mine' }, two: { workspace: '~/mine' } } },
        bindings: [{ agentId: 'two', match: { channel: 'telegram' } }],
      });
      const check = await runApply(deps, { ...plain, mode: 'check' });
      expect(check).toMatchObject({ ok: true, plan: { differences: [] } });
    });

    it.each([
      [
        { agents: { defaults: { model: { primary: 'x/y', fallbacks: ['x/z'] } } } },
        /defaults\.model/,
      ],
      [
        { bindings: [{ agentId: 'one', match: { channel: 'telegram', accountId: '*' } }] },
        /bindings/,
      ],
    ])('a member that an included file sets is an error: %j', async (rest, member) => {
      const { deps, config } = world({}, {}, withChannel);
      const before = "{ $include: ['./rest.json5'] }\n";
      writeFileSync(join(dirname(config), 'rest.json5'), JSON.stringify(rest));
      writeFileSync(config, before);
      await expect(runApply(deps, plain)).rejects.toMatchObject({
        message: expect.stringMatching(member),
        hint: expect.stringContaining('move that member there'),
      });
      expect(readFileSync(config, 'utf8')).toBe(before);
      expect(await runApply(deps, { ...plain, mode: 'check' })).toMatchObject({ ok: false });
    });

    it('an included list of bindings is an error, even if it is empty', async () => {
      const { deps, config } = world({}, {}, withChannel);
      const before = "{ bindings: { $include: './rest.json5' } }\n";
      writeFileSync(join(dirname(config), 'rest.json5'), '[]');
      writeFileSync(config, before);
      for (const mode of ['dry-run', 'write'] as const) {
        await expect(runApply(deps, { ...plain, mode })).rejects.toMatchObject({
          message: expect.stringContaining('bindings[0] is set in a file that'),
        });
      }
      expect(readFileSync(config, 'utf8')).toBe(before);
    });

    it.each([
      ["{ $include: './gone.json5' }", 'which does not exist'],
      ["{ $include: './openclaw.json' }", 'includes itself'],
    ])('an include as in %j is an error', async (text, words) => {
      const { deps, config } = world();
      writeFileSync(config, text);
      await expect(runApply(deps, plain)).rejects.toThrow(words);
    });
  });

  it('a syntax error in the host config has its place', async () => {
    const { deps, config } = world();
    writeFileSync(config, '{\n  gateway: {,\n}\n');
    await expect(runApply(deps, plain)).rejects.toMatchObject({
      type: 'syntax',
      place: { file: config, line: 2 },
    });
  });
});

it.each(['OPENCLAW_CONFIG_READONLY', 'OPENCLAW_NIX_MODE'])(
  'apply leaves a config alone that %s makes immutable, and shows what to change',
  async (variable) => {
    const { deps, config } = world();
    const managed = { ...deps, env: { ...deps.env, [variable]: '1' } };
    await expect(runApply(managed, plain)).rejects.toThrow(`managed elsewhere: ${variable} is 1`);
    expect(readFileSync(config, 'utf8')).toBe(hostText);
    const shown = await runApply(managed, { ...plain, mode: 'dry-run' });
    expect(shown.diff).toContain('openrouter/openai/gpt-4o');
  },
);

describe('apply, where OpenClaw stores keys itself', () => {
  const reference = `\${OPENROUTER_API_KEY}`;
  const providers = (config: string) => JSON5.parse(readFileSync(config, 'utf8')).models?.providers;

  it('has OpenClaw prefer the key of the setup file to the profile, and says so with --check', async () => {
    const { deps, config, home } = world();
    writeProfiles(sharedDatabase(home), { 'openrouter:default': 'old' });
    expect(await runApply(deps, { ...plain, mode: 'check' })).toMatchObject({
      ok: false,
      problems: [expect.stringContaining("from OpenClaw's profile openrouter:default")],
    });
    expect(await runApply(deps, plain)).toMatchObject({ ok: true, problems: [] });
    expect(providers(config)).toEqual({ openrouter: { apiKey: reference, auth: 'api-key' } });
    expect(await runApply(deps, { ...plain, mode: 'check' })).toMatchObject({ ok: true });
  });

  it('leaves that key alone where the setup file has no other', async () => {
    const { deps, config, dotenv, home } = world();
    writeProfiles(sharedDatabase(home), { 'openrouter:default': 'old' });
    const applied = await runApply({ ...deps, env: { HOME: home } }, plain);
    expect(applied).toMatchObject({ ok: true, key: { state: 'profile' } });
    expect([providers(config), existsSync(dotenv)]).toEqual([undefined, false]);
  });

  it('never rewrites a reference to a secret', async () => {
    const { deps, config, home } = world();
    writeProfiles(sharedDatabase(home), { 'openrouter:default': 'old' });
    const apiKey = { source: 'file', provider: 'vault', id: 'value' };
    writeFileSync(config, JSON.stringify({ models: { providers: { openrouter: { apiKey } } } }));
    const { notes } = await runApply(deps, plain);
    expect(providers(config)).toEqual({ openrouter: { apiKey } });
    expect(notes).toContainEqual(expect.stringContaining('the secret that its config refers to'));
  });

  it('replaces the name of another variable', async () => {
    const { deps, config } = world();
    const apiKey = `\${OLD_KEY}`;
    writeFileSync(config, JSON.stringify({ models: { providers: { openrouter: { apiKey } } } }));
    await runApply(deps, plain);
    expect(providers(config)).toEqual({ openrouter: { apiKey: reference } });
  });

  it.each([
    [{ detail: 'sk-or-v1...ffffffff' }, 'uses another key'],
    [{ kind: 'missing' }, 'has no OpenRouter key'],
    [{ model: 'openai/gpt-5' }, 'answers with openai/gpt-5, not with openrouter/openai/gpt-4o'],
  ])('fails where OpenClaw itself reports another key or model: %j', async (told, words) => {
    const {
      kind = 'env',
      detail,
      model = 'openrouter/openai/gpt-4o',
    } = told as Record<string, string>;
    const stdout = JSON.stringify({
      resolvedDefault: model,
      auth: { providers: [{ provider: 'openrouter', effective: { kind, detail } }] },
    });
    const { deps } = world({}, { stdout });
    const { ok, problems } = await runApply(deps, plain);
    expect([ok, problems]).toEqual([false, [expect.stringContaining(words)]]);
  });
});

describe('apply through the gateway and back', () => {
  it('says what that gains, and what going back leaves', async () => {
    const { deps } = world();
    const through = await runApply(deps, { ...plain, throughGateway: true });
    expect(documentOf(deps, through)).toMatchObject({
      left: [],
      gateway: { gains: [{ entry: 'one', what: 'budget', why: 'OpenClaw has no budgets' }] },
    });
    expect(renderResult(deps, through)).toContain('gained\tone\tbudget\tOpenClaw has no budgets\n');
    const back = await runApply(deps, { ...plain, throughGateway: false });
    expect(renderResult(deps, back)).toContain('left\tone\tbudget\tOpenClaw has no budgets\n');
    const direct = await runApply(deps, { ...plain, mode: 'check' });
    expect(documentOf(deps, direct)).toMatchObject({ gateway: null });
  });
});

describe('apply --json', () => {
  it('always has the same members and hides secret headers', async () => {
    const text = `{ models: { one: { provider: 'openrouter', defaultModel: 'a/b', headers: { 'X-Api-Key': 'hush' } } } }`;
    const { deps } = world({}, {}, text);
    const result = await runApply(deps, { ...plain, mode: 'check' });
    const document = documentOf(deps, result);
    expect(Object.keys(document)).toEqual([
      ...['ok', 'mode', 'changed', 'entry', 'throughGateway', 'hostConfig', 'differences', 'key'],
      ...[
        'files',
        'diff',
        'left',
        'gateway',
        'notes',
        'problems',
        'agents',
        'validation',
        'undoId',
      ],
    ]);
    expect(document.differences).toEqual([
      { path: 'agents.defaults.model', wanted: { primary: 'openrouter/a/b' } },
      { path: 'models.providers.openrouter.headers.X-Api-Key', wanted: '(hidden)' },
    ]);
    expect(JSON.stringify(document)).not.toContain('hush');
  });
});

describe('apply in a pipe', () => {
  it('prints tab-separated rows', async () => {
    const { deps, config } = world();
    const check = await runApply(deps, { ...plain, mode: 'check' });
    expect(renderResult(deps, check).split('\n')).toEqual([
      'differs\tagents.defaults.model\t{"primary":"openrouter/openai/gpt-4o","fallbacks":["openrouter/x/y"]}',
      'key\tcarried\tOPENROUTER_API_KEY',
      'left\tone\tbudget\tOpenClaw has no budgets',
      'note\tNo channel uses "two". To make it the default, pass --entry two',
      '',
    ]);
    const written = await runApply(deps, plain);
    expect(renderResult(deps, written)).toContain(`update\t${config}\n`);
  });
});

function world(
  options: WorldOptions = {},
  result: Partial<ExecResult> = {},
  text: string = setupText,
) {
  const executed: string[][] = [];
  const made = createWorld({
    ...options,
    env: { OPENROUTER_API_KEY: testKey },
    exec: async (file, args) => {
      executed.push([file, ...args]);
      return { exitCode: 0, stdout: '', stderr: '', notFound: false, timedOut: false, ...result };
    },
  });
  const setup = join(made.home, '.config', 'openclaw', 'openclaw.json5');
  const config = join(made.home, '.openclaw', 'openclaw.json');
  for (const path of [setup, config]) mkdirSync(dirname(path), { recursive: true });
  writeFileSync(setup, text);
  writeFileSync(config, hostText);
  return { ...made, config, dotenv: join(made.home, '.openclaw', '.env'), executed };
}
