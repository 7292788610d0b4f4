import { spawn } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'libsql';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { currentKey } from '../../src/openrouter/account.ts';
import { createClient, managementClientFor } from '../../src/openrouter/client.ts';
import { keyHash, listKeys, readManagedKey } from '../../src/openrouter/managed-keys.ts';
import { binPath, compileCache, runBin } from '../helpers/bin.ts';
import { fakeHost } from '../helpers/fake-host.ts';
import { sharedDatabase, writeProfiles } from '../helpers/host-keys.ts';
import { put } from '../helpers/put.ts';
import { realClock, testSandbox } from '../helpers/sandbox.ts';
import { createWorld, packageFolder, temporaryFolder } from '../helpers/world.ts';

vi.setConfig({ testTimeout: 600_000 });

/** `KILL_ROUNDS=100` for the long run. */
const rounds = Number(process.env.KILL_ROUNDS ?? 12);

const setupText = `{ models: { one: { provider: 'openrouter', apiKey: '\${OPENROUTER_API_KEY}', defaultModel: 'openai/gpt-4o' } } }`;
const wholeKey = /sk-or-v1-[0-9a-f]{64}/g;
const journal = '.local/state/openclaw-openrouter/rotation.json';

async function start(extra: Readonly<Record<string, string>> = {}) {
  const sandbox = await testSandbox();
  const home = temporaryFolder();
  const write = (path: string, text: string) => put(join(home, path), text);
  const files = {
    '.bashrc': '# mine\nexport OPENROUTER_API_KEY="<key>"\n',
    '.profile': '. ~/.bashrc\n',
    '.openclaw/.env': 'OPENROUTER_API_KEY=<key>\nOTHER=1\n',
    '.openclaw/openclaw.json': '{ env: { vars: { OPENROUTER_API_KEY: "<key>" } } }\n',
    ...extra,
  };
  for (const [path, text] of Object.entries(files)) {
    write(path, text.replaceAll('<key>', sandbox.key));
  }
  write('.config/openclaw/openclaw.json5', setupText);
  const env = {
    SHELL: '/bin/bash',
    OPENROUTER_BASE_URL: sandbox.url,
    OPENROUTER_MANAGEMENT_KEY: sandbox.managementKey,
  };
  const read = (path: string) => readFileSync(join(home, path), 'utf8');
  const places = Object.keys(files).filter((path) => read(path).includes(sandbox.key));
  const manager = managementClientFor(createWorld({ env }).deps, sandbox.managementKey, 10_000);
  return {
    sandbox,
    home,
    env,
    read,
    write,
    manager,
    places,
    keysInPlaces: () => places.map((path) => read(path).match(wholeKey)?.join() ?? 'none'),
    rotate: (...args: string[]) => runBin(['key', 'rotate', '--yes', ...args], { home, env }),
    /** Rejects for a key that is not valid. */
    ask: (key: string) =>
      currentKey(
        createClient({
          baseUrl: sandbox.url,
          apiKey: key,
          fetch: (url, init) => fetch(url, init),
          clock: realClock,
          timeoutMs: 10_000,
        }),
      ),
  };
}

type World = Awaited<ReturnType<typeof start>>;

/** One valid key everywhere, the only one that is enabled, with the name of the old one. */
async function expectRotated({ keysInPlaces, manager, sandbox, home }: World, old = sandbox.key) {
  const [key = '', ...others] = [...new Set(keysInPlaces())];
  expect(others).toEqual([]);
  expect(key).not.toBe(old);
  const enabled = await listKeys(manager, null);
  expect(enabled.map(({ hash, name }) => [hash, name])).toEqual([[keyHash(key), 'sandbox']]);
  expect(existsSync(join(home, journal))).toBe(false);
  return key;
}

/** `key rotate` fails with that message and leaves everything as it was. */
async function expectRefused(world: World, env: World['env'], message: RegExp) {
  const before = world.keysInPlaces();
  const args = ['key', 'rotate', '--yes'];
  const { exitCode, stderr } = await runBin(args, { home: world.home, env });
  expect([exitCode, stderr]).toEqual([2, expect.stringMatching(message)]);
  expect(world.keysInPlaces()).toEqual(before);
  expect(await listKeys(world.manager, null)).toHaveLength(1);
  expect(existsSync(join(world.home, journal))).toBe(false);
}

/** No output, and no file of ours but the undo records, has a key. */
function expectNoKey({ home }: World, ...outputs: readonly string[]): void {
  const state = join(home, '.local/state/openclaw-openrouter');
  const files = existsSync(state) ? readdirSync(state) : [];
  const texts = files
    .filter((name) => /\.(json|lock)$/.test(name))
    .map((name) => readFileSync(join(state, name), 'utf8'));
  expect([...outputs, ...texts].join('\n')).not.toMatch(wholeKey);
}

describe('key rotate', () => {
  it('replaces the key in every place and disables the old one', async () => {
    const world = await start();
    const { stdout, stderr, exitCode } = await world.rotate();
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toContain('old\tdisabled');
    const key = await expectRotated(world);
    const old = await readManagedKey(world.manager, keyHash(world.sandbox.key));
    expect(old.disabled).toBe(true);
    expect(await world.ask(key)).toMatchObject({ limit: '20', limitReset: 'monthly' });
    expect(world.read('.bashrc')).toBe(`# mine\nexport OPENROUTER_API_KEY="${key}"\n`);
    expectNoKey(world, stdout, stderr);
    const users = await runBin(['key', '--json'], world);
    expect(users.stdout).not.toContain('rejects');
  });

  it('deletes the old key with --delete, and names a shell that still has it', async () => {
    const world = await start();
    const env = { ...world.env, OPENROUTER_API_KEY: world.sandbox.key };
    const { stdout } = await runBin(['key', 'rotate', '--yes', '--delete'], { ...world, env });
    expect(stdout).toContain('old\tdeleted');
    expect(stdout).toContain('This shell still has the old key in OPENROUTER_API_KEY');
    await expectRotated(world);
    await expect(readManagedKey(world.manager, keyHash(world.sandbox.key))).rejects.toThrow();
  });

  it('is undone with the old key enabled again', async () => {
    const world = await start();
    await world.rotate();
    const key = await expectRotated(world);
    const undo = (more: Readonly<Record<string, string>> = {}) =>
      runBin(['undo', '--yes'], { home: world.home, env: { ...world.env, ...more } });
    const refused = await undo({ OPENROUTER_MANAGEMENT_KEY: '' });
    expect([refused.exitCode, refused.stderr]).toEqual([2, expect.stringContaining('management')]);
    expect(new Set(world.keysInPlaces())).toEqual(new Set([key]));
    expect((await undo()).exitCode).toBe(0);
    expect(new Set(world.keysInPlaces())).toEqual(new Set([world.sandbox.key]));
    await world.ask(world.sandbox.key);
    await expect(world.ask(key)).rejects.toThrow();
  });

  it('keeps the old key while a new shell still gets it, and finishes once none does', async () => {
    const world = await start({ '.profile': 'export OPENROUTER_API_KEY=$(cat ~/.secret)\n' });
    world.write('.secret', world.sandbox.key);
    const waiting = await world.rotate();
    expect(waiting.exitCode).toBe(1);
    expect(waiting.stdout).toContain('a new login bash still has the old key');
    await world.ask(world.sandbox.key);
    world.write('.profile', '. ~/.bashrc\n');
    const { stdout, exitCode } = await world.rotate();
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('old\tdisabled')]);
    await expectRotated(world);
  });

  it('has OpenClaw store the key in its profile, and leaves all as it was if that fails', async () => {
    const world = await start();
    const database = sharedDatabase(world.home);
    writeProfiles(database, { 'openrouter:default': 'any' });
    const inDatabase = (statement: string, ...values: string[]) => {
      const profiles = new Database(database);
      const row: unknown = profiles.prepare(statement).get(...values);
      profiles.close();
      return JSON.stringify(row);
    };
    inDatabase(
      "UPDATE config_machine_state SET value_json = ? WHERE state_key = 'authProfiles.store' RETURNING 1",
      JSON.stringify({
        profiles: {
          'openrouter:default': {
            type: 'api_key',
            provider: 'openrouter',
            key: world.sandbox.key,
          },
        },
      }),
    );
    const stored = () =>
      inDatabase(
        "SELECT value_json FROM config_machine_state WHERE state_key = 'authProfiles.store'",
      );
    expect(stored()).toContain(world.sandbox.key);
    const paste = `node -e "$PASTE" "$(cat)"`;
    const answers = {
      '--version': 'echo 2026.9.6',
      'gateway restart': 'true',
      'doctor --non-interactive': 'true',
      'models auth paste-api-key --provider openrouter --profile-id openrouter:default': paste,
    };
    const PASTE = `const db = new (require(${JSON.stringify(join(packageFolder, 'node_modules/libsql'))}))(${JSON.stringify(database)});
      db.prepare("UPDATE config_machine_state SET value_json = replace(value_json, substr(value_json, instr(value_json, 'sk-or-v1-'), 73), ?)").run(process.argv[1]);`;
    const run = (validate: string) => {
      const PATH = fakeHost(world.home, { ...answers, 'config validate': validate });
      const env = { ...world.env, PATH, PASTE };
      return runBin(['key', 'rotate', '--yes'], { home: world.home, env });
    };
    const refused = await run('exit 1');
    expect(refused.stderr).toContain('OpenClaw rejects the config');
    expect(stored()).toContain(world.sandbox.key);
    expect(new Set(world.keysInPlaces())).toEqual(new Set([world.sandbox.key]));
    expect(await listKeys(world.manager, null)).toHaveLength(1);
    const { exitCode, stdout } = await run('true');
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('disabled')]);
    expect(stored()).toContain(await expectRotated(world));
  });
});

describe('key rotate with bad luck', () => {
  it.each([
    ['a read-only rc file', /read-only/],
    ['an inference key as management key', /manages no keys/],
    ['/keys that is down', /could not be rotated/],
  ])('changes nothing with %s', async (name, message) => {
    const world = await start();
    let { env } = world;
    if (name.includes('read-only')) chmodSync(join(world.home, '.bashrc'), 0o444);
    else if (name.includes('inference')) {
      env = { ...env, OPENROUTER_MANAGEMENT_KEY: world.sandbox.key };
    } else env = { ...env, OPENROUTER_BASE_URL: 'http://127.0.0.1:9/api/v1' };
    await expectRefused(world, env, message);
  });

  it('keeps both keys where /keys goes down at the end, and finishes later', async () => {
    const world = await start();
    let isDown = true;
    const fails = ({ method }: Call) => isDown && method === 'PATCH' && 503;
    const env = { ...world.env, OPENROUTER_BASE_URL: await relay(world, fails) };
    const rotate = () => runBin(['key', 'rotate', '--yes'], { home: world.home, env });
    const { exitCode, stderr } = await rotate();
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('could not be disabled')]);
    const [key = '', ...others] = new Set(world.keysInPlaces());
    expect(others).toEqual([]);
    for (const one of [key, world.sandbox.key]) await world.ask(one);
    expect((await runBin(['key'], world)).stdout).toContain('unfinished\t');
    isDown = false;
    expect((await rotate()).exitCode).toBe(0);
    expect(await expectRotated(world)).toBe(key);
  });

  it.each([
    ['may not create keys', 'POST', '/keys', 403, /has no right to do this/],
    ['gets no answer from the model', 'POST', '/chat/completions', 503, /got no answer/],
    ['cannot use the new key', 'GET', '/key', 401, /is not accepted/],
  ])('takes back what it has done where it %s', async (_name, method, path, status, message) => {
    const world = await start();
    const fails = (call: Call) => call.method === method && call.path === path && status;
    const env = { ...world.env, OPENROUTER_BASE_URL: await relay(world, fails) };
    await expectRefused(world, env, message);
  });

  it('cleans up later where even that fails', async () => {
    const world = await start();
    let isDown = true;
    const fails = ({ method, path }: Call) =>
      isDown && (method === 'DELETE' || path === '/chat/completions') && 503;
    const env = { ...world.env, OPENROUTER_BASE_URL: await relay(world, fails) };
    const rotate = () => runBin(['key', 'rotate', '--yes'], { home: world.home, env });
    await rotate();
    expect(await listKeys(world.manager, null)).toHaveLength(2);
    isDown = false;
    expect((await rotate()).exitCode).toBe(0);
    await expectRotated(world);
  });

  it('lets only one of two simultaneous rotations proceed', async () => {
    const world = await start();
    const runs = await Promise.all([world.rotate(), world.rotate()]);
    const codes = runs.map(({ exitCode }) => exitCode).sort();
    // One that starts late finds the first one finished, and rotates its key.
    if (codes[1] !== 0) {
      expect(codes).toEqual([0, 2]);
      expect(runs.map(({ stderr }) => stderr).join('')).toContain('Another rotation');
    }
    await expectRotated(world);
  });

  const timeout = 60_000 + rounds * 30_000;
  it(`is finished or taken back after a kill at any instant, ${rounds} times`, {
    timeout,
  }, async () => {
    const world = await start();
    let killed = 0;
    await world.rotate();
    // The first run of a program takes longer than the others.
    let usualMs = await msOf(() => world.rotate());
    for (let round = 0; round < rounds; round += 1) {
      const old = world.keysInPlaces()[0] ?? '';
      let ended = false;
      const tookMs = await msOf(async () => {
        ended = await killedAfter(world, Math.random() * usualMs);
      });
      if (ended) usualMs = Math.min(usualMs, tookMs);
      else killed += 1;
      for (const key of world.keysInPlaces()) await world.ask(key);
      expectNoKey(world);
      const { exitCode, stdout, stderr } = await world.rotate();
      expect([exitCode, stderr.replace(/ {2}(Undid|Removed) .*\n/g, '')]).toEqual([0, '']);
      expectNoKey(world, stdout, stderr);
      await expectRotated(world, old);
    }
    expect(killed).toBeGreaterThan(rounds / 4);
  });
});

async function msOf(run: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await run();
  return performance.now() - startedMs;
}

interface Call {
  readonly method: string;
  /** Below the base URL. */
  readonly path: string;
}

/** The address of a server that passes requests on to the sandbox, and answers some with an error itself. */
async function relay({ sandbox }: World, failure: (call: Call) => number | false): Promise<string> {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const { method = '', url = '', headers } = request;
    const path = url.replace('/api/v1', '').replace(/\?.*/, '');
    const status = failure({ method, path });
    if (status !== false) {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: { code: status, message: 'made to fail' } }));
      return;
    }
    const { authorization = '' } = headers;
    const answer = await fetch(new URL(url, sandbox.url), {
      method,
      headers: { authorization, 'content-type': 'application/json' },
      ...(body === '' ? {} : { body }),
    });
    const type = answer.headers.get('content-type') ?? '';
    response.writeHead(answer.status, { 'content-type': type }).end(await answer.text());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/api/v1`;
}

/** Whether the rotation had ended before. */
async function killedAfter({ home, env }: World, ms: number): Promise<boolean> {
  const child = spawn(process.execPath, [binPath, 'key', 'rotate', '--yes'], {
    cwd: home,
    env: { PATH: process.env.PATH, HOME: home, NODE_COMPILE_CACHE: compileCache, ...env },
    stdio: 'ignore',
  });
  const closed = new Promise<boolean>((resolve) =>
    child.on('close', (code) => resolve(code !== null)),
  );
  await sleep(ms);
  child.kill('SIGKILL');
  return closed;
}
