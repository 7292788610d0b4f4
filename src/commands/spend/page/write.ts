import { resolve } from 'node:path';
import { readText } from '../../../config/snapshot.ts';
import { writeAtomic } from '../../../config/write.ts';
import type { Deps } from '../../../platform/deps.ts';
import { tildePath } from '../../../platform/paths.ts';
import type { SpendResult } from '../run.ts';
import { spendPage } from './page.ts';

/** Writes the page in one step, over an earlier one. Throws UserError when the file cannot be written. */
export async function writePage(world: Deps, file: string, result: SpendResult): Promise<void> {
  const path = resolve(world.place.cwd, file);
  const before = await readText(world.files, path);
  const html = world.io.mask(spendPage(result));
  await writeAtomic(world, before, html, { mode: 0o644 });
  world.io.err(`  Page written to ${tildePath(path, world.place)}\n`);
}
