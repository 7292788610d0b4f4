import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runBin } from '../helpers/bin.ts';
import { temporaryFolder, testKey } from '../helpers/world.ts';

it.each([
  { HOME: 'home' },
  { HOME: 'home', XDG_CONFIG_HOME: 'config', XDG_STATE_HOME: 'state' },
  { HOME: '.' },
  { OPENCLAW_STATE_DIR: 'host' },
  { OPENCLAW_HOME: './host' },
])('%j puts nothing below the current folder', async (env) => {
  const home = temporaryFolder();
  const cwd = join(home, 'here');
  mkdirSync(cwd);
  const options = { home, cwd, env: { SHELL: '/bin/bash', ...env }, input: testKey };
  const args = ['init', '--yes', '--preset', 'basic', '--key-stdin', '--no-verify', '--no-restart'];
  const { exitCode, stderr } = await runBin(args, options);
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining('absolute path')]);
  expect(readdirSync(cwd)).toEqual([]);
});

it('runs in a folder that was removed, and writes nothing below it', async () => {
  const home = temporaryFolder();
  const cwd = join(home, 'here');
  mkdirSync(cwd);
  const preload = join(home, 'preload.cjs');
  writeFileSync(preload, `require('node:fs').rmdirSync(${JSON.stringify(cwd)});`);
  const env = { SHELL: '/bin/bash', NODE_OPTIONS: `--require ${preload}`, PWD: cwd };
  const options = { home, cwd, env, input: testKey };
  const args = ['init', '--yes', '--preset', 'basic', '--key-stdin', '--no-verify', '--no-restart'];
  const init = await runBin([...args, '--sandbox'], options);
  expect([init.exitCode, init.stderr]).toEqual([0, '']);
  expect(existsSync(cwd)).toBe(false);
});
