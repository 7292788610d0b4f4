import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readText } from '../../src/config/snapshot.ts';
import { type WriteOptions, writeAtomic } from '../../src/config/write.ts';
import type { Files } from '../../src/platform/deps.ts';
import { realFiles } from '../../src/platform/files.ts';
import { hasProgram, printedBy } from '../helpers/programs.ts';
import { tempFolder, worldWith } from './world.ts';

const noAcl = !hasProgram('setfacl');
const noAttributes = !hasProgram('setfattr');
const isRoot = process.getuid?.() === 0;

const rules = (path: string) => printedBy('getfacl', '--absolute-names', '--numeric', '-c', path);
const attributes = (path: string) => printedBy('getfattr', '--absolute-names', '-d', path);

async function rewrite(path: string, options: WriteOptions = {}, files: Files = realFiles) {
  await writeAtomic(worldWith(files), await readText(files, path), 'new', options);
}

/** A file in a folder of its own, gone after the test. */
function fileOf(mode: number): string {
  const folder = tempFolder();
  onTestFinished(() => folder[Symbol.dispose]());
  const path = join(folder.path, 'a');
  writeFileSync(path, 'old');
  chmodSync(path, mode);
  return path;
}

/** Puts programs of a test's own first, or alone, on PATH. */
function withPrograms(programs: Readonly<Record<string, string>>, alone = false): void {
  const folder = tempFolder();
  const before = process.env.PATH;
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(folder.path, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
  process.env.PATH = alone ? folder.path : `${folder.path}:${before}`;
  onTestFinished(() => {
    process.env.PATH = before;
    folder[Symbol.dispose]();
  });
}

describe('a file that is rewritten', () => {
  it.skipIf(noAcl)('keeps its access control list (needs setfacl)', async () => {
    const path = fileOf(0o640);
    printedBy('setfacl', '-m', 'u:1234:r,g:5678:-,g:42:rw', path);
    const before = rules(path);
    await rewrite(path);
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(rules(path)).toBe(before);
  });

  it.skipIf(noAttributes)('keeps its extended attributes (needs setfattr)', async () => {
    const path = fileOf(0o600);
    printedBy('setfattr', '-n', 'user.origin', '-v', 'by hand', path);
    printedBy('setfattr', '-n', 'user.bytes', '-v', '0x00ff0a', path);
    const before = attributes(path);
    await rewrite(path);
    expect(attributes(path)).toBe(before);
  });

  it('keeps its current mode, not the one that it had when it was read', async () => {
    const path = fileOf(0o644);
    const snapshot = await readText(realFiles, path);
    chmodSync(path, 0o600);
    await writeAtomic(worldWith(realFiles), snapshot, 'new');
    expect(statSync(path).mode & 0o7777).toBe(0o600);
  });

  it.skipIf(noAcl)('keeps its current access control list (needs setfacl)', async () => {
    const path = fileOf(0o640);
    const snapshot = await readText(realFiles, path);
    printedBy('setfacl', '-m', 'g:5678:-', path);
    const before = rules(path);
    await writeAtomic(worldWith(realFiles), snapshot, 'new');
    expect(rules(path)).toBe(before);
  });

  it('is not written if its mode is changed during the write', async () => {
    const path = fileOf(0o644);
    const meddling: Files = {
      ...realFiles,
      async create(name, mode) {
        const file = await realFiles.create(name, mode);
        return { ...file, sync: async () => chmodSync(path, 0o600) };
      },
    };
    await expect(rewrite(path, {}, meddling)).rejects.toMatchObject({ type: 'conflict' });
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(statSync(path).mode & 0o7777).toBe(0o600);
    expect(readdirSync(dirname(path))).toEqual(['a']);
  });

  it.each([0o4755, 0o2755, 0o6711])('keeps its mode of %o', async (mode) => {
    const path = fileOf(mode);
    await rewrite(path);
    expect(statSync(path).mode & 0o7777).toBe(mode);
  });

  it.skipIf(noAcl)(
    'does not inherit an access control list from its folder (needs setfacl)',
    async () => {
      const path = fileOf(0o640);
      printedBy('setfacl', '-d', '-m', 'u:1234:rw', dirname(path));
      const before = rules(path);
      await rewrite(path);
      expect(rules(path)).toBe(before);
    },
  );

  it.skipIf(noAcl)(
    'loses an inherited list that cp keeps, as that of coreutils 9.2 does (needs setfacl)',
    async () => {
      const path = fileOf(0o640);
      printedBy('setfacl', '-d', '-m', 'u:1234:rw', dirname(path));
      const before = rules(path);
      withPrograms({ cp: 'for last; do :; done; chmod 640 "$last"' });
      await rewrite(path);
      expect(rules(path)).toBe(before);
    },
  );

  it.skipIf(noAcl)(
    'is not written if an inherited list cannot be removed (needs setfacl)',
    async () => {
      const path = fileOf(0o640);
      printedBy('setfacl', '-d', '-m', 'u:1234:rw', dirname(path));
      withPrograms({ cp: ':', setfacl: 'exit 1' });
      await expect(rewrite(path)).rejects.toMatchObject({
        message: expect.stringContaining('its access control list'),
        detail: expect.stringContaining('setfacl cannot remove'),
      });
      expect(readFileSync(path, 'utf8')).toBe('old');
      expect(readdirSync(dirname(path))).toEqual(['a']);
    },
  );

  it('is not written if cp fails, and the error has the message of cp', async () => {
    const path = fileOf(0o640);
    const help = '[ "$1" = --help ] && exec echo " --attributes-only"';
    withPrograms({ cp: `${help}; echo "cp: no room for it" >&2; exit 1` });
    await expect(rewrite(path)).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringContaining(path),
      detail: 'cp: no room for it',
    });
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(dirname(path))).toEqual(['a']);
  });

  it.runIf(process.platform === 'linux').each([
    ['is that of BusyBox', { cp: 'echo "cp: unrecognized option" >&2; exit 1' }],
    ['is not there', {}],
  ])('is written, with a notice about what may be lost, where cp %s', async (_, programs) => {
    const path = fileOf(0o640);
    withPrograms(programs, true);
    const notices: string[] = [];
    await rewrite(path, { onNotice: (message) => void notices.push(message) });
    expect(notices).toEqual([
      expect.stringContaining(`${path} may have lost its access control list`),
    ]);
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(statSync(path).mode & 0o7777).toBe(0o640);
  });
});

describe('a file that is made private while it is rewritten', () => {
  it('is written in a folder that others cannot enter, and is private before it has content', async () => {
    const path = fileOf(0o644);
    const seen: { folder: number; mode: number; size: number }[] = [];
    const look = async <T>(temp: string, step: Promise<T>): Promise<T> => {
      const result = await step;
      const { mode, size } = statSync(temp);
      seen.push({ folder: statSync(dirname(temp)).mode & 0o777, mode: mode & 0o777, size });
      return result;
    };
    const watching: Files = {
      ...realFiles,
      async create(name, mode) {
        const file = await look(name, realFiles.create(name, mode));
        return {
          ...file,
          copyAttributes: (from) => look(name, file.copyAttributes(from)),
          write: (bytes) => look(name, file.write(bytes)),
          chmod: (bits) => look(name, file.chmod(bits)),
          sync: () => look(name, file.sync()),
        };
      },
    };
    await rewrite(path, { setMode: 0o600 }, watching);
    expect(seen).toHaveLength(6);
    expect(seen.filter(({ folder }) => folder !== 0o700)).toEqual([]);
    expect(seen.filter(({ size, mode }) => size > 0 && mode !== 0o600)).toEqual([]);
    expect(statSync(path).mode & 0o7777).toBe(0o600);
  });

  it('is not written with a key if the file system ignores its mode', async () => {
    const path = fileOf(0o644);
    const ignoring: Files = {
      ...realFiles,
      async create(name, mode) {
        const file = await realFiles.create(name, mode);
        return { ...file, chmod: async () => file.chmod(0o777) };
      },
    };
    const options = { setMode: 0o600, holdsKey: true };
    await expect(rewrite(path, options, ignoring)).rejects.toThrow(
      `Cannot write ${path}: its file system ignores permissions`,
    );
    expect(readFileSync(path, 'utf8')).toBe('old');
  });

  it.skipIf(noAcl)(
    'keeps its access control list without effect, until it gets its mode back (needs setfacl)',
    async () => {
      const path = fileOf(0o640);
      printedBy('setfacl', '-m', 'u:1234:r,g:5678:-', path);
      const before = rules(path);
      await rewrite(path, { setMode: 0o600 });
      expect(rules(path)).toContain('mask::---');
      await writeAtomic(worldWith(realFiles), await readText(realFiles, path), 'old', {
        setMode: 0o640,
      });
      expect(rules(path)).toBe(before);
    },
  );
});

describe('a file that cannot be replaced', () => {
  it('with several hard links is an error, and all keep their content', async () => {
    const path = fileOf(0o644);
    const other = join(dirname(path), 'b');
    linkSync(path, other);
    await expect(rewrite(path)).rejects.toMatchObject({
      message: `Cannot write ${path}: it is one of 2 hard links to the same file, and the rest would keep the old content`,
      hint: expect.stringContaining(`-samefile '${path}'`),
    });
    expect([path, other].map((name) => readFileSync(name, 'utf8'))).toEqual(['old', 'old']);
    expect(statSync(path).nlink).toBe(2);
    expect(readdirSync(dirname(path))).toEqual(['a', 'b']);
  });

  it('does not include the temp file of a running process, or of one that was killed', async () => {
    const path = fileOf(0o644);
    const name = `.a.${process.pid}-0123456789ab.openclaw-openrouter`;
    const temp = join(dirname(path), name, name);
    mkdirSync(dirname(temp));
    linkSync(path, temp);
    expect((await readText(realFiles, path)).facts?.links).toBe(1);
    const other = join(dirname(path), 'b');
    linkSync(path, other);
    expect((await readText(realFiles, path)).facts?.links).toBe(2);
    await expect(rewrite(path)).rejects.toThrow(/one of 2 hard links/);
    unlinkSync(other);
    await rewrite(path);
    expect(readFileSync(path, 'utf8')).toBe('new');
  });

  it('is none whose temp file goes while it is looked at', async () => {
    const path = fileOf(0o644);
    const temp = join(dirname(path), 'temp');
    linkSync(path, temp);
    const list: Files['list'] = (folder) => {
      unlinkSync(temp);
      return realFiles.list(folder);
    };
    expect((await readText({ ...realFiles, list }, path)).facts?.links).toBe(1);
  });

  it('that is read-only is not made private', async () => {
    const path = fileOf(0o444);
    await expect(rewrite(path, { setMode: 0o600 })).rejects.toThrow(/read-only \(mode 0444\)/);
    await writeAtomic(worldWith(realFiles), await readText(realFiles, path), 'old', {
      setMode: 0o600,
    });
    expect(statSync(path).mode & 0o7777).toBe(0o600);
  });

  it.runIf(isRoot && hasProgram('chattr'))(
    'that is immutable is an error (needs root and chattr)',
    async () => {
      const path = fileOf(0o644);
      printedBy('chattr', '+i', path);
      onTestFinished(() => void printedBy('chattr', '-i', path));
      await expect(rewrite(path)).rejects.toMatchObject({
        message: `Cannot write ${path}: the system does not permit it`,
        hint: expect.stringContaining('chattr -i'),
      });
      expect(readFileSync(path, 'utf8')).toBe('old');
      expect(readdirSync(dirname(path))).toEqual(['a']);
    },
  );
});

describe('a symbolic link', () => {
  it('stays, and the file at the end of a chain of links changes', async () => {
    const path = fileOf(0o640);
    const folder = dirname(path);
    mkdirSync(join(folder, 'x'));
    symlinkSync('../a', join(folder, 'x', 'middle'));
    symlinkSync('x/middle', join(folder, 'first'));
    await rewrite(join(folder, 'first'));
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(readdirSync(folder).sort()).toEqual(['a', 'first', 'x']);
  });

  it('that dangles creates the file that it points to', async () => {
    const path = fileOf(0o640);
    const link = join(dirname(path), 'link');
    symlinkSync('later', link);
    await rewrite(link);
    expect(readFileSync(join(dirname(path), 'later'), 'utf8')).toBe('new');
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
  });

  it('into a missing folder is an error, and the folder is not created', async () => {
    const folder = dirname(fileOf(0o640));
    const link = join(folder, 'link');
    const to = join(folder, 'disk/rc/a');
    symlinkSync(to, link);
    symlinkSync('disk', join(folder, 'config'));
    await expect(readText(realFiles, link)).rejects.toMatchObject({
      message: `${link} is a symbolic link to ${to}, and ${dirname(to)} does not exist`,
      hint: expect.stringContaining(`rm '${link}'`),
    });
    await expect(readText(realFiles, join(folder, 'config/a'))).rejects.toThrow(
      `${join(folder, 'config')} is a symbolic link to disk, which does not exist`,
    );
    expect(readdirSync(folder).sort()).toEqual(['a', 'config', 'link']);
  });
});
