import { join } from 'node:path';
import { writeList } from '../../src/catalog/cached-list.ts';
import type { CatalogModel } from '../../src/catalog/model.ts';
import { priced } from '../../src/catalog/prices.ts';
import { checks } from '../../src/doctor/checks/index.ts';
import { type Examined, examine } from '../../src/doctor/examine.ts';
import { type Facts, gatherFacts } from '../../src/doctor/facts/index.ts';
import type { CheckId, Finding } from '../../src/doctor/finding.ts';
import { createClient } from '../../src/openrouter/client.ts';
import { listModels } from '../../src/openrouter/models.ts';
import type { Deps, Env } from '../../src/platform/deps.ts';
import { startSandbox } from '../../src/sandbox/server.ts';
import { put } from '../helpers/put.ts';
import { createWorld, type TestWorld } from '../helpers/world.ts';

/** The day on which every test of the doctor happens. */
const today = '2026-11-22T12:00:00.000Z';

export const goodKey = `sk-or-v1-${'ab'.repeat(32)}`;

/** `now` and `monotonic` are fixed, but `sleep` really waits. */
export const fixedClock: Deps['clock'] = {
  now: () => new Date(today),
  monotonic: () => 0,
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(resolve, ms).unref();
      signal?.addEventListener('abort', () => {
        clearTimeout(timer);
        reject(signal.reason);
      });
    }),
};

/** The models of the look-alike, as the catalog has them. */
export async function sandboxModels(): Promise<readonly CatalogModel[]> {
  const sandbox = await startSandbox({ clock: fixedClock });
  try {
    const client = createClient({
      baseUrl: sandbox.url,
      apiKey: null,
      fetch: (input, init) => globalThis.fetch(input, init),
      clock: fixedClock,
      timeoutMs: 10_000,
    });
    return (await listModels(client)).map(priced);
  } finally {
    await sandbox.close();
  }
}

export interface DoctorWorldOptions {
  readonly text?: string;
  readonly env?: Env;
  /** Other files, by their path below the home folder. */
  readonly files?: Readonly<Record<string, string>>;
  readonly models?: readonly CatalogModel[];
  /** ISO time of the list; today by default. */
  readonly fetchedAt?: string;
  readonly online?: boolean;
}

export interface DoctorWorld {
  readonly world: TestWorld;
  readonly deps: Deps;
  readonly path: string;
  readonly facts: Facts;
}

/** A home of its own with that setup file and that cached list of models, and nothing else unless it is given. */
export async function doctorWorld(options: DoctorWorldOptions = {}): Promise<DoctorWorld> {
  const { text, env = {}, files = {}, models, fetchedAt = today, online = false } = options;
  const world = createWorld({
    now: today,
    env: { PATH: '', SHELL: '/bin/bash', OPENROUTER_API_KEY: goodKey, ...env },
  });
  const deps = { ...world.deps, clock: fixedClock };
  const path = join(world.home, '.config/openclaw/openclaw.json5');
  if (text !== undefined) put(path, text, 0o600);
  for (const [name, content] of Object.entries(files)) put(join(world.home, name), content, 0o600);
  if (models !== undefined) {
    const baseUrl = deps.env.OPENROUTER_BASE_URL ?? 'https://openrouter.ai/api/v1';
    const folder = join(world.home, '.cache/openclaw-openrouter');
    await writeList(deps, { folder, baseUrl }, { fetchedAt, etag: null, models });
  }
  const facts = gatherFacts(deps, { path, offline: !online, timeoutMs: 5000 });
  return { world, deps, path, facts };
}

export async function examineAll({ facts }: DoctorWorld): Promise<Examined[]> {
  return examine(checks, facts);
}

export function findingsOf(examined: readonly Examined[]): readonly Finding[] {
  return examined.flatMap((one) => (one.state === 'ran' ? one.findings : []));
}

export async function findings(options: DoctorWorldOptions): Promise<readonly Finding[]> {
  return findingsOf(await examineAll(await doctorWorld(options)));
}

/** Where the first `▸` stands in a text, and the text without it. */
export function marked(text: string): { text: string; line: number; column: number } {
  const offset = text.indexOf('▸');
  if (offset === -1) throw new Error(`no mark in ${text}`);
  const before = text.slice(0, offset).split('\n');
  return {
    text: text.replace('▸', ''),
    line: before.length,
    column: (before.at(-1) ?? '').length + 1,
  };
}

/** The places at which that check found something. */
export function placesOf(found: readonly Finding[], id: CheckId): string[] {
  return found
    .filter(({ checkId }) => checkId === id)
    .map(({ place }) => (place === undefined ? '' : `${place.line}:${place.column}`));
}
