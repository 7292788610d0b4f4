import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
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
