import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { Module } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type BinRun, runBin } from '../helpers/bin.ts';
import { packageFolder, temporaryFolder } from '../helpers/world.ts';

const hasNodesOwn = 'enableCompileCache' in Module;

/** Where the cache of a home is, unless the environment names another place. */
const inHome = (home: string) => join(home, '.cache/openclaw-openrouter/compile-cache');

describe('the compile cache', () => {
  it('is only in our own cache folder, readable by its owner alone', async () => {
    const [home, TMPDIR] = [temporaryFolder(), temporaryFolder()];
    const first = await help({ home, TMPDIR });
    expect(filesIn(inHome(home)).length).toBeGreaterThan(0);
    for (const folder of [inHome(home), dirname(inHome(home))]) {
      expect(statSync(folder).mode & 0o777).toBe(0o700);
    }
    expect(readdirSync(TMPDIR)).toEqual([]);
    const filled = filesIn(inHome(home));
    expect(await help({ home })).toEqual(first);
    expect(filesIn(inHome(home))).toEqual(filled);
  });

  it('follows XDG_CACHE_HOME, and is off where there is no home', async () => {
    const [home, XDG_CACHE_HOME] = [temporaryFolder(), temporaryFolder()];
    await help({ home, XDG_CACHE_HOME });
    expect(filesIn(XDG_CACHE_HOME).length).toBeGreaterThan(0);
    expect(readdirSync(home)).toEqual([]);
    const cwd = temporaryFolder();
    for (const HOME of ['', 'relative']) expect((await help({ HOME, cwd })).exitCode).toBe(0);
    expect(readdirSync(cwd)).toEqual([]);
  });

  it.each<[string, (home: string) => void]>([
    ['others may write in', (home) => folder(inHome(home), 0o777)],
    ['a group may write in', (home) => folder(inHome(home), 0o770)],
    ['others may read', (home) => folder(inHome(home), 0o755)],
    ['is a file', (home) => writeFileSync(`${folder(dirname(inHome(home)))}/compile-cache`, '')],
    ['is below one that others may write in', (home) => folder(join(home, '.cache'), 0o777)],
    ['is reached through a link into one that others may write in', linkedToShared],
    ['leads nowhere', (home) => symlinkSync('/nowhere', join(home, '.cache'))],
  ])('is off in a folder that %s', async (_what, plant) => {
    const home = temporaryFolder();
    plant(home);
    const before = filesIn(home);
    expect((await help({ home })).exitCode).toBe(0);
    expect(filesIn(home)).toEqual(before);
  });

  it.skipIf(process.geteuid?.() !== 0).each<[string, (home: string) => string]>([
    ['the cache', inHome],
    ['the folder above it', (home) => dirname(inHome(home))],
    ['the home', (home) => home],
  ])('is off where %s is another user’s', async (_what, which) => {
    const home = temporaryFolder();
    folder(inHome(home), 0o700);
    chownSync(which(home), 12345, 12345);
    expect((await help({ home })).exitCode).toBe(0);
    expect(filesIn(home)).toEqual([]);
  });

  it('is not made by a dry run', async () => {
    const home = temporaryFolder();
    const args = ['init', '--yes', '--dry-run', '--sandbox', '--no-verify'];
    const env = { NODE_COMPILE_CACHE: '' };
    expect((await runBin(args, { home, env })).exitCode).toBe(0);
    expect(existsSync(inHome(home))).toBe(false);
  });

  it("is off when Node's own variable disables it", async () => {
    const home = temporaryFolder();
    expect((await help({ home, NODE_DISABLE_COMPILE_CACHE: '1' })).exitCode).toBe(0);
    expect(readdirSync(home)).toEqual([]);
  });
});

describe.skipIf(hasNodesOwn)('the compile cache of Node 20', () => {
  it('is where Node’s own variable says', async () => {
    const [home, NODE_COMPILE_CACHE] = [temporaryFolder(), temporaryFolder()];
    await help({ home, NODE_COMPILE_CACHE });
    expect(filesIn(NODE_COMPILE_CACHE).length).toBeGreaterThan(0);
    expect(readdirSync(home)).toEqual([]);
  });

  it('is not used for a changed file of the same length', async () => {
    const home = temporaryFolder();
    const copy = join(temporaryFolder(), 'package');
    for (const part of ['bin', 'dist', 'package.json']) {
      cpSync(join(packageFolder, part), join(copy, part), { recursive: true });
    }
    const bin = join(copy, 'bin/openclaw-openrouter.js');
    expect((await help({ home, bin })).stdout).toContain('undo the last');
    const main = join(copy, 'dist/cli-main.cjs');
    writeFileSync(main, readFileSync(main, 'utf8').replace('undo the last', 'redo the last'));
    expect((await help({ home, bin })).stdout).toContain('redo the last');
  });

  it('is repaired if it is broken', async () => {
    const home = temporaryFolder();
    const first = await help({ home });
    const [file = ''] = readdirSync(inHome(home));
    const before = readFileSync(join(inHome(home), file)).length;
    writeFileSync(join(inHome(home), file), 'no code');
    expect(await help({ home })).toEqual(first);
    expect(readFileSync(join(inHome(home), file)).length).toBeGreaterThan(before / 2);
  });
});

interface HelpOptions {
  readonly home?: string;
  readonly bin?: string;
  readonly cwd?: string;
  readonly [variable: string]: string | undefined;
}

function help({ home, bin, cwd, ...variables }: HelpOptions): Promise<BinRun> {
  return runBin(['--help'], {
    ...(home === undefined ? {} : { home }),
    ...(bin === undefined ? {} : { bin }),
    ...(cwd === undefined ? {} : { cwd }),
    env: { NODE_COMPILE_CACHE: '', ...(variables as Record<string, string>) },
  });
}

/** Makes a folder, the ones above it too, with the mode whatever the umask is. */
function folder(path: string, mode = 0o700): string {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  chmodSync(path, mode);
  return path;
}

function linkedToShared(home: string): void {
  folder(join(home, 'shared'), 0o777);
  symlinkSync(join(home, 'shared'), join(home, '.cache'));
}

/** Every file below a folder, with what tells whether it was written again. */
function filesIn(path: string) {
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => existsSync(join(path, name)) && statSync(join(path, name)).isFile())
    .map((name) => {
      const { mtimeMs, ino } = statSync(join(path, name));
      return { name, mtimeMs, ino };
    });
}
