import { execFileSync } from 'node:child_process';
import {
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readText } from '../../src/config/snapshot.ts';
import { writeAtomic } from '../../src/config/write.ts';
import { realFiles } from '../../src/platform/files.ts';
import { failing, type Step, tempFolder, worldWith } from './world.ts';

const world = worldWith(realFiles);

async function rewrite(path: string, text: string): Promise<void> {
  await writeAtomic(world, await readText(realFiles, path), text);
}

describe('reading', () => {
  it('accepts a missing file', async () => {
    using folder = tempFolder();
    const path = join(folder.path, 'no', 'such', 'file');
    expect(await readText(realFiles, path)).toMatchObject({ exists: false, text: '', hash: null });
  });

  it('keeps a byte order mark, CRLF and a missing final newline', async () => {
    using folder = tempFolder();
    const path = join(folder.path, 'a');
    writeFileSync(path, '\uFEFF{\r\n}');
    expect(await readText(realFiles, path)).toMatchObject({ text: '\uFEFF{\r\n}', bom: true });
    await rewrite(path, '\uFEFF{\r\n}');
    expect(readFileSync(path, 'utf8')).toBe('\uFEFF{\r\n}');
  });

  it.each([
    ['NUL bytes', Buffer.from('a\0b'), /binary/],
    ['broken UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), /not valid UTF-8/],
    ['UTF-16', Buffer.from('\uFEFF{}', 'utf16le'), /UTF-16/],
    ['17 MiB', Buffer.alloc(17 * 1024 * 1024, 32), /too large: 17\.0 MiB/],
  ])('rejects %s', async (_, bytes, message) => {
    using folder = tempFolder();
    const path = join(folder.path, 'a');
    writeFileSync(path, bytes);
    await expect(readText(realFiles, path)).rejects.toThrow(message);
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });

  it('rejects a folder and a pipe', async () => {
    using folder = tempFolder();
    const pipe = join(folder.path, 'pipe');
    execFileSync('mkfifo', [pipe]);
    await expect(readText(realFiles, folder.path)).rejects.toThrow(/is a folder/);
    await expect(readText(realFiles, pipe)).rejects.toThrow(/not a regular file/);
  });

  it('reports a loop of links, and a file where a folder should be', async () => {
    using folder = tempFolder();
    symlinkSync('b', join(folder.path, 'a'));
    symlinkSync('a', join(folder.path, 'b'));
    writeFileSync(join(folder.path, 'file'), '');
    await expect(readText(realFiles, join(folder.path, 'a'))).rejects.toThrow(/form a loop/);
    await expect(readText(realFiles, join(folder.path, 'file', 'x'))).rejects.toThrow(
      /not a folder/,
    );
  });

  it('has a hint for a file that cannot be read', async () => {
    using folder = tempFolder();
    const path = join(folder.path, 'a');
    writeFileSync(path, '');
    const files = failing('read', 'EACCES', () => true);
    await expect(readText(files, path)).rejects.toMatchObject({
      message: expect.stringContaining('permission denied'),
      hint: expect.stringContaining('ls -l'),
    });
  });
});

describe('writing', () => {
  it('keeps mode and owner', async () => {
    using folder = tempFolder();
    const path = join(folder.path, 'a');
    writeFileSync(path, 'old', { mode: 0o640 });
    if (process.getuid?.() === 0) chownSync(path, 12345, 23456);
    const before = statSync(path);
    await rewrite(path, 'new');
    const after = statSync(path);
    expect([after.mode, after.uid, after.gid]).toEqual([before.mode, before.uid, before.gid]);
    expect(readFileSync(path, 'utf8')).toBe('new');
  });

  it('creates a file that only its owner can read, and its folders', async () => {
    using folder = tempFolder();
    const path = join(folder.path, 'x', 'y', 'a');
    const { madeFolders } = await writeAtomic(world, await readText(realFiles, path), 'new');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(madeFolders).toEqual([join(folder.path, 'x'), join(folder.path, 'x', 'y')]);
  });

  it('changes the target of a link and keeps the link, even if the target does not exist', async () => {
    using folder = tempFolder();
    mkdirSync(join(folder.path, 'dotfiles'));
    const link = join(folder.path, 'link');
    symlinkSync('dotfiles/rc', link);
    await rewrite(link, 'one');
    await rewrite(link, 'two');
    expect(readlinkSync(link)).toBe('dotfiles/rc');
    expect(readFileSync(join(folder.path, 'dotfiles', 'rc'), 'utf8')).toBe('two');
  });

  it.each([
    ['changed', (path: string) => writeFileSync(path, 'theirs'), 'theirs'],
    [
      'replaced by the same bytes and changed',
      (path: string) => writeFileSync(path, 'theirs!'),
      'theirs!',
    ],
  ])('fails if the file was %s since it was read', async (_, meddle, theirs) => {
    using folder = tempFolder();
    const path = join(folder.path, 'a');
    writeFileSync(path, 'old');
    const snapshot = await readText(realFiles, path);
    meddle(path);
    await expect(writeAtomic(world, snapshot, 'new')).rejects.toMatchObject({ type: 'conflict' });
    expect(readFileSync(path, 'utf8')).toBe(theirs);
    expect(readdirSync(folder.path)).toEqual(['a']);
  });

  it('fails if another program has created the file', async () => {
    using folder = tempFolder();
    const path = join(folder.path, 'a');
    const snapshot = await readText(realFiles, path);
    writeFileSync(path, 'theirs');
    await expect(writeAtomic(world, snapshot, 'new')).rejects.toMatchObject({ type: 'conflict' });
    expect(readFileSync(path, 'utf8')).toBe('theirs');
  });

  it('rejects a read-only file', async () => {
    using folder = tempFolder();
    const path = join(folder.path, 'a');
    writeFileSync(path, 'old', { mode: 0o444 });
    await expect(rewrite(path, 'new')).rejects.toThrow(/read-only \(mode 0444\)/);
    expect(readFileSync(path, 'utf8')).toBe('old');
  });

  it('works where the file system has no hard links', async () => {
    using folder = tempFolder();
    const path = join(folder.path, 'a');
    const files = failing('link', 'EPERM', () => true);
    await writeAtomic(worldWith(files), await readText(files, path), 'new');
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(readdirSync(folder.path)).toEqual(['a']);
  });

  const steps: Step[] = ['create', 'write', 'chmod', 'sync', 'rename'];
  const codes = ['ENOSPC', 'EACCES', 'EROFS', 'EXDEV', 'EIO', 'EDQUOT', 'EBUSY'];
  it.each(steps.flatMap((step) => codes.map((code) => [step, code] as const)))(
    'leaves the old bytes and no temp file, with a hint, if %s fails (%s)',
    async (step, code) => {
      using folder = tempFolder();
      const path = join(folder.path, 'a');
      writeFileSync(path, 'old');
      const files = failing(step, code, (name) => name.startsWith(folder.path));
      await expect(
        writeAtomic(worldWith(files), await readText(files, path), 'new'),
      ).rejects.toMatchObject({
        name: 'UserError',
        message: expect.stringContaining(path),
        hint: expect.any(String),
      });
      expect(readFileSync(path, 'utf8')).toBe('old');
      expect(readdirSync(folder.path)).toEqual(['a']);
    },
  );

  it('removes the folders that it created if the write fails', async () => {
    using folder = tempFolder();
    const path = join(folder.path, 'x', 'y', 'a');
    const files = failing('write', 'ENOSPC', () => true);
    await expect(writeAtomic(worldWith(files), await readText(files, path), 'new')).rejects.toThrow(
      /no space/,
    );
    expect(readdirSync(folder.path)).toEqual([]);
  });

  it('does not change the owner of a file', async () => {
    using folder = tempFolder();
    const path = join(folder.path, 'a');
    writeFileSync(path, 'old');
    const files = failing('chown', 'EPERM', () => true);
    const theirs = {
      ...files,
      lstat: async (name: string) => {
        const facts = await files.lstat(name);
        return facts?.kind === 'file' ? { ...facts, uid: facts.uid + 1 } : facts;
      },
    };
    await expect(
      writeAtomic(worldWith(theirs), await readText(theirs, path), 'new'),
    ).rejects.toThrow(/another user/);
    expect(readFileSync(path, 'utf8')).toBe('old');
  });
});
