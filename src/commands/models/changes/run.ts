import { readChanges } from '../../../catalog/cached-list.ts';
import { baseUrlFrom } from '../../../openrouter/base-url.ts';
import type { Deps } from '../../../platform/deps.ts';
import { cacheFolder } from '../../../platform/paths.ts';
import { printJson } from '../../shared/common.ts';
import { type CatalogFlags, catalogFor } from '../catalog.ts';
import { sourceDocument } from '../document.ts';
import { type Format, printRows } from '../format.ts';
import { renderFreshness } from '../freshness.ts';
import { changeRows, renderChanges } from './render.ts';

export interface ChangesOptions extends CatalogFlags {
  readonly format: Format;
}

/**
 * Prints what the refreshes of the list on this machine found to have appeared, vanished and changed its price,
 * newest first.
 */
export async function runChanges(deps: Deps, options: ChangesOptions): Promise<void> {
  const { io, clock, env } = deps;
  const catalog = await catalogFor(deps, options);
  const place = { folder: cacheFolder(deps), baseUrl: baseUrlFrom(env) };
  const changes = await readChanges(deps, place);
  if (options.format === 'json') return printJson(deps, { ...sourceDocument(catalog), changes });
  if (!printRows(io, options.format, changeRows(changes))) {
    io.out(renderChanges(io.stdout, changes, catalog.models));
  }
  io.err(renderFreshness(io, catalog, clock.now(), null));
}
