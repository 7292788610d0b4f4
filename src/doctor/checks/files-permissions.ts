import type { DialectId } from '../../config/dialects/types.ts';
import { homeFolder, tildePath } from '../../platform/paths.ts';
import { defineCheck, type Problem } from '../check.ts';
import type { Facts, World } from '../facts.ts';

/** Files that hold a key are for their owner alone. */
export const filesPermissions = defineCheck({
  id: 'files/permissions',
  summary: 'no file that holds a key can be read by others',
  needs: ['setup', 'keys', 'world'],
  async run({ setup, keys, world }) {
    if (world.place.platform === 'win32') return [];
    const files = await filesWithKeys(world, (await setup()).path, keys);
    const found = await Promise.all(files.map((file) => readableByOthers(world, file)));
    return found.filter((problem) => problem !== null);
  },
});

interface KeyFile {
  readonly path: string;
  readonly dialect: DialectId;
}

// An rc file is left out: it is usually readable by all, other programs expect it so, and the home folder guards it.
async function filesWithKeys(
  world: World,
  setupPath: string,
  keys: Facts['keys'],
): Promise<readonly KeyFile[]> {
  const sources = (await keys()).flatMap(({ found }) =>
    'key' in found ? [found.source, ...found.shadowed] : [],
  );
  return [
    ...(sources.some(({ kind }) => kind === 'literal')
      ? [{ path: setupPath, dialect: 'json5' } as const]
      : []),
    ...new Set(sources.flatMap(({ kind, where }) => (kind === 'host-env' ? [where] : []))),
  ].map((file) =>
    typeof file === 'string' ? { path: fileOf(world, file), dialect: 'dotenv' } : file,
  );
}

function fileOf(world: World, where: string): string {
  return where.replace(/:\d+$/, '').replace(/^~(?=\/)/, () => homeFolder(world.place));
}

async function readableByOthers(world: World, { path, dialect }: KeyFile): Promise<Problem | null> {
  const facts = await world.files.stat(path).catch(() => null);
  if (facts === null || (facts.mode & 0o077) === 0) return null;
  const mode = (facts.mode & 0o777).toString(8);
  return {
    severity: 'warning',
    message: `${tildePath(path, world.place)} holds a key and can be read by others (mode ${mode})`,
    file: path,
    fixHint: `chmod 600 ${tildePath(path, world.place)}`,
    fix: {
      does: `make ${tildePath(path, world.place)} readable by its owner alone`,
      files: [{ path, dialect, edits: [], mode: 0o600, holdsKey: true }],
    },
  };
}
