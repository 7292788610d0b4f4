import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { renderStatus } from '../../../src/commands/key/render.ts';
import {
  type CreateOptions,
  type LimitOptions,
  runCreate,
  runLimit,
} from '../../../src/commands/key/run.ts';
import { runUndo } from '../../../src/commands/undo/command.ts';
import { keyStatus } from '../../../src/keys/status.ts';
import { managementClientFor } from '../../../src/openrouter/client.ts';
import { createManagedKey, keyHash } from '../../../src/openrouter/managed-keys.ts';
import type { Clock, Fetch, Prompter } from '../../../src/platform/deps.ts';
import { setupFilePath } from '../../../src/platform/paths.ts';
import { hintWith } from '../../helpers/hint.ts';
import { testKey } from '../../helpers/world.ts';
import { management, start } from './key-world.ts';

const createOptions: CreateOptions = {
  ...management,
  json: false,
  yes: true,
  dryRun: false,
  sandbox: false,
  name: undefined,
  limit: '30',
  limitReset: 'monthly',
  expiresInDays: undefined,
  replace: false,
  shell: undefined,
  rcFile: undefined,
  restart: false,
};

const journalIn = (home: string) =>
  join(home, '.local/state/openclaw-openrouter/created-keys.json');

const temporaryName = 'openclaw-prod (new 0123456789ab)';

/** What a run leaves that is killed once OpenRouter was asked for a key; with its hash where that is known. */
function leaveBehind(home: string, creation: { readonly hash: string | null }, baseUrl: string) {
  mkdirSync(dirname(journalIn(home)), { recursive: true });
  const dead = { pid: 2 ** 22 + 1, startedAt: '1', name: 'openclaw-prod', temporaryName, baseUrl };
  writeFileSync(journalIn(home), JSON.stringify([{ ...dead, ...creation }]));
}

describe('a key create that was killed before it stored the key', () => {
  it('is taken back by the next one, and named by key status until then', async () => {
    const { deps, sandbox, keys, home, printed } = await start();
    const path = setupFilePath(deps);
    const lost = await createManagedKey(managementClientFor(deps, sandbox.managementKey, 5_000), {
      ...{ name: 'openclaw-prod', limit: null, limitReset: null, expiresAt: null },
      workspaceId: null,
    });
    leaveBehind(home, { hash: lost.managed.hash }, sandbox.url);
    const status = await keyStatus(deps, path, 5_000);
    expect(status.unfinishedCreations).toEqual([
      { name: 'openclaw-prod', hash: lost.managed.hash },
    ]);
    const shown = renderStatus(
      { ...deps.io.stdout, isTty: true },
      (args) => `program ${args}`,
      status,
    );
    expect(shown).toContain(`hash ${lost.managed.hash}`);
    expect(shown).toContain('program key create deletes it');
    await runCreate(deps, createOptions);
    expect((await keys()).map(({ hash }) => hash)).not.toContain(lost.managed.hash);
    expect(await keys()).toHaveLength(2);
    expect(printed.err).toContain('Deleted the key openclaw-prod');
    expect(existsSync(journalIn(home))).toBe(false);
  });

  it('is found by its temporary name, if its hash was not learned', async () => {
    const { deps, sandbox, keys, home, printed } = await start();
    const client = managementClientFor(deps, sandbox.managementKey, 5_000);
    const base = { limit: null, limitReset: null, expiresAt: null, workspaceId: null };
    await createManagedKey(client, { ...base, name: temporaryName });
    await createManagedKey(client, { ...base, name: 'openclaw-prod' });
    leaveBehind(home, { hash: null }, sandbox.url);
    await runCreate(deps, { ...createOptions, name: 'made' });
    expect(printed.err).toContain('Deleted the key openclaw-prod');
    const names = (await keys()).map(({ name }) => name);
    expect(names.sort()).toEqual(['made', 'openclaw-prod', 'sandbox']);
  });

  it('has a key that was stored get its name, and leaves one of another API alone', async () => {
    const { deps, sandbox, keys, home } = await start();
    leaveBehind(home, { hash: keyHash(sandbox.key) }, sandbox.url);
    writeFileSync(join(home, '.profile'), `export OTHER=${sandbox.key}\n`);
    await runCreate(deps, { ...createOptions, name: 'made' });
    expect((await keys()).map(({ name }) => name).sort()).toEqual(['made', 'openclaw-prod']);
    leaveBehind(home, { hash: keyHash(sandbox.key) }, 'https://elsewhere.example/api/v1');
    await runCreate(deps, { ...createOptions, replace: true });
    expect(await keys()).toHaveLength(3);
    expect(existsSync(journalIn(home))).toBe(true);
  });

  it('has a journal that only its owner can read, without the key', async () => {
    const { deps, home } = await start({ files: { '.bashrc': 'mine\n' } });
    const seen: { mode: number; text: string }[] = [];
    const files = {
      ...deps.files,
      rename: async (from: string, to: string) => {
        if (to.endsWith('.bashrc')) {
          const { mode } = statSync(journalIn(home));
          seen.push({ mode: mode & 0o777, text: readFileSync(journalIn(home), 'utf8') });
        }
        return deps.files.rename(from, to);
      },
    };
    await runCreate({ ...deps, files }, createOptions);
    expect(seen.map(({ mode }) => mode)).toEqual([0o600]);
    expect(seen[0]?.text).not.toMatch(/sk-or-v1-[0-9a-f]{8}/);
  });
});

describe('key create', () => {
  it.each([
    ['the connection that is cut', () => Promise.reject(new TypeError('fetch failed'))],
    ['a bad gateway', async () => new Response('<html></html>', { status: 502 })],
    ['an answer with no key', async () => new Response('{"data":{"hash":"ab"},"key":"x"}')],
  ])('leaves no key behind that OpenRouter made in spite of %s', async (_name, answer) => {
    const { deps, home, keys, rcText } = await start({ files: { '.bashrc': 'mine\n' } });
    const fetch: Fetch = async (url, init) => {
      const response = await deps.fetch(url, init);
      return init?.method === 'POST' ? answer() : response;
    };
    await expect(runCreate({ ...deps, fetch }, createOptions)).rejects.toThrow(
      'The key could not be created',
    );
    expect((await keys()).map(({ name }) => name)).toEqual(['sandbox']);
    expect([rcText(), existsSync(journalIn(home))]).toEqual(['mine\n', false]);
  });

  it('waits for a key that OpenRouter does not know at once', async () => {
    const { deps } = await start();
    let refusals = 0;
    const fetch: Fetch = async (url, init) => {
      if (!String(url).endsWith('/key') || refusals === 4) return deps.fetch(url, init);
      refusals += 1;
      return new Response('{"error":{"code":401,"message":"User not found."}}', { status: 401 });
    };
    const waited: number[] = [];
    const waits = [0, 500, 1500, 4000, 8000];
    const clock: Clock = {
      ...deps.clock,
      sleep: async (ms, signal) => {
        if (!waits.includes(ms)) return deps.clock.sleep(ms, signal);
        waited.push(ms);
      },
    };
    await runCreate({ ...deps, fetch, clock }, createOptions);
    expect([refusals, waited]).toEqual([4, waits]);
  });

  it('keeps a key whose name OpenRouter refuses', async () => {
    const { deps, keys, printed } = await start();
    const fetch: Fetch = async (url, init) =>
      init?.method === 'PATCH'
        ? new Response('{"error":{"code":409,"message":"Taken"}}', { status: 409 })
        : deps.fetch(url, init);
    await runCreate({ ...deps, fetch }, createOptions);
    expect(printed.err).toContain('could not be given its name openclaw-prod: Taken');
    expect((await keys()).map(({ disabled }) => disabled)).toEqual([false, false]);
  });

  it('makes a key with its limit and stores it in the variable of the setup', async () => {
    const { deps, rcText, keys, printed } = await start();
    const result = await runCreate(deps, { ...createOptions, expiresInDays: 90 });
    expect(result.created).toMatchObject({ name: 'openclaw-prod', limit: '30' });
    expect(result.created?.expiresAt).toMatch(/^2027-02-20T12:00:00/);
    const [, key = ''] = /export MY_KEY="(sk-or-v1-\w{64})"/.exec(rcText()) ?? [];
    expect(key).not.toBe('');
    expect((await keys()).map(({ name }) => name)).toEqual(['openclaw-prod', 'sandbox']);
    expect(JSON.stringify(result) + printed.out + printed.err).not.toContain(key);
  });

  it('is undone with a word on the key, which stays valid and cannot be shown again', async () => {
    const { deps, keys, printed } = await start();
    const { created, key } = await runCreate(deps, createOptions);
    const warning = `The key ${key?.prefix} is not disabled by this, and OpenRouter cannot show it again. To disable it: https://openrouter.ai/keys/${created?.hash}`;
    const seen = () => [printed.out, printed.err].map((text) => text.includes(warning));
    await runUndo(deps, { dryRun: true });
    expect(seen()).toEqual([false, true]);
    await runUndo(deps, { dryRun: true, json: true });
    expect(seen()).toEqual([true, true]);
    printed.out = '';
    printed.err = '';
    await runUndo(deps, { yes: true });
    expect(seen()).toEqual([false, true]);
    expect((await keys()).map(({ hash }) => hash)).toContain(created?.hash);
  });

  it('asks for the name and the limit, with the budget of the entry as default', async () => {
    const defaults: unknown[] = [];
    const prompter = {
      canPrompt: true,
      input: async ({ default: value }: { default?: string }) => {
        defaults.push(value);
        return value ?? '';
      },
      confirm: async () => true,
    } as unknown as Prompter;
    const { deps } = await start({ prompter });
    const asks = { yes: false, limit: undefined, limitReset: undefined };
    const result = await runCreate(deps, { ...createOptions, ...asks });
    expect(defaults).toEqual(['openclaw-prod', '30']);
    expect(result.created).toMatchObject({ limit: '30', limitReset: 'monthly' });
  });

  it('makes nothing when the answer is no', async () => {
    const prompter = { canPrompt: true, confirm: async () => false } as unknown as Prompter;
    const { deps, keys } = await start({ prompter });
    const asks = { ...createOptions, yes: false, name: 'x' };
    await expect(runCreate(deps, asks)).rejects.toThrow('Cancelled');
    expect(await keys()).toHaveLength(1);
  });

  it('leaves no key behind where it cannot be stored', async () => {
    const { deps, keys, home } = await start({ files: { '.bashrc': 'mine\n' } });
    const files = {
      ...deps.files,
      rename: async (from: string, to: string) => {
        if (to.endsWith('.bashrc')) throw Object.assign(new Error('no'), { code: 'EROFS' });
        return deps.files.rename(from, to);
      },
    };
    await expect(runCreate({ ...deps, files }, createOptions)).rejects.toThrow('.bashrc');
    expect(await keys()).toHaveLength(1);
    expect(readFileSync(join(home, '.bashrc'), 'utf8')).toBe('mine\n');
  });

  it.each([
    ['a read-only rc file', { '.bashrc': '' }, {}, 'read-only'],
    ['a key that is there', { '.bashrc': `export MY_KEY=${testKey}\n` }, {}, 'has a key already'],
    ['no management key', {}, { OPENROUTER_MANAGEMENT_KEY: '' }, 'needs a management key'],
    [
      'a management key that is none',
      {},
      { OPENROUTER_MANAGEMENT_KEY: 'x' },
      'is not an OpenRouter',
    ],
    ['one that OpenRouter rejects', {}, { OPENROUTER_MANAGEMENT_KEY: testKey }, '401'],
    [
      'no network',
      {},
      { OPENROUTER_BASE_URL: 'http://127.0.0.1:9/api/v1' },
      'could not be created',
    ],
  ])('makes and writes nothing with %s', async (name, files: Record<string, string>, env, why) => {
    const world = await start({ files, env });
    if (name.includes('read-only')) chmodSync(join(world.home, '.bashrc'), 0o444);
    await expect(runCreate(world.deps, createOptions)).rejects.toThrow(why);
    expect(existsSync(journalIn(world.home))).toBe(false);
    expect(world.sandbox.requests.every(({ status }) => status !== 201)).toBe(true);
  });
});

it('key create names the command for an entry that has no key, if the first one has one', async () => {
  const entry = (name: string, variable: string) =>
    `${name}: { provider: 'openrouter', apiKey: '\${${variable}}', defaultModel: 'a/b' }`;
  const create = async (...entries: string[]) => {
    const { deps } = await start({
      files: {
        '.bashrc': `export MY_KEY=${testKey}\n`,
        '.config/openclaw/openclaw.json5': `{ models: { ${entries.join(', ')} } }`,
      },
    });
    return runCreate(deps, createOptions);
  };
  const forWork =
    'Store one for work: printf %s "$KEY" | openclaw-openrouter init --yes --name work --key-stdin';
  await expect(create(entry('one', 'MY_KEY'), entry('work', 'WORK_KEY'))).rejects.toMatchObject({
    type: 'conflict',
    hint: hintWith(forWork),
  });
  const both = create(entry('one', 'MY_KEY'), entry('work', 'MY_KEY'));
  await expect(both).rejects.toMatchObject({ type: 'conflict' });
  await expect(both).rejects.not.toMatchObject({ hint: hintWith('Store one for') });
});

describe('key limit', () => {
  const limitOptions: LimitOptions = {
    ...management,
    key: undefined,
    limit: '25',
    limitReset: undefined,
  };
  const withKey = async (options: Parameters<typeof start>[0] = {}) => {
    const world = await start(options);
    const env = { ...world.deps.env, MY_KEY: world.sandbox.key };
    return { ...world, deps: { ...world.deps, env } };
  };

  it('changes the limit and keeps its reset', async () => {
    const { deps, keys } = await withKey();
    const { before, after } = await runLimit(deps, limitOptions);
    expect([before.limit, after.limit, after.limitReset]).toEqual(['20', '25', 'monthly']);
    expect((await keys())[0]).toMatchObject({ limit: '25' });
  });

  it('takes the management key from standard input', async () => {
    const { sandbox } = await withKey();
    const env = { OPENROUTER_MANAGEMENT_KEY: '', OPENROUTER_BASE_URL: sandbox.url };
    const world = await start({ env, stdin: `${sandbox.managementKey}\n` });
    const own = { ...world.deps.env, MY_KEY: sandbox.key };
    const options = { ...limitOptions, managementKeyStdin: true, limit: null };
    const { after } = await runLimit({ ...world.deps, env: own }, options);
    expect(after).toMatchObject({ limit: null, limitReset: null });
  });

  it.each([
    ['a limit that is used up', { limit: '3' }, 'has used $3.00 this month'],
    ['one in all', { limit: '8', limitReset: null }, 'has used $8.00 since it was created'],
    ['an unknown key', { key: 'sk-or-v1-zzzz' }, 'No key that is set begins with'],
    ['a whole key', { key: testKey }, 'shows in the list of processes'],
  ] as const)('refuses %s', async (_name, options, why) => {
    const { deps, keys } = await withKey();
    await expect(runLimit(deps, { ...limitOptions, ...options })).rejects.toThrow(why);
    expect((await keys())[0]).toMatchObject({ limit: '20' });
  });

  it('refuses a key of another account, and the key itself as management key', async () => {
    const { deps, sandbox } = await withKey();
    const foreign = { ...deps, env: { ...deps.env, MY_KEY: testKey } };
    await expect(runLimit(foreign, limitOptions)).rejects.toThrow('belongs to another account');
    const same = { ...deps, env: { ...deps.env, OPENROUTER_MANAGEMENT_KEY: sandbox.key } };
    await expect(runLimit(same, limitOptions)).rejects.toThrow('manages no keys');
  });
});
