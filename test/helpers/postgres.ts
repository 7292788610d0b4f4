import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { closedPort } from '../openrouter/serve.ts';

const debian = '/usr/lib/postgresql';
const versions = existsSync(debian) ? readdirSync(debian).sort() : [];
const programs = join(debian, versions.at(-1) ?? '', 'bin');

/** From Debian's package `postgresql`. If it is not installed, tests are skipped. */
export const hasPostgres =
  existsSync(join(programs, 'initdb')) || process.env.REQUIRE_POSTGRES === '1';

export interface Postgres {
  readonly url: string;
  stop(): Promise<void>;
}

/** A fresh database server on loopback that accepts connections without a password. */
export async function startPostgres(): Promise<Postgres> {
  const folder = mkdtempSync(join(tmpdir(), 'openclaw-openrouter-postgres-'));
  const user = unprivileged();
  if (user.uid !== undefined) chownSync(folder, user.uid, user.gid ?? user.uid);
  const data = join(folder, 'data');
  const options = { ...user, cwd: folder, env: { PATH: process.env.PATH, LANG: 'C.UTF-8' } };
  execFileSync(join(programs, 'initdb'), ['-D', data, '-A', 'trust', '-U', 'test', '--no-sync'], {
    ...options,
    stdio: 'ignore',
  });
  const running = await started(folder, data, options);
  return {
    url: `postgres://test@127.0.0.1:${running.port}/postgres`,
    async stop() {
      running.server.kill('SIGINT');
      await running.ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface Running {
  readonly port: number;
  readonly server: ChildProcess;
  readonly ended: Promise<void>;
}

/** Starts the server on a free port, and tries another one if it has been taken in the meantime. */
async function started(folder: string, data: string, options: object): Promise<Running> {
  for (let tries = 0; tries < 5; tries += 1) {
    const port = await closedPort();
    const settings = [
      'listen_addresses=127.0.0.1',
      'fsync=off',
      `unix_socket_directories=${folder}`,
    ];
    const args = ['-D', data, '-p', String(port), ...settings.flatMap((one) => ['-c', one])];
    const server = spawn(join(programs, 'postgres'), args, { ...options, stdio: 'ignore' });
    const ended = new Promise<void>((resolve) => server.on('exit', () => resolve()));
    if (await isReady(server, folder, port, options)) return { port, server, ended };
    await ended;
  }
  throw new Error('PostgreSQL found no port');
}

/** PostgreSQL refuses to run as root. */
function unprivileged(): { uid?: number; gid?: number } {
  if (process.geteuid?.() !== 0) return {};
  const idOf = (flag: string) =>
    Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: idOf('-u'), gid: idOf('-g') };
}

/** Checks over the server's own Unix socket, which no other server can use. Returns false if the server has exited. */
async function isReady(
  server: ChildProcess,
  folder: string,
  port: number,
  options: object,
): Promise<boolean> {
  const args = ['-h', folder, '-p', String(port)];
  for (let tries = 0; server.exitCode === null; tries += 1) {
    try {
      execFileSync(join(programs, 'pg_isready'), args, { ...options, stdio: 'ignore' });
      return true;
    } catch (error) {
      if (tries > 150) throw error;
      await sleep(100);
    }
  }
  return false;
}
