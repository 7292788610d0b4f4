import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { execute } from '../../src/platform/exec.ts';
import { temporaryFolder } from '../helpers/world.ts';

const { signal } = new AbortController();

it.each([
  ['is nowhere', () => temporaryFolder()],
  ['may not be run', () => folderWith('openclaw')],
  ['would be in a folder that is a file', () => join(folderWith('file'), 'file')],
])('says of a program that %s that it is not there', async (_what, folder) => {
  const said = await execute('openclaw', ['--version'], { env: { PATH: folder() } }, signal);
  expect(said).toMatchObject({ notFound: true, exitCode: null, timedOut: false });
});

it('says what a program said that ended badly', async () => {
  const script = 'console.log("out"); console.error("err"); process.exitCode = 3';
  const said = await execute(process.execPath, ['-e', script], {}, signal);
  expect(said).toEqual({
    exitCode: 3,
    stdout: 'out',
    stderr: 'err',
    notFound: false,
    timedOut: false,
  });
});

function folderWith(name: string): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, name), '', { mode: 0o644 });
  return folder;
}
