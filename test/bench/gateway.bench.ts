import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type Bench, type Figure, median } from './figure.ts';

const rival = '@portkey-ai/gateway@1.15.2';
const rounds = 7;
const sliceMs = 1_500;
const testKey = `sk-or-v1-${'ab'.repeat(32)}`;

/** Where the rival is kept between runs: outside the tree. */
const cacheFolder = join(tmpdir(), 'openclaw-openrouter-bench-rival');

interface Slice {
  readonly rps: number;
  readonly p50: number;
  readonly failed: number;
}

/**
 * Our gateway, with budget, ledger and log on, and the rival before one and the same upstream: 32 connections in
 * slices that take turns, so that a busy machine slows both; then one connection, against the upstream itself.
 * Without a network the rival is left out, and there is no figure for it.
 */
export const bench: Bench = async () => {
  const running: ChildProcess[] = [];
  const home = mkdtempSync(join(tmpdir(), 'openclaw-openrouter-bench-'));
  try {
    const upstream = await startUpstream(running);
    const ours = await startOurs(home, upstream, running);
    const theirs = await startRival(running);
    const raced = theirs === null ? [] : [await race(ours, theirs, upstream)];
    return [...raced, await addedLatency(ours, upstream)];
  } finally {
    for (const child of running) child.kill('SIGKILL');
    rmSync(home, { recursive: true, force: true });
  }
};

async function race(ours: number, theirs: number, upstream: number): Promise<Figure> {
  const headers = [
    'x-portkey-provider: openai',
    `x-portkey-custom-host: http://127.0.0.1:${upstream}/v1`,
    'authorization: Bearer anything',
  ];
  const shares: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const a = await load(ours, 32, 'main');
    const b = await load(theirs, 32, 'openai/gpt-4o-mini', headers);
    if (a.failed + b.failed > 0) throw new Error(`failed requests: ${a.failed} and ${b.failed}`);
    // The first round warms both up.
    if (round > 0) shares.push(b.rps / a.rps);
  }
  const what = `gateway, 32 connections: requests/s of ${rival} to ours`;
  return { what, measured: median(shares), atMost: 1 / 5, unit: 'x' };
}

async function addedLatency(ours: number, upstream: number): Promise<Figure> {
  const added: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const through = await load(ours, 1, 'main');
    const direct = await load(upstream, 1, 'openai/gpt-4o-mini');
    added.push(through.p50 - direct.p50);
  }
  return {
    what: 'gateway, 1 connection: p50 added',
    measured: median(added),
    atMost: 0.5,
    unit: 'ms',
  };
}

async function load(
  port: number,
  connections: number,
  model: string,
  headers: readonly string[] = [],
): Promise<Slice> {
  const script = resolve('test/bench/gateway/load.js');
  const args = [script, port, connections, sliceMs, model, ...headers].map(String);
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout);
}

async function startUpstream(running: ChildProcess[]): Promise<number> {
  const child = start(running, [resolve('test/bench/gateway/upstream.js')], {});
  return Number(await firstMatch(child, /^(\d+)/));
}

async function startOurs(home: string, upstream: number, running: ChildProcess[]): Promise<number> {
  const config = join(home, 'setup.json5');
  const entry = {
    provider: 'openrouter',
    apiKey: `\${OPENROUTER_API_KEY}`,
    defaultModel: 'openai/gpt-4o-mini',
    budget: { dailyLimit: 100_000, monthlyLimit: 1_000_000, alertThreshold: 0.8 },
  };
  writeFileSync(config, JSON.stringify({ models: { main: entry } }));
  const bin = resolve('bin/openclaw-openrouter.js');
  const child = start(
    running,
    [bin, 'serve', '--port', '0', '--log', 'json', '--json', '--config', config],
    {
      HOME: home,
      OPENROUTER_BASE_URL: `http://127.0.0.1:${upstream}/api/v1`,
      OPENROUTER_API_KEY: testKey,
    },
  );
  return Number(await firstMatch(child, /"url": "http:\/\/127\.0\.0\.1:(\d+)/));
}

/** Null where it cannot be installed. */
async function startRival(running: ChildProcess[]): Promise<number | null> {
  const server = join(cacheFolder, 'node_modules/@portkey-ai/gateway/build/start-server.js');
  if (!existsSync(server)) {
    mkdirSync(cacheFolder, { recursive: true });
    const args = [
      'install',
      '--prefix',
      cacheFolder,
      '--no-save',
      '--no-audit',
      '--no-fund',
      rival,
    ];
    await promisify(execFile)('npm', args).catch(() => null);
  }
  if (!existsSync(server)) return null;
  const port = await freePort();
  start(running, [server, `--port=${port}`, '--headless'], {});
  for (let tries = 0; tries < 100; tries += 1) {
    const up = await fetch(`http://127.0.0.1:${port}/`).then(
      () => true,
      () => false,
    );
    if (up) return port;
    await sleep(100);
  }
  return null;
}

function start(
  running: ChildProcess[],
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): ChildProcess {
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  running.push(child);
  return child;
}

async function firstMatch(child: ChildProcess, pattern: RegExp): Promise<string> {
  let text = '';
  for await (const bytes of child.stdout ?? []) {
    text += String(bytes);
    const found = pattern.exec(text)?.[1];
    if (found !== undefined) return found;
  }
  throw new Error(`It ended without a word of ${pattern}: ${text}`);
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0));
    });
  });
}
