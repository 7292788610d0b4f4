import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { CancelError } from '../../src/platform/errors.ts';
import { type ExecWorld, execute } from '../../src/platform/exec.ts';
import { isRunning } from '../helpers/programs.ts';
import { temporaryFolder } from '../helpers/world.ts';

const world = execWorld();

it.each([
  ['is nowhere', () => temporaryFolder()],
  ['may not be run', () => folderWith('openclaw')],
  ['would be in a folder that is a file', () => join(folderWith('file'), 'file')],
])('reports a program that %s as not found', async (_what, folder) => {
  const said = await execute(world, 'openclaw', ['--version'], { env: { PATH: folder() } });
  expect(said).toMatchObject({ notFound: true, exitCode: null, timedOut: false });
});

it('returns the output of a program that failed', async () => {
  const script = 'console.log("out"); console.error("err"); process.exitCode = 3';
  const said = await execute(world, process.execPath, ['-e', script]);
  expect(said).toEqual({
    exitCode: 3,
    stdout: 'out',
    stderr: 'err',
    notFound: false,
    timedOut: false,
  });
});

it('ends all that a program has started, at once, when cancelled', async () => {
  const cancel = new AbortController();
  const pidFile = join(temporaryFolder(), 'pid');
  const script = `sleep 60 & echo $! > "$1"; wait`;
  const running = execute(execWorld(cancel.signal), 'bash', ['-c', script, '-', pidFile], {
    env: { PATH: process.env.PATH },
  });
  await vi.waitUntil(() => existsSync(pidFile) && readFileSync(pidFile, 'utf8') !== '', 60_000);
  const reason = new CancelError();
  cancel.abort(reason);
  await expect(running).rejects.toBe(reason);
  await vi.waitUntil(() => !isRunning(Number(readFileSync(pidFile, 'utf8'))), 60_000);
});

it('kills a program that ignores SIGTERM after the timeout', async () => {
  const script = `trap '' TERM; echo here; while :; do sleep 0.1; done`;
  const said = await execute(world, 'bash', ['-c', script], {
    env: { PATH: process.env.PATH },
    timeoutMs: 1_000,
  });
  expect(said).toMatchObject({ exitCode: null, timedOut: true, stdout: 'here' });
});

it('does not wait for a service that a program leaves running', async () => {
  const script = 'setsid sleep 60 & echo $!; exit 0';
  const said = await execute(world, 'bash', ['-c', script], { env: { PATH: process.env.PATH } });
  const service = Number(said.stdout);
  expect(isRunning(service)).toBe(true);
  process.kill(service);
});

it('leaves a background program running', async () => {
  const cancel = new AbortController();
  const done = join(temporaryFolder(), 'done');
  await execute(execWorld(cancel.signal), 'bash', ['-c', `sleep 2; touch '${done}'`], {
    env: { PATH: process.env.PATH },
    background: true,
  });
  expect(existsSync(done)).toBe(false);
  cancel.abort(new CancelError());
  await vi.waitUntil(() => existsSync(done), 10_000);
});

it('reports nothing about a missing background program', async () => {
  const said = await execute(world, 'xdg-open', [], { env: { PATH: '' }, background: true });
  expect(said.exitCode).toBeNull();
});

it('starts nothing after a cancellation, unless the call has another signal', async () => {
  const aborted = execWorld(AbortSignal.abort(new CancelError()));
  const args = ['-e', ''];
  await expect(execute(aborted, process.execPath, args)).rejects.toBeInstanceOf(CancelError);
  const { signal } = new AbortController();
  expect(await execute(aborted, process.execPath, args, { signal })).toMatchObject({ exitCode: 0 });
});

it('passes on the output of a shown program line by line', async () => {
  const lines: string[] = [];
  const script = 'printf o; printf "ut\\nrest\\n"; echo err >&2; setsid sleep 8 & exit 0';
  const shown = { ...world, show: (line: string) => void lines.push(line) };
  const env = { PATH: process.env.PATH };
  const said = await execute(shown, 'bash', ['-c', script], { env, show: true });
  expect(lines.sort()).toEqual(['err', 'out', 'rest']);
  expect(said).toMatchObject({ stdout: 'out\nrest', stderr: 'err' });
});

function execWorld(signal: AbortSignal = new AbortController().signal): ExecWorld {
  const kill = (pid: number, name: NodeJS.Signals) => void process.kill(pid, name);
  return { signal, platform: process.platform, kill, show: () => {} };
}

function folderWith(name: string): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, name), '', { mode: 0o644 });
  return folder;
}
