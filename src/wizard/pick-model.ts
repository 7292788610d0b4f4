import { sortModels } from '../catalog/filter.ts';
import type { CatalogModel } from '../catalog/model.ts';
import { search } from '../catalog/search.ts';
import type { Choice } from '../platform/deps.ts';
import { formatAmount } from '../platform/money.ts';
import { pad, truncate } from '../terminal/table.ts';
import type { WizardContext } from './context.ts';
import { isChoosable, recommendationRank } from './fallback-candidates.ts';
import { validate } from './validate.ts';

interface ModelQuestion {
  readonly message: string;
  /** First in the list. */
  readonly current?: string;
  /** Only free models. */
  readonly free?: boolean;
}

/** Asks for a model from a list that is searched by typing; without a list the id is typed. */
export async function pickModel(context: WizardContext, question: ModelQuestion): Promise<string> {
  const { message, current, free = false } = question;
  const offered = byRecommendation(
    context.models.filter((model) => isChoosable(model) && (!free || model.free)),
    current,
  );
  if (offered.length === 0) return typeModel(context, message, current);
  return context.deps.prompter.search({
    message,
    source: (term) =>
      (term.trim() === '' ? offered : search(offered, term)).map((model) =>
        modelChoice(context, model, noteFor(model, current)),
      ),
  });
}

/** A row of the list: id, price per million tokens in and out, context, tools. */
export function modelChoice(
  context: WizardContext,
  model: CatalogModel,
  description: string,
): Choice<string> {
  const { columns } = context.deps.io.stderr;
  const { ellipsis } = context.style;
  const prices = model.free
    ? 'free'
    : `$${amount(model.inputPerMillion)} / $${amount(model.outputPerMillion)}`;
  // A narrow terminal leaves out what matters least.
  const facts = [
    (model.inputPerMillion === null ? 'price varies' : prices).padStart(15),
    ...(columns < 64 ? [] : [tokens(model.contextLength).padStart(5)]),
    ...(columns < 72 ? [] : [model.supportedParameters.includes('tools') ? 'tools' : '     ']),
  ].join('  ');
  // The pointer takes two cells, and a terminal may keep the last one for its cursor.
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
  const rank = ({ id }: CatalogModel) => (id === current ? -1 : recommendationRank(id));
  return sortModels(models, 'newest').sort((a, b) => rank(a) - rank(b));
}

const lastRank = recommendationRank('');

function noteFor(model: CatalogModel, current: string | undefined): string {
  if (model.id === current) return `${model.name}: proposed`;
  return recommendationRank(model.id) < lastRank ? `${model.name}: recommended` : model.name;
}

async function typeModel(
  { deps }: WizardContext,
  message: string,
  current: string | undefined,
): Promise<string> {
  const id = await deps.prompter.input({
    message: `${message} (no list of models: type the id)`,
    ...(current === undefined ? {} : { default: current }),
    validate: (text) => validate({ model: text.trim() }),
  });
  return id.trim();
}

function amount(perMillion: string | null): string {
  return perMillion === null ? '?' : formatAmount(perMillion);
}

function tokens(count: number | null): string {
  if (count === null) return '?';
  return count < 999_500
    ? `${Math.round(count / 1000)}k`
    : `${Number((count / 1_000_000).toFixed(1))}M`;
}
