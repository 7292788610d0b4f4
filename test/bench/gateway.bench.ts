import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type Bench, type Figure, median } from './figure.ts';

const rival = '@portkey-ai/gateway@1.15.2';
const rounds = 7;
const sliceMs = 1_500;
const directModel = 'openai/gpt-4o-mini';
const testKey = `sk-or-v1-${'ab'.repeat(32)}`;

/** Where the rival is kept between runs: outside the tree. */
const cacheFolder = join(tmpdir(), 'openclaw-openrouter-bench-rival');

interface Slice {
  readonly rps: number;
  readonly p50: number;
  readonly failed: number;
}

/**
 * Our gateway, with budget, ledger and log on, beside a bare reverse proxy and the rival, before one and the same
 * upstream. They take turns in short slices, so that a busy machine slows all of them. Without a network the rival is
 * left out, and there is no figure for it.
 */
export const bench: Bench = async () => {
  const running: ChildProcess[] = [];
  const home = mkdtempSync(join(tmpdir(), 'openclaw-openrouter-bench-'));
  try {
    const upstream = await startScript(running, 'upstream.js');
    const proxy = await startScript(running, 'proxy.js', upstream);
    const ours = await startOurs(home, upstream, running);
    const theirs = await startRival(running);
    const [, bare, own] = running;
    const idle = memory('idle', own, bare);
    return [
      ...(await race({ ours, theirs, proxy, upstream })),
      ...idle,
      ...memory('after 32 connections', own, bare),
      await addedLatency({ ours, proxy, upstream }),
      await addedBetweenChunks({ ours, upstream }),
    ];
  } finally {
    for (const child of running) child.kill('SIGKILL');
    rmSync(home, { recursive: true, force: true });
  }
};

/** The ports of those that are measured. */
interface Ports {
  readonly ours: number;
  /** Null where it could not be installed. */
  readonly theirs: number | null;
  readonly proxy: number;
  readonly upstream: number;
}

async function race({ ours, theirs, proxy, upstream }: Ports): Promise<Figure[]> {
  const headers = [
    'x-portkey-provider: openai',
    `x-portkey-custom-host: http://127.0.0.1:${upstream}/v1`,
    'authorization: Bearer anything',
  ];
  const toProxy: number[] = [];
  const toRival: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const own = await load(ours, 32, 'main');
    const bare = await load(proxy, 32, 'main');
    const rivals = theirs === null ? null : await load(theirs, 32, directModel, headers);
    const failed = own.failed + bare.failed + (rivals?.failed ?? 0);
    if (failed > 0) throw new Error(`${failed} failed requests`);
    // The first round warms all of them up.
    if (round === 0) continue;
    toProxy.push(bare.rps / own.rps);
    if (rivals !== null) toRival.push(rivals.rps / own.rps);
  }
  const what = (name: string) => `gateway, 32 connections: requests/s of ${name} to ours`;
  const figures = [
    { what: what('a bare proxy'), measured: median(toProxy), atMost: 1 / 0.6, unit: 'x' },
    { what: what(rival), measured: median(toRival), atMost: 1 / 6, unit: 'x' },
  ];
  return theirs === null ? figures.slice(0, 1) : figures;
}

/** Resident memory, which only Linux tells of another process. */
function memory(when: string, own?: ChildProcess, bare?: ChildProcess): Figure[] {
  const [ours, theirs] = [own, bare].map(residentOf);
  if (ours == null || theirs == null) return [];
  const what = `gateway, ${when}: memory, to that of a bare proxy`;
  return [{ what, measured: ours / theirs, atMost: 2.5, unit: 'x' }];
}

function residentOf({ pid }: Pick<ChildProcess, 'pid'> = {}): number | null {
  const status = `/proc/${pid}/status`;
  const size = existsSync(status) ? /VmRSS:\s+(\d+)/.exec(readFileSync(status, 'utf8')) : null;
  return size === null ? null : Number(size[1]);
}

async function addedLatency(ports: Omit<Ports, 'theirs'>): Promise<Figure> {
  const ratios: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const own = await load(ports.ours, 1, 'main');
    const bare = await load(ports.proxy, 1, 'main');
    const direct = await load(ports.upstream, 1, directModel);
    ratios.push((own.p50 - direct.p50) / (bare.p50 - direct.p50));
  }
  const what = 'gateway, 1 connection: p50 added, to what a bare proxy adds';
  return { what, measured: median(ratios), atMost: 3, unit: 'x' };
}

async function addedBetweenChunks(ports: Pick<Ports, 'ours' | 'upstream'>): Promise<Figure> {
  const added: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const own = await runScript('stream.js', ports.ours, 16, 'main');
    const direct = await runScript('stream.js', ports.upstream, 16, directModel);
    if (round > 0) added.push(own.p99 - direct.p99);
  }
  const what = 'gateway, 16 streams: p99 of the time added between chunks';
  return { what, measured: median(added), atMost: 1, unit: 'ms' };
}

function load(
  port: number,
  connections: number,
  model: string,
  headers: readonly string[] = [],
): Promise<Slice> {
  return runScript('load.js', port, connections, sliceMs, model, ...headers);
}

async function runScript(name: string, ...args: readonly (string | number)[]) {
  const script = resolve('test/bench/gateway', name);
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...args.map(String)]);
  return JSON.parse(stdout);
}

/** Starts a server that prints its port. */
async function startScript(
  running: ChildProcess[],
  name: string,
  ...args: readonly number[]
): Promise<number> {
  const child = start(running, [resolve('test/bench/gateway', name), ...args.map(String)], {});
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
  throw new Error(`It ended without printing ${pattern}: ${text}`);
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0));
    });
  });
}
