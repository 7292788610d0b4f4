import type { CatalogChange, Repricing } from '../../catalog/cached-list.ts';
import { readChanges } from '../../catalog/cached-list.ts';
import type { CatalogModel } from '../../catalog/model.ts';
import { successorOf } from '../../catalog/successor.ts';
import { baseUrlFrom } from '../../openrouter/base-url.ts';
import type { Deps, Stream } from '../../platform/deps.ts';
import { formatUsd } from '../../platform/money.ts';
import { cacheFolder } from '../../platform/paths.ts';
import { createStyle, type Style } from '../../terminal/style.ts';
import type { Cell } from '../../text/csv.ts';
import { printJson } from '../shared/print-json.ts';
import { type CatalogFlags, catalogFor } from './catalog.ts';
import { type Format, printRows, renderFreshness, sourceDocument } from './output.ts';

export interface ChangesOptions extends CatalogFlags {
  readonly format: Format;
}

/** Prints the models that appeared, disappeared or changed price at each refresh of the cached list, newest first. */
export async function runChanges(deps: Deps, options: ChangesOptions): Promise<void> {
  const { io, clock, env } = deps;
  const catalog = await catalogFor(deps, options);
  const place = { folder: cacheFolder(deps), baseUrl: baseUrlFrom(env) };
  const changes = await readChanges(deps, place);
  if (options.format === 'json') return printJson(deps, { ...sourceDocument(catalog), changes });
  if (!printRows(io, options.format, () => changeRows(changes))) {
    io.out(renderChanges(io.stdout, changes, catalog.models));
  }
  io.err(renderFreshness(io, catalog, clock.now(), null));
}

/** For a terminal: a paragraph for each refresh that found changes. */
export function renderChanges(
  stream: Stream,
  changes: readonly CatalogChange[],
  models: readonly CatalogModel[],
): string {
  const style = createStyle(stream);
  if (changes.length === 0) return '  Nothing has changed since the list was first fetched here\n';
  const byId = new Map(models.map((model) => [model.id, model]));
  return changes
    .map((change) =>
      [
        `  ${style.strong(change.at.slice(0, 10))} ${style.dim(`compared with ${change.since.slice(0, 10)}`)}`,
        ...change.appeared.map(
          (id) => `  ${style.added('+')} ${appeared(style, id, byId.get(id))}`,
        ),
        ...change.vanished.map((id) => `  ${style.removed('-')} ${vanished(style, id, models)}`),
        ...change.repriced.map((row) => `  ${style.accent('~')} ${repriced(style, row)}`),
        '',
      ].join('\n'),
    )
    .join('\n');
}

/** Header and rows for a pipe or `--csv`. Prices are exact, in USD per million tokens. */
export function changeRows(changes: readonly CatalogChange[]): Cell[][] {
  const none = [null, null, null, null];
  return [
    ['at', 'change', 'id', 'inputBefore', 'inputAfter', 'outputBefore', 'outputAfter'],
    ...changes.flatMap(({ at, appeared, vanished, repriced }) => [
      ...appeared.map((id) => [at, 'appeared', id, ...none]),
      ...vanished.map((id) => [at, 'vanished', id, ...none]),
      ...repriced.map(({ id, inputBefore, inputAfter, outputBefore, outputAfter }) => [
        ...[at, 'repriced', id],
        ...[inputBefore, inputAfter, outputBefore, outputAfter],
      ]),
    ]),
  ];
}

function appeared(style: Style, id: string, model: CatalogModel | undefined): string {
  if (model === undefined) return id;
  const price = model.free
    ? 'free'
    : `${formatUsd(model.inputPerMillion)} in, ${formatUsd(model.outputPerMillion)} out per M`;
  return `${id}  ${style.dim(price)}`;
}

function vanished(style: Style, id: string, models: readonly CatalogModel[]): string {
  const successor = successorOf(models, id);
  return successor === null ? id : `${id}  ${style.dim(`${style.arrow} ${successor.id}`)}`;
}

function repriced(style: Style, row: Repricing): string {
  const step = (before: string | null, after: string | null, what: string) =>
    before === after ? [] : [`${formatUsd(before)} ${style.arrow} ${formatUsd(after)} ${what}`];
  const steps = [
    ...step(row.inputBefore, row.inputAfter, 'in'),
    ...step(row.outputBefore, row.outputAfter, 'out'),
  ];
  return `${row.id}  ${steps.join(', ')} per M`;
}
