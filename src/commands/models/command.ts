import type { Command } from 'commander';
import { type ModelFilter, type ModelOrder, modelOrders } from '../../catalog/search.ts';
import type { Deps } from '../../platform/deps.ts';
import { UsageError } from '../../platform/errors.ts';
import {
  addCommonOptions,
  type CommonOptions,
  inWorld,
  repeatable,
  usdAmount,
  wholeNumber,
} from '../shared/options.ts';
import type { CatalogFlags } from './catalog.ts';
import type { ChangesOptions } from './changes.ts';
import type { CompareOptions } from './compare.ts';
import { type ListOptions, runList } from './list.ts';
import type { Format } from './output.ts';
import type { ShowOptions } from './show.ts';

export interface Runs {
  readonly list: (deps: Deps, options: ListOptions) => Promise<void>;
  readonly changes: (deps: Deps, options: ChangesOptions) => Promise<void>;
  readonly show: (deps: Deps, options: ShowOptions) => Promise<void>;
  readonly compare: (deps: Deps, options: CompareOptions) => Promise<void>;
}

// Scripts call the list, so it is loaded with the command. The others are loaded when called, so that the list does not
// wait for their code.
const realRuns: Runs = {
  list: runList,
  changes: async (deps, options) => (await import('./changes.ts')).runChanges(deps, options),
  show: async (deps, options) => (await import('./show.ts')).runShow(deps, options),
  compare: async (deps, options) => (await import('./compare.ts')).runCompare(deps, options),
};

export function define(command: Command, deps: Deps, runs: Runs = realRuns): void {
  defineList(command, deps, runs);
  defineShow(command.command('show <id>'), deps, runs);
  defineCompare(command.command('compare <id...>'), deps, runs);
}

function defineList(command: Command, deps: Deps, runs: Runs): void {
  command
    .argument('[query...]', 'words to search for, e.g. "sonnet 4" or llama70')
    .option('--free', 'only models that cost nothing')
    .option('--author <author>', 'only models of this author, e.g. anthropic')
    .option(
      '--max-price <usd>',
      'only models up to this price in USD per million input tokens',
      usdAmount('--max-price'),
    )
    .option(
      '--min-context <tokens>',
      'only models with at least this context, e.g. 128000 or 128k',
      tokenCount,
    )
    .option(
      '--supports <param>',
      'only models that support this parameter, e.g. tools; may be repeated',
      repeatable,
    )
    .addOption(command.createOption('--sort <order>', 'sort order').choices([...modelOrders]))
    .option('--limit <n>', 'show at most this many models', wholeNumber('--limit', 1, 100_000))
    .addOption(
      command
        .createOption(
          '--changes',
          'show models that appeared, disappeared or changed price instead',
        )
        .conflicts(['free', 'author', 'maxPrice', 'minContext', 'supports', 'sort', 'limit']),
    )
    .addHelpText('after', examples(deps.place.program));
  addFormats(command);
  addCatalogFlags(command);
  addCommonOptions(command).action((words: string[], raw: RawList) =>
    inWorld(deps, raw, (world) => {
      if (raw.changes === true) assertNoQuery(words);
      const common = { ...catalogFlags(raw), format: formatOf(raw) };
      return raw.changes === true
        ? runs.changes(world, common)
        : runs.list(world, { ...common, ...listOptions(words, raw) });
    }),
  );
}

function assertNoQuery(words: readonly string[]): void {
  if (words.length === 0) return;
  throw new UsageError(`--changes does not take search words, but got "${words.join(' ')}"`, {
    hint: 'Leave out either the words or --changes',
  });
}

function listOptions(words: readonly string[], raw: RawList) {
  const { free, author, maxPrice, minContext, supports } = raw;
  return {
    query: words.join(' '),
    filter: {
      ...(free === undefined ? {} : { free }),
      ...(author === undefined ? {} : { author }),
      ...(maxPrice === undefined ? {} : { maxPrice }),
      ...(minContext === undefined ? {} : { minContext }),
      ...(supports === undefined ? {} : { supports }),
    },
    sort: raw.sort ?? null,
    limit: raw.limit ?? null,
  };
}

function defineShow(command: Command, deps: Deps, runs: Runs): void {
  command.description('one model: prices, limits and the providers that serve it');
  addMessages(command);
  addCatalogFlags(command);
  addCommonOptions(command).action((id: string, _own: unknown, called: Command) => {
    const raw = optionsOf<RawShow>(called);
    const { messages } = raw;
    return inWorld(deps, raw, (world) =>
      runs.show(world, { ...catalogFlags(raw), id, messages, json: raw.json === true }),
    );
  });
}

function defineCompare(command: Command, deps: Deps, runs: Runs): void {
  command.description('models side by side: prices, limits and capabilities');
  addMessages(command);
  addFormats(command);
  addCatalogFlags(command);
  addCommonOptions(command).action((ids: string[], _own: unknown, called: Command) => {
    const raw = optionsOf<RawCompare>(called);
    const { messages } = raw;
    return inWorld(deps, raw, (world) =>
      runs.compare(world, { ...catalogFlags(raw), ids, messages, format: formatOf(raw) }),
    );
  });
}

/**
 * Commander assigns options that the parent command also has to the parent, and accepts options that only the parent
 * has. Returns the options of both; throws UsageError for one that only `models` has.
 */
function optionsOf<Raw extends object>(called: Command): Raw {
  const own = new Set(called.options.map((option) => option.attributeName()));
  const list = called.parent;
  const foreign = list?.options.find((option) => {
    const name = option.attributeName();
    return !own.has(name) && list.getOptionValueSource(name) === 'cli';
  });
  if (foreign === undefined) return called.optsWithGlobals<Raw>();
  throw new UsageError(`models ${called.name()} does not take ${foreign.long}`);
}

function addMessages(command: Command): void {
  command.option(
    '--messages <n>',
    'messages per day, for the monthly cost',
    wholeNumber('--messages', 1, 10_000_000),
    100,
  );
}

function addFormats(command: Command): void {
  command
    .addOption(command.createOption('--csv', 'print CSV').conflicts(['json', 'plain']))
    .addOption(
      command.createOption('--plain', 'print tab-separated lines, as in a pipe').conflicts('json'),
    );
}

function addCatalogFlags(command: Command): void {
  command
    .addOption(command.createOption('--refresh', 'fetch a fresh list').conflicts('offline'))
    .option('--offline', 'use the cached list, however old');
}

function catalogFlags(raw: RawFlags): CatalogFlags {
  return {
    refresh: raw.refresh === true,
    offline: raw.offline === true,
    timeoutMs: raw.timeout ?? 20_000,
  };
}

function formatOf(raw: RawFormats): Format {
  if (raw.json === true) return 'json';
  if (raw.csv === true) return 'csv';
  return raw.plain === true ? 'plain' : 'auto';
}

function tokenCount(text: string): number {
  const [, digits = '', unit = ''] = /^(\d{1,9}(?:\.\d+)?)([km]?)$/i.exec(text) ?? [];
  if (digits !== '') return Math.round(Number(digits) * (factors[unit.toLowerCase()] ?? 1));
  throw new UsageError(`--min-context must be a number of tokens, not "${text}"`, {
    hint: 'For example 128000, 128k or 1M',
  });
}

const factors: Readonly<Record<string, number>> = { k: 1000, m: 1_000_000 };

interface RawFlags extends CommonOptions {
  readonly refresh?: boolean;
  readonly offline?: boolean;
}

interface RawFormats extends CommonOptions {
  readonly csv?: boolean;
  readonly plain?: boolean;
}

interface RawList extends RawFlags, RawFormats, ModelFilter {
  readonly sort?: ModelOrder;
  readonly limit?: number;
  readonly changes?: boolean;
}

interface RawShow extends RawFlags {
  readonly messages: number;
}

interface RawCompare extends RawShow, RawFormats {}

const examples = (program: string) => `
Examples:
  $ ${program} models sonnet 4
  $ ${program} models --free --supports tools --sort context
  $ ${program} models --author google --max-price 0.50 --csv > models.csv
  $ ${program} models show anthropic/claude-sonnet-4
  $ ${program} models compare openai/gpt-4o google/gemini-2.5-pro
`;
