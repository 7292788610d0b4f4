import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type BinRun, binPath } from './bin.ts';
import { put } from './put.ts';
import { packageFolder } from './world.ts';

/** `REQUIRE_HOST`: a folder in which npm has installed OpenClaw and a Node to run it. */
const folder = process.env.REQUIRE_HOST;

export const hasHost = folder !== undefined && folder !== '';

const nodeModules = join(folder ?? '', 'node_modules');
/** The Node that runs OpenClaw. */
export const hostNode = join(nodeModules, 'node', 'bin', 'node');
/** The folder of the openclaw package. */
export const hostPackage = join(nodeModules, 'openclaw');
const openclaw = join(hostPackage, 'openclaw.mjs');

/** A temporary home with the real host installed. */
export interface HostHome {
  readonly home: string;
  /** Runs `openclaw …`. */
  openclaw(...args: string[]): Promise<BinRun>;
  /** Like `openclaw`, with this text on stdin. */
  openclawWith(input: string, ...args: string[]): Promise<BinRun>;
  /** Runs our own bin, with the host on PATH. */
  bin(...args: string[]): Promise<BinRun>;
  /** Like `bin`, with additional environment variables. */
  binWith(env: Readonly<Record<string, string>>, ...args: string[]): Promise<BinRun>;
  /** Starts OpenClaw's gateway on this port, with additional environment variables. The caller must stop it. */
  gateway(port: number, env?: Readonly<Record<string, string>>): { stop(): Promise<void> };
  /** Runs a script as an ES module, using the host's Node. */
  script(text: string, ...args: string[]): Promise<BinRun>;
  /** Starts our own `serve` on a free port, with `apiUrl` in place of OpenRouter. The caller must stop it. */
  serve(apiUrl: string): Promise<{ readonly url: string; stop(): Promise<void> }>;
  writeSetup(text: string): void;
  writeConfig(text: string): void;
  readonly configPath: string;
  /** Removes the home. OpenClaw keeps writing to it for some seconds after its commands have ended. */
  remove(): void;
}

/** The caller must remove it. */
export function hostHome(): HostHome {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'openclaw-openrouter-host-')));
  const configPath = join(home, '.openclaw', 'openclaw.json');
  return {
    home,
    configPath,
    openclaw: (...args) => run(hostNode, [openclaw, ...args], home),
    openclawWith: (input, ...args) => run(hostNode, [openclaw, ...args], home, input),
    bin: (...args) => run(hostNode, [binPath, ...args], home),
    binWith: (env, ...args) => run(hostNode, [binPath, ...args], home, '', env),
    gateway: (port, env = {}) => gateway(port, home, env),
    script: (text, ...args) => run(hostNode, ['--input-type=module', '-e', text, ...args], home),
    serve: (apiUrl) => serve(apiUrl, home),
    writeSetup: (text) => put(join(home, '.config', 'openclaw', 'openclaw.json5'), text),
    writeConfig: (text) => put(configPath, text),
    remove: () => rmSync(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 500 }),
  };
}

/** The setup file of this step of the guide. */
export function guide(step: string): string {
  return readFileSync(
    join(packageFolder, 'test', 'fixtures', 'guide', `guide-${step}.json5`),
    'utf8',
  );
}

/** Packs this package as for publishing, and returns the path of the tarball. */
export async function pack(into: string): Promise<string> {
  const args = ['pack', '--ignore-scripts', '--silent', '--pack-destination', into];
  await promisify(execFile)('npm', args, { cwd: packageFolder });
  const [name] = readdirSync(into).filter((file) => file.endsWith('.tgz'));
  if (name === undefined) throw new Error('npm packed nothing');
  return join(into, name);
}

function run(
  file: string,
  args: readonly string[],
  home: string,
  input?: string,
  env: Readonly<Record<string, string>> = {},
): Promise<BinRun> {
  return new Promise((resolve) => {
    const all = { ...environment(home), ...env };
    const options = { cwd: home, env: all, maxBuffer: 64 * 1024 * 1024 };
    const child = execFile(file, args, options, (_error, stdout, stderr) => {
      resolve({ exitCode: child.exitCode, stdout, stderr });
    });
    child.stdin?.end(input);
  });
}

function gateway(
  port: number,
  home: string,
  more: Readonly<Record<string, string>>,
): ReturnType<HostHome['gateway']> {
  const args = [openclaw, 'gateway', 'run', '--allow-unconfigured', '--port', String(port)];
  const env = { ...environment(home), ...more };
  const child = spawn(hostNode, args, { cwd: home, env, stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  return {
    async stop() {
      // On other signals, it waits minutes for runs that may still be in progress.
      child.kill('SIGKILL');
      await ended;
    },
  };
}

async function serve(apiUrl: string, home: string): ReturnType<HostHome['serve']> {
  const env = { ...environment(home), OPENROUTER_BASE_URL: apiUrl };
  const child = spawn(hostNode, [binPath, 'serve', '--port', '0', '--json'], { cwd: home, env });
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const listening = await Promise.race([
    new Promise<string>((resolve) => child.stdout.once('data', (bytes) => resolve(String(bytes)))),
    ended.then(() => null),
  ]);
  if (listening === null) throw new Error(`serve does not listen: ${stderr}`);
  return {
    url: JSON.parse(listening).url,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function environment(home: string): Record<string, string | undefined> {
  const path = [dirname(hostNode), join(nodeModules, '.bin'), process.env.PATH].join(':');
  const passed = Object.entries(process.env).filter(([name]) => /^npm_config_/i.test(name));
  return { ...Object.fromEntries(passed), PATH: path, HOME: home, LANG: 'C.UTF-8' };
}
