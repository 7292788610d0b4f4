import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { binPath, compileCache, runBin } from '../helpers/bin.ts';
import { testSandbox } from '../helpers/sandbox.ts';
import { temporaryFolder } from '../helpers/world.ts';

/** Files below a folder that hold a text. */
function filesWith(folder: string, text: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name)).isFile())
    .filter((name) => readFileSync(join(folder, name)).includes(text))
    .sort();
}

it('the whole job prints the key nowhere and writes it to the rc file only', async () => {
  const sandbox = await testSandbox();
  const home = temporaryFolder();
  const env = { OPENROUTER_BASE_URL: sandbox.url, SHELL: '/bin/bash' };
  const secret = sandbox.key.slice('sk-or-v1-'.length + 4);
  let printed = '';
  const run = async (
    args: string[],
    extra: { input?: string; env?: Record<string, string> } = {},
  ) => {
    const done = await runBin(args, { home, ...extra, env: { ...env, ...extra.env } });
    printed += done.stdout + done.stderr;
    return done.exitCode;
  };
  const init = ['init', '--yes', '--preset', 'resilient', '--key-stdin', '--no-restart'];
  expect(await run([...init, '--dry-run'], { input: sandbox.key })).toBe(0);
  expect(filesWith(home, secret)).toEqual([]);
  expect(await run(init, { input: sandbox.key })).toBe(0);
  const holders = filesWith(home, secret);
  expect(holders).toEqual(['.bashrc']);
  expect(statSync(join(home, '.bashrc')).mode & 0o777).toBe(0o600);

  const commands = [
    ...[['doctor'], ['test'], ['spend'], ['models', 'show', 'openai/gpt-4o']],
    ...[
      ['test', '--simulate', '*:401'],
      ['undo', '--list'],
      ['completion', 'bash'],
    ],
  ];
  for (const command of commands) {
    await run(command);
    await run([...command, '--json']);
  }
  const wrong = { OPENROUTER_API_KEY: sandbox.key.replace(/.$/, '!') };
  expect(await run(['test'], { env: wrong })).not.toBe(0);
  expect(await run(['test'], { env: { NODE_DEBUG: 'http,net' } })).toBe(0);
  expect(await run(['undo', '--yes'])).toBe(0);

  expect(printed).not.toContain(secret.slice(0, 8));
  expect(printed).toContain(`${sandbox.key.slice(0, 'sk-or-v1-'.length + 4)}…`);
  expect(filesWith(home, secret)).toEqual([]);
});

it.skipIf(process.platform !== 'linux')('has no key in argv while init reads it', async () => {
  // A key of this test alone: other programs of this machine may show the one that every sandbox has.
  const sandbox = await testSandbox({ latencyMs: 500, seed: 'has no key in argv' });
  const home = temporaryFolder();
  const child = spawn(process.execPath, [binPath, 'init', '--yes', '--key-stdin', '--no-restart'], {
    env: {
      PATH: process.env.PATH,
      HOME: home,
      SHELL: '/bin/bash',
      NODE_COMPILE_CACHE: compileCache,
      OPENROUTER_BASE_URL: sandbox.url,
    },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.stdin.end(sandbox.key);
  const seen = new Set<string>();
  const watch = setInterval(() => {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      try {
        seen.add(readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
        if (Number(pid) === child.pid) seen.add(readFileSync(`/proc/${pid}/environ`, 'utf8'));
      } catch {
        // The process ended between the two looks.
      }
    }
  }, 20);
  expect(await ended).toBe(0);
  clearInterval(watch);
  expect([...seen].some((line) => line.includes('--key-stdin'))).toBe(true);
  expect([...seen].filter((line) => line.includes(sandbox.key))).toEqual([]);
});
