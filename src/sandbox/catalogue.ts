import { distance } from 'fastest-levenshtein';
import { extraPrices, type PriceOverride, priceOverrides } from './extra-prices.ts';
import { modelTable } from './model-table.ts';

type Trait =
  | 'tools'
  | 'json'
  | 'reasoning'
  | 'image'
  | 'file'
  | 'audio'
  | 'video'
  /** Its maker reads along and may refuse. */
  | 'moderated'
  /** Open weights: several hosts, at slightly different prices. */
  | 'open';

/** A model to add to the catalogue, or to put in place of the one with its id. What is left out is filled in. */
export interface SandboxModel {
  readonly id: string;
  readonly name?: string;
  /** Unix seconds. */
  readonly created?: number;
  readonly contextLength?: number;
  readonly maxCompletionTokens?: number | null;
  /** USD per input token, a decimal string; "-1" where it varies. Default "0.000001". */
  readonly prompt?: string;
  /** USD per output token. Default "0.000002". */
  readonly completion?: string;
  /** Further prices under the API's names: `web_search`, `image`, `request`… */
  readonly extraPrices?: Readonly<Record<string, string>>;
  /** As the API has them. */
  readonly overrides?: readonly PriceOverride[];
  readonly traits?: readonly Trait[];
  /** Slugs of `providers.ts`, the preferred one first. */
  readonly providers?: readonly string[];
  /** Last UTC day of service, YYYY-MM-DD. */
  readonly expirationDate?: string | null;
}

export type CatalogueModel = Required<SandboxModel>;

export interface Catalogue {
  /** Newest first, as OpenRouter lists them. */
  readonly models: readonly CatalogueModel[];
  find(id: string): CatalogueModel | undefined;
  /** The ids that look most like this one, at most `count`. */
  nearest(id: string, count: number): string[];
}

const dayMs = 86_400_000;

/** The catalogue as it is at `now`: a fictional model in it always retires nine days later. */
export function createCatalogue(now: Date, extra: readonly SandboxModel[] = []): Catalogue {
  const byId = new Map<string, CatalogueModel>();
  for (const model of [...parseTable(modelTable), retiring(now), ...extra.map(complete)]) {
    byId.set(model.id, model);
  }
  const models = [...byId.values()].sort((a, b) => b.created - a.created || compare(a.id, b.id));
  return {
    models,
    find: (id) => byId.get(id),
    nearest: (id, count) =>
      models
        .filter((model) => model.prompt !== '-1')
        .map((model) => ({ id: model.id, far: howFar(id, model.id) }))
        .sort((a, b) => a.far - b.far || compare(a.id, b.id))
        .slice(0, count)
        .map((each) => each.id),
  };
}

/** True where a request costs nothing. */
export function isFree(model: CatalogueModel): boolean {
  return model.prompt === '0' && model.completion === '0';
}

/** Letters that differ; an id that only goes on (`…-70b` and `…-70b-instruct`) is nearer than any other. */
function howFar(id: string, known: string): number {
  const [stem = id, variant] = id.split(':');
  const [knownStem = known, knownVariant] = known.split(':');
  const goesOn = knownStem.startsWith(stem) ? 0 : 100;
  return goesOn + (variant === knownVariant ? 0 : 50) + distance(id, known);
}

function parseTable(table: string): CatalogueModel[] {
  return table.trim().split('\n').map(parseLine);
}

function parseLine(line: string): CatalogueModel {
  const [
    id = '',
    name = '',
    created,
    context,
    longest,
    prompt = '',
    completion = '',
    traits,
    hosts,
  ] = line.split(' | ');
  return complete({
    id,
    name,
    created: Number(created),
    contextLength: Number(context),
    maxCompletionTokens: longest === '-' ? null : Number(longest),
    prompt,
    completion,
    extraPrices: extras.get(id) ?? {},
    overrides: priceOverrides.get(id) ?? [],
    traits: words(traits).filter(isTrait),
    providers: words(hosts),
  });
}

const extras = new Map(
  extraPrices
    .trim()
    .split('\n')
    .map((line) => {
      const [id = '', prices = ''] = line.split(' | ');
      return [id, Object.fromEntries(prices.split(' ').map((price) => price.split('=', 2)))];
    }),
);

function words(cell = '-'): string[] {
  return cell === '-' ? [] : cell.split(' ');
}

const traitNames: readonly string[] = [
  'tools',
  'json',
  'reasoning',
  'image',
  'file',
  'audio',
  'video',
  'moderated',
  'open',
] satisfies Trait[];

function isTrait(word: string): word is Trait {
  return traitNames.includes(word);
}

function retiring(now: Date): CatalogueModel {
  return complete({
    id: 'acme/retiring-1',
    name: 'Acme: Retiring 1',
    created: 1_700_000_000,
    expirationDate: new Date(now.getTime() + 9 * dayMs).toISOString().slice(0, 10),
  });
}

function complete(model: SandboxModel): CatalogueModel {
  return {
    name: model.id,
    created: 1_750_000_000,
    contextLength: 131_072,
    maxCompletionTokens: null,
    prompt: '0.000001',
    completion: '0.000002',
    extraPrices: {},
    overrides: [],
    traits: ['tools', 'json'],
    providers: ['fake-provider'],
    expirationDate: null,
    ...model,
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
