import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { startSandbox } from '../../src/sandbox/server.ts';
import { put } from '../helpers/put.ts';
import { type Bench, type Figure, median } from './figure.ts';

const bin = resolve('bin/openclaw-openrouter.js');
const rounds = 40;

interface World {
  readonly home: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Whole processes. They and `node -e 0` take turns, so that all see the same machine. */
export const bench: Bench = async () => {
  const home = mkdtempSync(join(tmpdir(), 'openclaw-openrouter-bench-'));
  try {
    const world = await furnish(home);
    return [
      ...againstNode(world, [
        ['--version', ['--version'], 1.25],
        ['--help', ['--help'], 1.25],
        ['doctor --offline', ['doctor', '--offline'], 1.5],
        ['completion of a model id', ['completion', '--words', 'models'], 1.5],
        ['models, from the cache', ['models'], 1.5],
        ...[1, 10, 50, 200].map((entries) => withEntries(world, entries)),
      ]),
      memory(world, 'memory of --help', ['--help']),
      memory(world, 'memory of doctor --offline', ['doctor', '--offline']),
      memory(world, 'memory of models', ['models']),
    ];
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
};

/** A home with a setup file of eight links and a cached list of models as long as OpenRouter's. */
async function furnish(home: string): Promise<World> {
  const models = Array.from({ length: 260 }, (_, i) => ({
    id: `acme/model-${i}`,
    pricing: { prompt: '0.000001', completion: '0.000002' },
  }));
  const sandbox = await startSandbox({ clock: realClock, models });
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: home,
    LANG: 'C.UTF-8',
    OPENROUTER_BASE_URL: sandbox.url,
    OPENROUTER_API_KEY: sandbox.key,
  };
  put(join(home, '.config/openclaw/openclaw.json5'), setupText);
  // The list is fetched once by the command itself; from then on the network is not needed.
  await promisify(execFile)(process.execPath, [bin, 'models', '--refresh'], { env });
  await sandbox.close();
  return { home, env };
}

const realClock = {
  now: () => new Date(),
  monotonic: () => performance.now(),
  sleep: (ms: number) => new Promise<void>((done) => setTimeout(done, ms)),
};

const setupText = `{
  // Eight links, as a person would write them.
  models: {
    'router-premium': {
      provider: 'openrouter',
      apiKey: '\${OPENROUTER_API_KEY}',
      defaultModel: 'anthropic/claude-sonnet-4',
      fallbackModels: ['openai/gpt-4o', 'google/gemini-2.5-pro', 'deepseek/deepseek-chat'],
      retryOnFailure: true,
      maxRetries: 2,
      budget: { dailyLimit: 2, monthlyLimit: 30, alertThreshold: 0.8 },
    },
    'router-smart': {
      provider: 'openrouter',
      apiKey: '\${OPENROUTER_API_KEY}',
      defaultModel: 'google/gemini-2.5-flash',
      fallbackModels: ['openai/gpt-4o-mini', 'mistralai/mistral-large'],
      complexModel: 'anthropic/claude-sonnet-4',
      complexTriggers: ['analyse', '代码'],
    },
  },
  channels: { whatsapp: { model: 'router-premium' }, telegram: { model: 'router-smart' } },
}
`;

type Start = readonly [what: string, args: readonly string[], atMost: number | null];

/** How the time grows with the setup file. */
function withEntries(world: World, count: number): Start {
  const entry = {
    provider: 'openrouter',
    apiKey: `\${OPENROUTER_API_KEY}`,
    defaultModel: 'anthropic/claude-sonnet-4',
    fallbackModels: ['openai/gpt-4o', 'google/gemini-2.5-pro'],
    budget: { dailyLimit: 2, monthlyLimit: 30 },
  };
  const entries = Array.from({ length: count }, (_, index) => [`router-${index}`, entry]);
  const file = join(world.home, `entries-${count}.json5`);
  writeFileSync(file, JSON.stringify({ models: Object.fromEntries(entries) }));
  return [`doctor --offline, entries: ${count}`, ['doctor', '--offline', '--config', file], null];
}

/** The shortest of many runs: what else the machine does makes a run longer, and never shorter. */
function againstNode(world: World, starts: readonly Start[]): Figure[] {
  const all = [['-e', '0'], ...starts.map(([, args]) => [bin, ...args])];
  const shortest = all.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < rounds; round += 1) {
    for (const [i, args] of all.entries()) {
      shortest[i] = Math.min(shortest[i] ?? 0, wallMs(args, world));
    }
  }
  const [bare = 0, ...ours] = shortest;
  return starts.map(([what, , atMost], i) => {
    const ms = ours[i] ?? 0;
    const detail = `${ms.toFixed(0)} ms to ${bare.toFixed(0)} ms`;
    return { what, measured: ms / bare, atMost, unit: '× node -e 0', detail };
  });
}

function wallMs(args: readonly string[], { env }: World): number {
  const start = performance.now();
  spawnSync(process.execPath, args, { env, stdio: 'ignore' });
  return performance.now() - start;
}

function memory(world: World, what: string, args: readonly string[]): Figure {
  const extra = peakMiB([bin, ...args], world) - peakMiB(['-e', '0'], world);
  return { what, measured: extra, atMost: 25, unit: 'MiB above node -e 0' };
}

function peakMiB(args: readonly string[], { env, home }: World): number {
  const report = join(home, 'peak');
  const hook = join(home, 'peak.cjs');
  // Not `maxRSS`: Linux carries the peak of the process that forked us over into it.
  writeFileSync(
    hook,
    `const fs = require('fs');
process.on('exit', () => {
  const [, kib] = /VmHWM:\\s+(\\d+)/.exec(fs.readFileSync('/proc/self/status', 'utf8'));
  fs.writeFileSync(process.env.PEAK, kib);
});`,
  );
  const peaks = Array.from({ length: 5 }, () => {
    spawnSync(process.execPath, ['--require', hook, ...args], {
      env: { ...env, PEAK: report },
      stdio: 'ignore',
    });
    return Number(readFileSync(report, 'utf8')) / 1024;
  });
  return median(peaks);
}
