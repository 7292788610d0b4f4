import { typicalCost } from '../../catalog/prices.ts';
import { successorOf } from '../../catalog/successor.ts';
import type { Deps } from '../../platform/deps.ts';
import { printJson } from '../shared/print-json.ts';
import { type CatalogFlags, catalogFor, modelNamed } from './catalog.ts';
import { printRows, renderFreshness } from './output.ts';
import { providersOf } from './providers.ts';
import { renderShow, type Shown, showDocument, showRows } from './render-show.ts';

export interface ShowOptions extends CatalogFlags {
  readonly id: string;
  /** Messages per day. */
  readonly messages: number;
  readonly json: boolean;
}

/** Prints one model. Throws UserError if there is no list or the model is not in it. */
export async function runShow(deps: Deps, options: ShowOptions): Promise<void> {
  const shown = await lookUp(deps, options);
  if (options.json) return printJson(deps, showDocument(shown));
  const { io, clock } = deps;
  if (!printRows(io, 'auto', () => showRows(shown))) {
    io.out(renderShow(io.stdout, shown, clock.now()));
  }
  io.err(renderFreshness(io, shown.catalog, clock.now(), null));
}

async function lookUp(deps: Deps, options: ShowOptions): Promise<Shown> {
  const catalog = await catalogFor(deps, options);
  const model = modelNamed(catalog.models, options.id);
  return {
    catalog,
    model,
    successor: successorOf(catalog.models, model.id)?.id ?? null,
    messagesPerDay: options.messages,
    typical: typicalCost(model, options.messages),
    providers: options.offline
      ? { unknown: 'not fetched with --offline' }
      : await providersOf(deps, model.id, options.timeoutMs),
  };
}
