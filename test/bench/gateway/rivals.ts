import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort, type Running, start } from './processes.ts';

/** Another gateway, as a client sees it. */
export interface Rival {
  /** With its version. */
  readonly name: string;
  readonly port: number;
  readonly path: string;
  readonly headers: readonly string[];
}

interface Package {
  readonly name: string;
  /** What starts it. */
  readonly script: string;
  readonly path: string;
  /** Its arguments; what it reads from its home is written by then. */
  prepare(home: string, port: number, upstream: number): readonly string[];
  headers(upstream: number): readonly string[];
}

const packages: readonly Package[] = [
  {
    name: '@portkey-ai/gateway@1.15.2',
    script: '@portkey-ai/gateway/build/start-server.js',
    path: '/v1/chat/completions',
    prepare: (_, port) => [`--port=${port}`, '--headless'],
    headers: (upstream) => [
      'x-portkey-provider: openai',
      `x-portkey-custom-host: http://127.0.0.1:${upstream}/v1`,
      'authorization: Bearer anything',
    ],
  },
  {
    // It has this endpoint only, and asks for the chat completions that we pass on.
    name: '@musistudio/claude-code-router@2.0.0',
    script: '@musistudio/claude-code-router/dist/cli.js',
    path: '/v1/messages',
    prepare(home, port, upstream) {
      const provider = {
        name: 'openrouter',
        api_base_url: `http://127.0.0.1:${upstream}/api/v1/chat/completions`,
        api_key: 'anything',
        models: ['openai/gpt-4o-mini'],
        transformer: { use: ['openrouter'] },
      };
      const settings = {
        ...{ LOG: false, NON_INTERACTIVE_MODE: true, HOST: '127.0.0.1', PORT: port },
        Providers: [provider],
        Router: { default: 'openrouter,openai/gpt-4o-mini' },
      };
      mkdirSync(join(home, '.claude-code-router'));
      writeFileSync(join(home, '.claude-code-router/config.json'), JSON.stringify(settings));
      return ['start'];
    },
    headers: () => [],
  },
];

/** Where they are kept between runs: outside the tree. */
const cacheFolder = join(tmpdir(), 'openclaw-openrouter-bench-rivals');

/** Those that are installed, or can be. */
export async function startRivals(
  running: Running,
  home: string,
  upstream: number,
): Promise<readonly Rival[]> {
  const started = packages.map(async ({ name, script, path, prepare, headers }) => {
    const folder = join(cacheFolder, name.replaceAll(/\W+/g, '-'));
    const file = join(folder, 'node_modules', script);
    if (!existsSync(file)) await install(name, folder);
    if (!existsSync(file)) return [];
    const port = await freePort();
    start(running, [file, ...prepare(home, port, upstream)], { HOME: home });
    const rival = { name, port, path, headers: headers(upstream) };
    return (await isUp(port)) ? [rival] : [];
  });
  return (await Promise.all(started)).flat();
}

async function install(name: string, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const options = ['--no-save', '--no-audit', '--no-fund'];
  await promisify(execFile)('npm', ['install', '--prefix', folder, ...options, name]).catch(
    () => null,
  );
}

async function isUp(port: number): Promise<boolean> {
  for (let tries = 0; tries < 100; tries += 1) {
    const answered = await fetch(`http://127.0.0.1:${port}/`).then(
      () => true,
      () => false,
    );
    if (answered) return true;
    await sleep(100);
  }
  return false;
}
