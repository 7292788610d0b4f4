import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { binPath, compileCache, runBin } from '../../helpers/bin.ts';
import { temporaryFolder, testKey } from '../../helpers/world.ts';
import { resilient } from './worlds.ts';

describe('the bin', () => {
  it('exits with 0 after a test against the sandbox without a key', async () => {
    const { exitCode, stdout } = await runBin(['test', '--sandbox', '--json'], {
      home: homeWith(),
    });
    expect(exitCode).toBe(0);
    const { entries, ok } = JSON.parse(stdout);
    expect(ok).toBe(true);
    expect(entries[0].links).toHaveLength(3);
  });

  it.each([
    ['somebody answers: 0', 'primary:503', 0],
    ['nobody answers: 1', '*:503', 1],
    ['the fault is none: 2', 'primary:5o3', 2],
  ])('rehearses without a key, and %s', async (_what, faults, exitCode) => {
    const run = await runBin(['test', '--simulate', faults], { home: homeWith() });
    expect(run.exitCode).toBe(exitCode);
  });

  it('exits with 2 and one JSON document without a key', async () => {
    const { exitCode, stdout } = await runBin(['test', '--json'], { home: homeWith() });
    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { type: 'key' } });
  });

  it('exits with 130 on Ctrl-C while a server hangs, with a message on stderr only', async () => {
    const server = createServer();
    const asked = new Promise<void>((resolve) => server.once('request', () => resolve()));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => server.closeAllConnections());
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const home = homeWith();
    const child = spawn(process.execPath, [binPath, 'test'], {
      cwd: home,
      env: {
        HOME: home,
        NODE_COMPILE_CACHE: compileCache,
        OPENROUTER_BASE_URL: `http://127.0.0.1:${port}/api/v1`,
        OPENROUTER_API_KEY: testKey,
      },
    });
    let stdout = '';
    child.stdout.on('data', (text) => {
      stdout += text;
    });
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    await asked;
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    expect(stdout).toBe('');
  });
});

function homeWith(): string {
  const home = temporaryFolder();
  const folder = join(home, '.config', 'openclaw');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'openclaw.json5'), resilient);
  return home;
}
