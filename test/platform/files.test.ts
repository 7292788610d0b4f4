import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { realFiles } from '../../src/platform/files.ts';
import { temporaryFolder } from '../helpers/world.ts';

describe('the real files', () => {
  it('refuse to read a pipe, a socket or a device at once', async () => {
    const folder = temporaryFolder();
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const socket = join(folder, 'socket');
    const server = createServer().listen(socket);
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    for (const path of [pipe, socket, '/dev/zero']) {
      await expect(realFiles.read(path)).rejects.toMatchObject({ code: 'EFTYPE', path });
    }
  });

  it('tell what is there, a link from what it leads to, and nothing from trouble', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), 'four');
    mkdirSync(join(folder, 'folder'));
    symlinkSync('file', join(folder, 'link'));
    expect(await realFiles.stat(join(folder, 'link'))).toMatchObject({ kind: 'file', size: 4 });
    expect(await realFiles.lstat(join(folder, 'link'))).toMatchObject({ kind: 'link' });
    expect(await realFiles.stat(join(folder, 'nothing'))).toBeNull();
    await expect(realFiles.stat(join(folder, 'file/below'))).rejects.toMatchObject({
      code: 'ENOTDIR',
    });
    await expect(realFiles.read(join(folder, 'folder'))).rejects.toMatchObject({ code: 'EISDIR' });
    await expect(realFiles.read(join(folder, 'nothing'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('makeFolder', () => {
  it('makes the parents too, with their mode, and leaves what is there', async () => {
    const deep = join(temporaryFolder(), 'a', 'b', 'c');
    await realFiles.makeFolder(deep, 0o700);
    await realFiles.makeFolder(deep, 0o755);
    for (const path of [deep, join(deep, '..'), join(deep, '..', '..')]) {
      expect(statSync(path).mode & 0o777).toBe(0o700);
    }
  });

  it('is fine with somebody else who makes it at the same time', async () => {
    const deep = join(temporaryFolder(), 'a', 'b', 'c');
    await Promise.all(Array.from({ length: 8 }, () => realFiles.makeFolder(deep, 0o700)));
    expect(statSync(deep).isDirectory()).toBe(true);
  });

  it('fails where something else is in the way', async () => {
    const path = temporaryFolder();
    writeFileSync(join(path, 'file'), '');
    symlinkSync('nowhere', join(path, 'link'));
    await expect(realFiles.makeFolder(join(path, 'file'))).rejects.toThrow('EEXIST');
    await expect(realFiles.makeFolder(join(path, 'file', 'a'))).rejects.toThrow('ENOTDIR');
    await expect(realFiles.makeFolder(join(path, 'link', 'a'))).rejects.toThrow('EEXIST');
  });

  it('fails, and does not try for ever, where the file system takes no folder', async () => {
    await expect(realFiles.makeFolder('/proc/none/here')).rejects.toThrow(/ENOENT|EACCES|EROFS/);
  });
});
