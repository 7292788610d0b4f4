import {
  chmodSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { Module } from 'node:module';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type BinRun, runBin } from '../helpers/bin.ts';
import { packageFolder, temporaryFolder } from '../helpers/world.ts';

const hasNodesOwn = 'enableCompileCache' in Module;

describe.skipIf(hasNodesOwn)('the compile cache of Node 20', () => {
  it('is filled by the first run, for ourselves alone, and left as it is by the next', async () => {
    const TMPDIR = temporaryFolder();
    const first = await help({ TMPDIR });
    const [folder = ''] = readdirSync(TMPDIR);
    expect(statSync(join(TMPDIR, folder)).mode & 0o777).toBe(0o700);
    const filled = snapshot(join(TMPDIR, folder));
    expect(filled.length).toBeGreaterThan(1);
    expect(filled.map(({ mode }) => mode & 0o777)).toEqual(filled.map(() => 0o600));
    expect(await help({ TMPDIR })).toEqual(first);
    expect(snapshot(join(TMPDIR, folder))).toEqual(filled);
  });

  it('gives nothing for a file that is another since, of the same length though it is', async () => {
    const TMPDIR = temporaryFolder();
    const copy = join(temporaryFolder(), 'package');
    for (const part of ['bin', 'dist', 'package.json']) {
      cpSync(join(packageFolder, part), join(copy, part), { recursive: true });
    }
    const bin = join(copy, 'bin/openclaw-openrouter.js');
    expect((await help({ TMPDIR }, bin)).stdout).toContain('take back');
    const main = join(copy, 'dist/cli-main.cjs');
    writeFileSync(main, readFileSync(main, 'utf8').replace('take back', 'give back'));
    expect((await help({ TMPDIR }, bin)).stdout).toContain('give back');
  });

  it('is mended where it is broken', async () => {
    const TMPDIR = temporaryFolder();
    const first = await help({ TMPDIR });
    const folder = join(TMPDIR, readdirSync(TMPDIR)[0] ?? '');
    const [file = ''] = readdirSync(folder);
    const before = readFileSync(join(folder, file)).length;
    writeFileSync(join(folder, file), 'no code');
    expect(await help({ TMPDIR })).toEqual(first);
    expect(readFileSync(join(folder, file)).length).toBe(before);
  });

  it.each([
    ['others may write in', openToAll],
    ['is a link', (path: string) => symlinkSync(temporaryFolder(), path)],
    ['is a file', (path: string) => writeFileSync(path, '')],
  ])('is not used in a folder that %s', async (_what, plant) => {
    const TMPDIR = temporaryFolder();
    await help({ TMPDIR });
    const name = basename(readdirSync(TMPDIR)[0] ?? '');
    const other = temporaryFolder();
    plant(join(other, name));
    expect((await help({ TMPDIR: other })).exitCode).toBe(0);
    const there = statSync(join(other, name));
    expect(there.isDirectory() ? readdirSync(join(other, name)) : []).toEqual([]);
  });

  it('is not there at all when Node is told to do without', async () => {
    const TMPDIR = temporaryFolder();
    expect((await help({ TMPDIR, NODE_DISABLE_COMPILE_CACHE: '1' })).exitCode).toBe(0);
    expect(readdirSync(TMPDIR)).toEqual([]);
  });
});

function help(env: Readonly<Record<string, string>>, bin?: string): Promise<BinRun> {
  return runBin(['--help'], { env, ...(bin === undefined ? {} : { bin }) });
}

function openToAll(folder: string): void {
  mkdirSync(folder);
  chmodSync(folder, 0o777);
}

function snapshot(folder: string) {
  return readdirSync(folder).map((name) => {
    const { mode, mtimeMs, ino } = statSync(join(folder, name));
    return { name, mode, mtimeMs, ino };
  });
}
