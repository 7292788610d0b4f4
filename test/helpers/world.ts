import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { Clock, Deps, Env, Exec, Fetch, Files, Prompter } from '../../src/platform/deps.ts';
import { realFiles } from '../../src/platform/files.ts';
import { createNetwork } from '../../src/platform/network.ts';
import { createIo } from '../../src/terminal/io.ts';
import { noPrompter } from '../../src/terminal/prompter.ts';

export const packageFolder = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** A well-formed key that does not exist. */
export const testKey = `sk-or-v1-${'1a2b3c4d'.repeat(8)}`;

export interface TestWorld {
  readonly deps: Deps;
  readonly home: string;
  /** All output so far. */
  readonly printed: { out: string; err: string };
  readonly abort: AbortController;
}

export interface WorldOptions {
  readonly env?: Env;
  readonly now?: string;
  readonly stdin?: string;
  readonly prompter?: Prompter;
  readonly exec?: Exec;
  readonly fetch?: Fetch;
  readonly tty?: boolean;
  readonly columns?: number;
  readonly color?: boolean;
}

/** This machine's files without its processes, which differ between machines. */
const withoutProcesses: Files = {
  ...realFiles,
  list: async (folder) => (folder === '/proc' ? [] : realFiles.list(folder)),
};

/** A `Deps` with a temporary home, captured streams, real files and sockets, and a fixed clock. */
export function createWorld(options: WorldOptions = {}): TestWorld {
  const home = temporaryFolder();
  const printed = { out: '', err: '' };
  const abort = new AbortController();
  const outlet = (stream: 'out' | 'err') => ({
    isTTY: options.tty ?? false,
    columns: options.columns ?? 80,
    write(text: string) {
      printed[stream] += text;
    },
  });
  const env: Env = { HOME: home, PATH: process.env.PATH, LANG: 'C.UTF-8', ...options.env };
  const network = createNetwork({ env, execPath: process.execPath });
  onTestFinished(network.close);
  const deps: Deps = {
    io: createIo({
      stdout: outlet('out'),
      stderr: outlet('err'),
      stdin: (async function* () {
        yield options.stdin ?? '';
      })(),
      env,
      noColor: options.color !== true,
      github: false,
    }),
    prompter: options.prompter ?? noPrompter,
    env,
    place: {
      home,
      cwd: home,
      platform: process.platform,
      pid: process.pid,
      host: 'here',
      uid: process.geteuid?.() ?? null,
      temporaryFolder: tmpdir(),
      packageFolder,
      version: '0.0.0-test',
      program: 'openclaw-openrouter',
      given: { config: null, sandbox: false },
    },
    files: withoutProcesses,
    fetch: options.fetch ?? network.fetch,
    agentFor: network.agentFor,
    exec: options.exec ?? rejectExec,
    clock: standingClock(options.now ?? '2026-11-22T12:00:00.000Z'),
    random: () => 0.5,
    signal: abort.signal,
    holdExit: (body) => body(),
    written: new Set(),
    onTerminate: () => () => {},
  };
  return { deps, home, printed, abort };
}

/** Removed when the test is over. */
export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'openclaw-openrouter-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Always returns `now`. `monotonic` and `sleep` are real, since deadlines depend on them. */
export function standingClock(now: string): Clock {
  return {
    now: () => new Date(now),
    monotonic: () => performance.now(),
    sleep: async (ms, signal) => void (await sleep(ms, undefined, signal ? { signal } : {})),
  };
}

const rejectExec: Exec = async (file, args) => {
  throw new Error(`The test did not expect a program to be run: ${[file, ...args].join(' ')}`);
};
