import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { realFiles } from '../../src/platform/files.ts';
import { temporaryFolder } from '../helpers/world.ts';

describe('the real files', () => {
  it('go on with everything else while a pipe has nothing to give yet', async () => {
    const pipe = join(temporaryFolder(), 'pipe');
    execFileSync('mkfifo', [pipe]);
    const [bytes] = await Promise.all([realFiles.read(pipe), writeFile(pipe, '{ models: {} }')]);
    expect(new TextDecoder().decode(bytes)).toBe('{ models: {} }');
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
