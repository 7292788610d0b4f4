import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chownSync,
  mkdirSync,
  readdirSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { withLock } from '../../src/config/lock.ts';
import { filesOf, realFiles } from '../../src/platform/files.ts';
import { openLedger } from '../../src/spend/open-ledger.ts';
import { worldWith } from '../config/world.ts';
import { noOtherUser, otherHome, otherUser } from '../helpers/other-user.ts';
import { createWorld, temporaryFolder } from '../helpers/world.ts';

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

  it('refuse to read a file that would fill the memory', async () => {
    const path = join(temporaryFolder(), 'endless');
    writeFileSync(path, '');
    // A sparse file takes no room.
    truncateSync(path, 1024 ** 4);
    await expect(realFiles.read(path)).rejects.toMatchObject({ code: 'EFBIG', path });
  });

  it('tell a link from its target, and a missing file from an error', async () => {
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
  it('creates the parents too, with their mode, and keeps what exists', async () => {
    const deep = join(temporaryFolder(), 'a', 'b', 'c');
    await realFiles.makeFolder(deep, 0o700);
    await realFiles.makeFolder(deep, 0o755);
    for (const path of [deep, join(deep, '..'), join(deep, '..', '..')]) {
      expect(statSync(path).mode & 0o777).toBe(0o700);
    }
  });

  it('accepts a folder that is created at the same time', async () => {
    const deep = join(temporaryFolder(), 'a', 'b', 'c');
    await Promise.all(Array.from({ length: 8 }, () => realFiles.makeFolder(deep, 0o700)));
    expect(statSync(deep).isDirectory()).toBe(true);
  });

  it('fails if something else is in the way', async () => {
    const path = temporaryFolder();
    writeFileSync(join(path, 'file'), '');
    symlinkSync('nowhere', join(path, 'link'));
    await expect(realFiles.makeFolder(join(path, 'file'))).rejects.toThrow('EEXIST');
    await expect(realFiles.makeFolder(join(path, 'file', 'a'))).rejects.toThrow('ENOTDIR');
    await expect(realFiles.makeFolder(join(path, 'link', 'a'))).rejects.toThrow('EEXIST');
  });

  it('fails without an endless loop if the file system allows no folder', async () => {
    await expect(realFiles.makeFolder('/proc/none/here')).rejects.toThrow(/ENOENT|EACCES|EROFS/);
  });
});

const owner = (path: string) => [statSync(path).uid, statSync(path).gid];

describe('the files of an ordinary user, and of root at home', () => {
  it('are the real ones', () => {
    expect(filesOf({ uid: 1000, home: '/home/a' })).toBe(realFiles);
    expect(filesOf({ uid: null, home: null })).toBe(realFiles);
    expect(filesOf({ uid: 0, home: '/' })).toBe(realFiles);
    expect(filesOf({ uid: 0, home: '/no/such/home' })).toBe(realFiles);
  });
});

describe.skipIf(noOtherUser !== null)(
  `the files of root in the home of another user${noOtherUser === null ? '' : ` (${noOtherUser})`}`,
  () => {
    it('belong to that user, and so do their folders', async () => {
      const home = otherHome();
      const files = filesOf({ uid: 0, home });
      const folder = join(home, '.config', 'openclaw');
      await files.makeFolder(folder, 0o700);
      await files.createFolder(join(folder, 'x'), 0o700);
      const file = await files.create(join(folder, 'x', 'a'), 0o600);
      await file.close();
      for (const path of ['.config', '.config/openclaw/x', '.config/openclaw/x/a']) {
        expect(owner(join(home, path))).toEqual([otherUser, otherUser]);
      }
    });

    it('belong to the owner of the folder that they are in', async () => {
      const home = otherHome();
      const files = filesOf({ uid: 0, home });
      for (const [name, uid] of [
        ['of-a-third', otherUser + 1],
        ['of-root', 0],
      ] as const) {
        mkdirSync(join(home, name));
        chownSync(join(home, name), uid, uid);
        await files.makeFolder(join(home, name, 'new'), 0o700);
      }
      expect(owner(join(home, 'of-a-third', 'new'))).toEqual([otherUser + 1, otherUser + 1]);
      expect(owner(join(home, 'of-root', 'new'))).toEqual([otherUser, otherUser]);
    });

    it('belong to root outside that home folder, also through a link', async () => {
      const [home, elsewhere] = [otherHome(), temporaryFolder()];
      const files = filesOf({ uid: 0, home });
      symlinkSync(elsewhere, join(home, 'out'));
      await files.makeFolder(join(home, 'out', 'a'), 0o700);
      await files.makeFolder(join(elsewhere, 'b'), 0o700);
      expect(readdirSync(elsewhere).map((name) => owner(join(elsewhere, name)))).toEqual([
        [0, 0],
        [0, 0],
      ]);
    });

    it('that SQLite creates beside the ledger belong to that user', async () => {
      const { deps } = createWorld();
      const home = otherHome();
      const place = { ...deps.place, home };
      const ledger = await openLedger({ ...deps, place, files: filesOf({ uid: 0, home }) });
      onTestFinished(() => ledger.close());
      const folder = join(home, '.local/state/openclaw-openrouter/ledger');
      const names = readdirSync(folder);
      expect(names.length).toBeGreaterThan(1);
      for (const name of names) expect(owner(join(folder, name))).toEqual([otherUser, otherUser]);
    });

    it('that are a lock belong to that user while it is held', async () => {
      const home = otherHome();
      const files = filesOf({ uid: 0, home });
      writeFileSync(join(home, 'a'), '');
      const seen = await withLock(worldWith(files), join(home, 'a'), async () =>
        owner(join(home, '.a.lock')),
      );
      expect(seen).toEqual([otherUser, otherUser]);
    });
  },
);
