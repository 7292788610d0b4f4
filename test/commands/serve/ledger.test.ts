import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  closeSync,
  openSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Libsql from 'libsql';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ledgerPath } from '../../../src/spend/open-ledger.ts';
import { asStream, chunk, end } from '../../gateway/answers.ts';
import { longTimeout } from '../../gateway/start.ts';
import { binPath, compileCache } from '../../helpers/bin.ts';
import { noOtherUser, otherUser } from '../../helpers/other-user.ts';
import { put } from '../../helpers/put.ts';
import type { TestWorld } from '../../helpers/world.ts';
import { json } from '../../openrouter/serve.ts';
import {
  chat,
  dollarUpstream,
  gatewayIn,
  ledgerOf,
  upstreamOf,
  worldBefore,
} from './gateway-bin.ts';

const today = new Date().toISOString().slice(0, 10);

/** Keeps the ledger locked as another program would, until it is let go. */
function lock(world: TestWorld): () => void {
  const database = new Libsql(ledgerPath(world.deps));
  database.exec('BEGIN IMMEDIATE');
  let isLocked = true;
  const release = () => {
    if (isLocked) database.exec('ROLLBACK');
    isLocked = false;
  };
  onTestFinished(release);
  return release;
}

/** Streams for as long as nobody says that it is enough; answers everything else at once. */
async function tricklingUpstream() {
  const state = { isEnough: false };
  const { baseUrl } = await upstreamOf(async (response, { body }) => {
    if (!JSON.parse(body).stream) {
      const message = { role: 'assistant', content: 'ok' };
      return json(response, 200, { choices: [{ message }], usage: { cost: 1 } });
    }
    asStream(response);
    while (!state.isEnough) {
      response.write(chunk('tick'));
      await sleep(20);
    }
    response.end(`${chunk('', { usage: { cost: 1 } })}${end}`);
  });
  return { baseUrl, state };
}

function ask(url: string, body: object): Promise<Response> {
  const messages = [{ role: 'user', content: 'x' }];
  const text = JSON.stringify({ model: 'main', max_tokens: 1, messages, ...body });
  return fetch(`${url}/chat/completions`, { method: 'POST', body: text });
}

describe('a ledger that another program keeps locked', () => {
  it('blocks only requests to entries with a budget, which get an error', async () => {
    const { baseUrl, state } = await tricklingUpstream();
    const world = worldBefore(baseUrl, { dailyLimit: 10 }, { free: { defaultModel: 'a/dollar' } });
    const { url, printed } = await gatewayIn(world);
    const streaming = await ask(url, { stream: true });
    const stream = streaming.body?.getReader();
    const release = lock(world);

    const refusing = ask(url, {});
    const answered = await Promise.all([
      fetch(url.replace(/\/v1$/, '/healthz')),
      ask(url, { model: 'free' }),
    ]);
    expect(answered.map(({ status }) => status)).toEqual([200, 200]);
    // Far more than any buffer on the way could have kept from before.
    for (let ticks = 0; ticks < 50; ) {
      const read = await stream?.read();
      ticks +=
        Buffer.from(read?.value ?? [])
          .toString()
          .split('tick').length - 1;
    }
    const refused = await refusing;
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    const { error } = (await refused.json()) as { error: { message: string; type: string } };
    expect(error.type).toBe('ledger_unavailable');
    expect(error.message).toContain('another program has locked it');
    expect(error.message).not.toContain(world.home);

    state.isEnough = true;
    for (let read = await stream?.read(); read?.done === false; ) read = await stream?.read();
    release();
    await vi.waitFor(async () => expect((await ask(url, {})).status).toBe(200), longTimeout);
    const ledger = await ledgerOf(world);
    await vi.waitFor(async () => {
      const days = await ledger.daily({ from: today, to: today });
      expect(days.map(({ entry, requests, usd }) => [entry, requests, usd])).toEqual([
        ['free', 1, '1'],
        ['main', 2, '2'],
      ]);
    }, longTimeout);
    expect(printed().match(/cannot be used: another program/g)).toHaveLength(1);
    expect(printed()).toContain('The ledger works again');
  });
});

/** What `serve` prints, and how it ends, where it cannot begin. */
async function refusedStart(world: TestWorld, shell: string | null = null, uid?: number) {
  const args = [binPath, 'serve', '--port', '0', '--config', join(world.home, 'setup.json5')];
  const command = [process.execPath, ...args];
  const [file = '', ...rest] =
    shell === null ? command : ['sh', '-c', `${shell}; exec "$@"`, 'sh', ...command];
  const options = uid === undefined ? {} : { uid, gid: uid };
  const env = { NODE_COMPILE_CACHE: compileCache, ...world.deps.env };
  const child = spawn(file, rest, { env, cwd: world.home, ...options });
  onTestFinished(() => void child.kill('SIGKILL'));
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (bytes) => {
      printed += String(bytes);
    });
  }
  const exitCode = await new Promise((resolve) => child.on('close', resolve));
  return { exitCode, printed: printed.replace(/\s+/g, ' ') };
}

function writeLedger(world: TestWorld, text: string): string {
  return put(ledgerPath(world.deps), text);
}

describe('serve with a budget and an unusable ledger', () => {
  it('does not start with a damaged file, and says how to fix it', async () => {
    const { baseUrl } = await dollarUpstream();
    const world = worldBefore(baseUrl, { dailyLimit: 10 });
    const path = writeLedger(world, 'no database '.repeat(1_000));
    const { exitCode, printed } = await refusedStart(world);
    expect(exitCode).toBe(2);
    expect(printed).toContain('cannot be used: the file is damaged');
    expect(printed).toContain(`rm -f ${path}-wal ${path}-shm`);
  });

  it('does not start with damaged daily sums', async () => {
    const { baseUrl } = await dollarUpstream();
    const world = worldBefore(baseUrl, { dailyLimit: 10 });
    const path = writeLedger(world, '');
    const ledger = await ledgerOf(world);
    await ledger.close();
    const database = new Libsql(path);
    database.exec("INSERT INTO daily VALUES ('2026-11-22', 'main', 'm', 1, 1, 1, 1, '1')");
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    const [[root]] = database
      .prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'daily'")
      .raw()
      .all() as [[number]];
    database.close();
    const page = Buffer.alloc(4_096, 0x5a);
    const file = openSync(path, 'r+');
    writeSync(file, page, 0, page.length, (root - 1) * page.length);
    closeSync(file);
    const { exitCode, printed } = await refusedStart(world);
    expect([exitCode, printed]).toEqual([2, expect.stringContaining('the file is damaged')]);
  });

  it('does not start on a full disk', async () => {
    const { baseUrl } = await dollarUpstream();
    const world = worldBefore(baseUrl, { dailyLimit: 10 });
    const ledger = await ledgerOf(world);
    await ledger.close();
    const { exitCode, printed } = await refusedStart(world, 'ulimit -f 0');
    expect([exitCode, printed]).toEqual([2, expect.stringContaining('the disk is full')]);
  });

  it.skipIf(noOtherUser !== null)('does not start with a read-only file (needs root)', async () => {
    const { baseUrl } = await dollarUpstream();
    const world = worldBefore(baseUrl, { dailyLimit: 10 });
    const ledger = await ledgerOf(world);
    await ledger.close();
    const path = ledgerPath(world.deps);
    execFileSync('chown', ['-R', `${otherUser}:${otherUser}`, world.home]);
    chownSync(path, 0, 0);
    chmodSync(path, 0o444);
    const { exitCode, printed } = await refusedStart(world, null, otherUser);
    expect([exitCode, printed]).toEqual([2, expect.stringContaining('opened for writing')]);
  });

  it('starts without a budget, and notes that nothing is recorded', async () => {
    const { baseUrl } = await dollarUpstream();
    const world = worldBefore(baseUrl, null);
    writeLedger(world, 'no database '.repeat(1_000));
    const { url, printed } = await gatewayIn(world);
    expect(await chat(url)).toBe(200);
    expect(printed()).toContain('nothing is recorded');
  });

  it('refuses requests while the file is moved away', async () => {
    const { baseUrl, seen } = await dollarUpstream();
    const world = worldBefore(baseUrl, { dailyLimit: 10 });
    const path = ledgerPath(world.deps);
    const { url } = await gatewayIn(world);
    expect(await chat(url)).toBe(200);
    renameSync(path, `${path}.old`);
    expect(await chat(url)).toBe(503);
    writeFileSync(path, '');
    expect(await chat(url)).toBe(503);
    renameSync(`${path}.old`, path);
    expect(await chat(url)).toBe(200);
    expect(seen.filter(({ method }) => method === 'POST')).toHaveLength(2);
  });
});
