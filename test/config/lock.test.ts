import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { withLock } from '../../src/config/lock.ts';
import type { Files } from '../../src/platform/deps.ts';
import { realFiles } from '../../src/platform/files.ts';
import { failing, tempFolder, worldWith } from './world.ts';

const dead = (token = 'abc') => `{"pid":4194305,"startedAt":"1","token":"${token}"}`;

describe('a lock', () => {
  it('exists while the body runs and not afterwards, even if the body fails', async () => {
    using folder = tempFolder();
    const path = join(folder.path, 'a');
    const seen = await withLock(worldWith(realFiles), path, async () => readdirSync(folder.path));
    expect(seen).toEqual(['.a.lock']);
    await expect(
      withLock(worldWith(realFiles), path, async () => Promise.reject(new Error('body'))),
    ).rejects.toThrow('body');
    expect(readdirSync(folder.path)).toEqual([]);
  });

  it('makes a second process wait, and the error for a long wait names the holder', async () => {
    using folder = tempFolder();
    const path = join(folder.path, 'a');
    const sleeps: number[] = [];
    await withLock(worldWith(realFiles), path, async () => {
      const second = withLock(worldWith(realFiles, sleeps), path, async () => 'never', {
        waitMs: 500,
      });
      await expect(second).rejects.toMatchObject({
        type: 'conflict',
        message: expect.stringContaining(`process ${process.pid}`),
      });
    });
    expect(sleeps.length).toBeGreaterThan(5);
  });

  it.each([
    ['of a process that is no more', dead()],
    [
      'of an earlier process with the same id',
      `{"pid":${process.pid},"startedAt":"1","token":"x"}`,
    ],
    ['that is empty', ''],
    ['that makes no sense', '{"pid":"rm -rf"}'],
    ['that is far too long', 'x'.repeat(10_000)],
  ])('%s is removed, with a notice', async (_, content) => {
    using folder = tempFolder();
    const path = join(folder.path, 'a');
    writeFileSync(join(folder.path, '.a.lock'), content);
    const notices: string[] = [];
    const options = { onNotice: (message: string) => void notices.push(message) };
    expect(await withLock(worldWith(realFiles), path, async () => 'ran', options)).toBe('ran');
    expect(notices).toEqual([expect.stringMatching(/^Removed (the|a) lock/)]);
    expect(readdirSync(folder.path)).toEqual([]);
  });

  it.each([
    ['a pipe', (path: string) => execFileSync('mkfifo', [path])],
    ['a folder', (path: string) => mkdirSync(path)],
    ['a device', (path: string) => symlinkSync('/dev/zero', path)],
    ['a link to nothing', (path: string) => symlinkSync('nothing', path)],
    ['a link in a circle', (path: string) => symlinkSync('.a.lock', path)],
  ])('%s at the path of the lock is an error at once', async (_, make) => {
    using folder = tempFolder();
    make(join(folder.path, '.a.lock'));
    await expect(
      withLock(worldWith(realFiles), join(folder.path, 'a'), async () => 'never'),
    ).rejects.toMatchObject({
      name: 'UserError',
      message: `Cannot lock ${join(folder.path, '.a.lock')}: it is not a regular file`,
    });
    expect(readdirSync(folder.path)).toEqual(['.a.lock']);
  });

  it('is removed although a process died while removing it', async () => {
    using folder = tempFolder();
    const path = join(folder.path, 'a');
    writeFileSync(join(folder.path, '.a.lock'), dead('abc'));
    writeFileSync(join(folder.path, '.a.lock.abc'), dead('def'));
    expect(await withLock(worldWith(realFiles), path, async () => 'ran')).toBe('ran');
    expect(readdirSync(folder.path)).toEqual([]);
  });

  it('removes the temp files of dead processes and no others', async () => {
    using folder = tempFolder();
    const path = join(folder.path, 'a');
    const mine = `.a.${process.pid}-x1.openclaw-openrouter`;
    const others = ['.a.4194305-x1.other', '.b.4194305-x1.openclaw-openrouter', mine];
    for (const name of [...others, '.a.4194305-x1.openclaw-openrouter']) {
      writeFileSync(join(folder.path, name), '');
    }
    await withLock(worldWith(realFiles), path, async () => undefined);
    expect(readdirSync(folder.path).sort()).toEqual([...others].sort());
  });

  it('creates the folder, and removes it if the body fails', async () => {
    using folder = tempFolder();
    const path = join(folder.path, 'x', 'a');
    await expect(
      withLock(worldWith(realFiles), path, async () => Promise.reject(new Error('body'))),
    ).rejects.toThrow('body');
    expect(readdirSync(folder.path)).toEqual([]);
    await withLock(worldWith(realFiles), path, async ({ madeFolders }) => {
      expect(madeFolders).toEqual([join(folder.path, 'x')]);
      writeFileSync(path, 'new');
    });
    expect(readFileSync(path, 'utf8')).toBe('new');
  });

  it('creates the folder again if another process removes it in between', async () => {
    using folder = tempFolder();
    const path = join(folder.path, 'x', 'a');
    let removed = 0;
    const create: Files['create'] = async (temp, mode) => {
      if (removed++ === 0) await realFiles.removeFolder(dirname(path));
      return realFiles.create(temp, mode);
    };
    await withLock(worldWith({ ...realFiles, create }), path, async () =>
      writeFileSync(path, 'new'),
    );
    expect([removed, readFileSync(path, 'utf8')]).toEqual([2, 'new']);
  });

  it('is an error in a folder that cannot be written', async () => {
    using folder = tempFolder();
    const files = failing('create', 'EROFS', () => true);
    await expect(
      withLock(worldWith(files), join(folder.path, 'a'), async () => undefined),
    ).rejects.toThrow(/Cannot lock .*read-only/);
  });
});

describe('a lock of a process that cannot be seen from here', () => {
  const pid = 4194305;
  const now = new Date('2026-11-29T12:00:00Z');
  const elsewhere = 'another-boot pid:[1]';

  /** A world and the lock that a process of `space` refreshed that long ago. */
  function start(folder: string, space: string, ageMs: number, files: Files = realFiles) {
    const lock = join(folder, '.a.lock');
    writeFileSync(lock, JSON.stringify({ pid, startedAt: '1', space, token: 'abc' }));
    const refreshed = new Date(now.getTime() - ageMs);
    utimesSync(lock, refreshed, refreshed);
    const world = worldWith(files);
    return { lock, world: { ...world, clock: { ...world.clock, now: () => now } } };
  }

  it('is respected, and the error names the file to remove', async () => {
    using folder = tempFolder();
    const path = join(folder.path, 'a');
    const { world, lock } = start(folder.path, elsewhere, 59_000);
    await expect(withLock(world, path, async () => 'never')).rejects.toMatchObject({
      type: 'conflict',
      message: `${path} is being changed by another openclaw-openrouter (process ${pid} of another container or computer)`,
      hint: expect.stringMatching(/expires after a minute.* sure that it is not running: rm '.*'$/),
    });
    expect(readdirSync(folder.path)).toEqual(['.a.lock']);
    expect(readFileSync(lock, 'utf8')).toContain('abc');
  });

  it('is removed if it has not been refreshed for a minute', async () => {
    using folder = tempFolder();
    const { world } = start(folder.path, elsewhere, 61_000);
    const notices: string[] = [];
    const options = { onNotice: (message: string) => void notices.push(message) };
    await withLock(world, join(folder.path, 'a'), async () => undefined, options);
    expect(notices).toEqual([expect.stringContaining('of another container or computer')]);
    expect(readdirSync(folder.path)).toEqual([]);
  });

  it('is respected if /proc hides the processes of others', async () => {
    using folder = tempFolder();
    const path = join(folder.path, 'a');
    const read: Files['read'] = async (file) => {
      if (file === '/proc/1/stat') throw Object.assign(new Error('hidden'), { code: 'ENOENT' });
      return realFiles.read(file);
    };
    const space = await withLock(worldWith(realFiles), path, async () => spaceIn(folder.path));
    const { world } = start(folder.path, space, 1_000, { ...realFiles, read });
    await expect(withLock(world, path, async () => 'never')).rejects.toThrow(
      `another openclaw-openrouter (process ${pid})`,
    );
  });

  it('is told apart by the name of the host where there is no /proc', async () => {
    using folder = tempFolder();
    const path = join(folder.path, 'a');
    const read: Files['read'] = async (file) => {
      if (file.startsWith('/proc/')) throw Object.assign(new Error('none'), { code: 'ENOENT' });
      return realFiles.read(file);
    };
    const other = start(folder.path, 'there', 1_000, { ...realFiles, read });
    await expect(withLock(other.world, path, async () => 'never')).rejects.toThrow(/of another/);
    const same = start(folder.path, 'here', 1_000, { ...realFiles, read });
    expect(await withLock(same.world, path, async () => spaceIn(folder.path))).toBe('here');
  });

  function spaceIn(folder: string): string {
    return JSON.parse(readFileSync(join(folder, '.a.lock'), 'utf8')).space;
  }
});

it('a lock is refreshed while it is held', async () => {
  using folder = tempFolder();
  const lock = join(folder.path, '.a.lock');
  const world = worldWith(realFiles);
  const clock = { ...world.clock, now: () => new Date(1_000) };
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  try {
    await withLock({ ...world, clock }, join(folder.path, 'a'), async () => {
      utimesSync(lock, new Date(0), new Date(0));
      vi.advanceTimersByTime(10_000);
      await vi.waitUntil(() => statSync(lock).mtimeMs === 1_000);
    });
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});

it('a process that waits for a lock tries again if another one removes its temp file', async () => {
  using folder = tempFolder();
  let removed = 0;
  const link: Files['link'] = async (from, to) => {
    if (removed++ === 0) await realFiles.remove(from);
    return realFiles.link(from, to);
  };
  const world = worldWith({ ...realFiles, link });
  expect(await withLock(world, join(folder.path, 'a'), async () => 'ran')).toBe('ran');
});
