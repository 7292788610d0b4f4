import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Bench, type Figure, median } from './figure.ts';
import { firstMatch, type Running, runScript, start, startScript } from './gateway/processes.ts';
import { type Rival, startRivals } from './gateway/rivals.ts';

const rounds = 7;
const sliceMs = 1_500;
const directModel = 'openai/gpt-4o-mini';
const testKey = `sk-or-v1-${'ab'.repeat(32)}`;

interface Slice {
  readonly rps: number;
  readonly p50: number;
  readonly failed: number;
}

/**
 * Our gateway, with budget, ledger and log on, beside a bare reverse proxy and its rivals, before one and the same
 * upstream. They take turns in short slices, so that a busy machine slows all of them. Without a network a rival that
 * is not installed is left out, and there is no figure for it.
 */
export const bench: Bench = async () => {
  const running: Running = [];
  const home = mkdtempSync(join(tmpdir(), 'openclaw-openrouter-bench-'));
  try {
    const upstream = await startScript(running, 'upstream.js');
    const proxy = await startScript(running, 'proxy.js', upstream);
    const ours = await startOurs(home, upstream, running);
    const [, bare, own] = running;
    const ports = { ours, proxy, upstream };
    const idle = memory('idle', own, bare);
    const rivals = await startRivals(running, home, upstream);
    return [
      ...(await race(ports, rivals)),
      ...idle,
      ...memory('after 32 connections', own, bare),
      await addedLatency(ports),
      await addedBetweenChunks(ports),
      ...(await growth(ports)),
      ...(await largeBodies(ports, own)),
    ];
  } finally {
    for (const child of running) child.kill('SIGKILL');
    rmSync(home, { recursive: true, force: true });
  }
};

/** The ports of those that are measured. */
interface Ports {
  readonly ours: number;
  readonly proxy: number;
  readonly upstream: number;
}

async function race({ ours, proxy }: Ports, rivals: readonly Rival[]): Promise<Figure[]> {
  const own: number[] = [];
  const bare: number[] = [];
  const others = new Map(rivals.map((rival) => [rival, [] as number[]]));
  for (let round = 0; round <= rounds; round += 1) {
    const mine = await rpsOf(ours, 32);
    const proxied = await rpsOf(proxy, 32);
    for (const [{ port, path, headers }, rps] of others) {
      const { rps: theirs } = await load(port, 32, directModel, path, headers);
      if (round > 0) rps.push(theirs / mine);
    }
    // The first round warms all of them up.
    if (round === 0) continue;
    own.push(mine);
    bare.push(proxied / mine);
  }
  const perSecond = `${Math.round(median(own))} requests/s are ours`;
  const figure = (name: string, ratios: readonly number[], atMost: number | null): Figure => ({
    what: `32 connections: requests/s of ${name}`,
    measured: median(ratios),
    atMost,
    unit: '× ours',
    detail: perSecond,
  });
  return [
    figure('a bare proxy', bare, 1 / 0.6),
    ...[...others].map(([{ name }, ratios]) =>
      figure(name, ratios, name.startsWith('@portkey') ? 1 / 6 : null),
    ),
  ];
}

/** Fewer and more connections than those 32. */
async function growth({ ours, proxy }: Ports): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const connections of [1, 4, 16, 64, 256]) {
    const own: number[] = [];
    const bare: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      own.push(await rpsOf(ours, connections));
      bare.push(await rpsOf(proxy, connections));
    }
    figures.push({
      what: `${connections} connections: requests/s of a bare proxy`,
      measured: median(bare) / median(own),
      atMost: null,
      unit: '× ours',
      detail: `${Math.round(median(own))} requests/s are ours`,
    });
  }
  return figures;
}

/** Fifteen bodies of 20 MB at once, more than it holds at a time: those beyond that are refused in words. */
async function largeBodies({ ours }: Ports, own?: ChildProcess): Promise<Figure[]> {
  const content = 'word '.repeat(4_000_000);
  const body = JSON.stringify({ model: 'main', messages: [{ role: 'user', content }] });
  const statuses = await Promise.all(
    Array.from({ length: 15 }, async () => {
      const answer = await fetch(`http://127.0.0.1:${ours}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      }).catch(() => null);
      await answer?.arrayBuffer();
      return answer?.status ?? 0;
    }),
  );
  const peak = own === undefined ? null : statusOf(own, 'VmHWM');
  if (peak === null) return [];
  const detail = [...new Set(statuses)]
    .map((status) => `${statuses.filter((other) => other === status).length} × ${status}`)
    .join(', ');
  const what = '15 bodies of 20 MB at once: peak memory';
  return [{ what, measured: peak / 1024, atMost: 768, unit: 'MiB', detail }];
}

/** Resident memory, which only Linux tells of another process. */
function memory(when: string, own?: ChildProcess, bare?: ChildProcess): Figure[] {
  const [ours, theirs] = [own, bare].map((child) => child && statusOf(child, 'VmRSS'));
  if (ours == null || theirs == null) return [];
  const detail = `${Math.round(ours / 1024)} MiB`;
  const unit = '× that of a bare proxy';
  return [{ what: `memory, ${when}`, measured: ours / theirs, atMost: 2.5, unit, detail }];
}

/** In KiB. */
function statusOf({ pid }: ChildProcess, member: 'VmRSS' | 'VmHWM'): number | null {
  const path = `/proc/${pid}/status`;
  const status = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const size = new RegExp(`${member}:\\s+(\\d+)`).exec(status);
  return size === null ? null : Number(size[1]);
}

async function addedLatency({ ours, proxy, upstream }: Ports): Promise<Figure> {
  const own: number[] = [];
  const ratios: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const mine = await load(ours, 1);
    const bare = await load(proxy, 1);
    const direct = await load(upstream, 1, directModel);
    own.push(mine.p50 - direct.p50);
    ratios.push((mine.p50 - direct.p50) / (bare.p50 - direct.p50));
  }
  return {
    what: '1 connection: p50 added',
    measured: median(ratios),
    atMost: 3,
    unit: '× what a bare proxy adds',
    detail: `${median(own).toFixed(2)} ms`,
  };
}

async function addedBetweenChunks({ ours, upstream }: Ports): Promise<Figure> {
  const added: number[] = [];
  // The upstream's own 99th percentile varies by more than we add, so it takes many rounds.
  const [warmUp, measured] = [3, 18];
  for (let round = 0; round < warmUp + measured; round += 1) {
    const own = await runScript('stream.js', ours, 16, 'main');
    const direct = await runScript('stream.js', upstream, 16, directModel);
    if (round >= warmUp) added.push(own.p99 - direct.p99);
  }
  const what = '16 streams: p99 of the time added between chunks';
  return { what, measured: median(added), atMost: 1, unit: 'ms' };
}

async function rpsOf(port: number, connections: number): Promise<number> {
  const { rps } = await load(port, connections);
  return rps;
}

async function load(
  port: number,
  connections: number,
  model = 'main',
  path = '/v1/chat/completions',
  headers: readonly string[] = [],
): Promise<Slice> {
  const args = [port, connections, sliceMs, model, path, ...headers];
  const slice: Slice = await runScript('load.js', ...args);
  if (slice.failed > 0) throw new Error(`${slice.failed} failed requests at port ${port}`);
  return slice;
}

async function startOurs(home: string, upstream: number, running: Running): Promise<number> {
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
