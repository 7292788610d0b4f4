import { type CatalogModel, findModel } from '../catalog/model.ts';
import { search, sortModels } from '../catalog/search.ts';
import { authorOf } from '../openrouter/model-id.ts';
import type { Choice } from '../platform/deps.ts';
import { formatAmount } from '../platform/money.ts';
import { presets } from '../setup/presets.ts';
import { pad, truncate } from '../terminal/table.ts';
import type { WizardContext } from './context.ts';
import { validateModel } from './validate.ts';

interface ModelQuestion {
  readonly message: string;
  /** The current model, listed first. */
  readonly current?: string;
  /** Offer only free models. */
  readonly free?: boolean;
}

/** Asks for a model, from a searchable list or, if there is no list, as a typed id. */
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

/** A row of the list: id, input and output price per million tokens, context, tools. */
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
  // A narrow terminal drops the least important columns.
  const facts = [
    (model.inputPerMillion === null ? 'price varies' : prices).padStart(15),
    ...(columns < 64 ? [] : [tokens(model.contextLength).padStart(5)]),
    ...(columns < 72 ? [] : [model.supportedParameters.includes('tools') ? 'tools' : '     ']),
  ].join('  ');
  // The pointer takes two cells, and some terminals reserve the last one for the cursor.
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

function noteFor(model: CatalogModel, current: string | undefined): string {
  if (model.id === current) return `${model.name}: proposed`;
  return primaries.includes(model.id) ? `${model.name}: recommended` : model.name;
}

async function typeModel(
  { deps, known }: WizardContext,
  message: string,
  current: string | undefined,
): Promise<string> {
  const id = await deps.prompter.input({
    message: `${message} (no list of models: type the id)`,
    ...(current === undefined ? {} : { default: current }),
    validate: (text) => validateModel(text.trim(), known),
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

/** A model that may still answer when the chain before it does not. */
export interface FallbackCandidate {
  readonly model: CatalogModel;
  /** What it shares with the chain or lacks, as one clause for display. */
  readonly why: string;
}

/**
 * Models that are not in the chain yet, best first: models of other authors, since one outage stops all models of an
 * author; then those that support tools if the primary does, then those recommended by the presets, then the newest.
 */
export function fallbackCandidates(
  models: readonly CatalogModel[],
  chain: readonly string[],
): readonly FallbackCandidate[] {
  const [primary = ''] = chain;
  const needsTools = canCallTools(findModel(models, primary));
  const authors = new Set(chain.map(authorOf));
  return models
    .filter((model) => isChoosable(model) && !chain.includes(model.id))
    .map((model) => ({
      model,
      shared: authors.has(authorOf(model.id)),
      lacksTools: needsTools && !canCallTools(model),
    }))
    .sort(
      (a, b) =>
        Number(a.shared) - Number(b.shared) ||
        Number(a.lacksTools) - Number(b.lacksTools) ||
        rankIn(fallbacks, a.model.id) - rankIn(fallbacks, b.model.id) ||
        (b.model.created ?? 0) - (a.model.created ?? 0),
    )
    .map(({ model, shared, lacksTools }) => ({ model, why: reason(model, shared, lacksTools) }));
}

function isChoosable({ expirationDate, outputModalities }: CatalogModel): boolean {
  const hasText = outputModalities.length === 0 || outputModalities.includes('text');
  return expirationDate === null && hasText;
}

/** The rank of a model among those of the presets; all other models come last. */
function recommendationRank(id: string): number {
  return rankIn(primaries, id);
}

const members = presets.flatMap(({ entries }) => entries.map((entry) => entry.members));
const primaries = members.flatMap(({ defaultModel, complexModel }) =>
  [defaultModel, complexModel].filter((id) => id !== undefined),
);
const fallbacks = members.flatMap(({ fallbackModels }) => fallbackModels ?? []);

function rankIn(list: readonly string[], id: string): number {
  const rank = list.indexOf(id);
  return rank === -1 ? list.length : rank;
}

function reason(model: CatalogModel, shared: boolean, lacksTools: boolean): string {
  const author = authorOf(model.id);
  const clauses = [
    shared
      ? `${author} is already in the chain: one outage stops both`
      : `another author, ${author}: does not share an outage`,
    ...(lacksTools ? ['cannot call tools, which the first model can'] : []),
    ...(model.free ? ['free: answers even when the credit is used up'] : []),
  ];
  return clauses.join('; ');
}

function canCallTools(model: CatalogModel | undefined): boolean {
  return model?.supportedParameters.includes('tools') ?? false;
}
