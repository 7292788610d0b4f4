import { sortModels } from '../catalog/filter.ts';
import type { CatalogModel } from '../catalog/model.ts';
import { formatAmount } from '../catalog/prices.ts';
import { search } from '../catalog/search.ts';
import type { Choice } from '../platform/deps.ts';
import { pad, truncate } from '../terminal/table.ts';
import type { Talk } from './context.ts';
import { isChoosable, recommendation } from './fallback-candidates.ts';
import { judged } from './validate.ts';

export interface ModelQuestion {
  readonly message: string;
  /** Stands on top of the list. */
  readonly current?: string;
  /** Only models that cost nothing. */
  readonly free?: boolean;
}

/** Asks for one model in a list that is searched by typing; without a list of models the id is typed. */
export async function pickModel(talk: Talk, question: ModelQuestion): Promise<string> {
  const { message, current, free = false } = question;
  const offered = byRecommendation(
    talk.models.filter((model) => isChoosable(model) && (!free || model.free)),
    current,
  );
  if (offered.length === 0) return typeModel(talk, message, current);
  return talk.deps.prompter.search({
    message,
    source: (term) =>
      (term.trim() === '' ? offered : search(offered, term)).map((model) =>
        modelChoice(talk, model, noteOn(model, current)),
      ),
  });
}

/** A row of the list: id, price per million tokens in and out, context, tools. */
export function modelChoice(talk: Talk, model: CatalogModel, description: string): Choice<string> {
  const { columns } = talk.deps.io.stderr;
  const { ellipsis } = talk.style;
  const prices = model.free
    ? 'free'
    : `$${amount(model.inputPerMillion)} / $${amount(model.outputPerMillion)}`;
  // What matters least goes first where the terminal is narrow.
  const facts = [
    (model.inputPerMillion === null ? 'price varies' : prices).padStart(15),
    ...(columns < 64 ? [] : [tokens(model.contextLength).padStart(5)]),
    ...(columns < 72 ? [] : [model.supportedParameters.includes('tools') ? 'tools' : '     ']),
  ].join('  ');
  // The pointer in front, and a cell at the end that a terminal may keep for its cursor.
  const room = Math.max(12, Math.min(44, columns - facts.length - 2 - 3));
  return {
    name: `${pad(truncate(model.id, room, ellipsis), room)}  ${facts}`.trimEnd(),
    short: model.id,
    value: model.id,
    description: truncate(`${description} ($ per M tokens in / out)`, columns - 1, ellipsis),
  };
}

function byRecommendation(
  models: readonly CatalogModel[],
  current: string | undefined,
): readonly CatalogModel[] {
  const rank = ({ id }: CatalogModel) => (id === current ? -1 : recommendation(id));
  return sortModels(models, 'newest').sort((a, b) => rank(a) - rank(b));
}

const lastRecommendation = recommendation('');

function noteOn(model: CatalogModel, current: string | undefined): string {
  if (model.id === current) return `${model.name}: proposed`;
  return recommendation(model.id) < lastRecommendation ? `${model.name}: recommended` : model.name;
}

async function typeModel(
  { deps }: Talk,
  message: string,
  current: string | undefined,
): Promise<string> {
  const id = await deps.prompter.input({
    message: `${message} (the list could not be had: type the id)`,
    ...(current === undefined ? {} : { default: current }),
    validate: (text) => judged({ model: text.trim() }),
  });
  return id.trim();
}

function amount(perMillion: string | null): string {
  return formatAmount(perMillion) ?? '?';
}

function tokens(count: number | null): string {
  if (count === null) return '?';
  return count < 999_500
    ? `${Math.round(count / 1000)}k`
    : `${Number((count / 1_000_000).toFixed(1))}M`;
}
