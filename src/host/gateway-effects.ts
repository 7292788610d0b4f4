import { findModel } from '../catalog/model.ts';
import type { Model } from '../openrouter/models.ts';
import { valueAt } from '../platform/record.ts';
import { thousands } from '../platform/wording.ts';
import { linksOf } from '../routing/choose.ts';
import type { Entry } from '../setup-file/entry.ts';
import { keyVariable } from '../setup-file/key-format.ts';
import { routedChannels } from './channels.ts';
import type { KnownModels } from './model-rows.ts';
import type { ApplicableSetup } from './plan-options.ts';
import { isHostHeader } from './providers.ts';

/** What a user gains and loses with the gateway, compared to a host that calls OpenRouter directly. */
export interface GatewayEffects {
  readonly gains: readonly UnsupportedPart[];
  readonly losses: readonly UnsupportedPart[];
}

/**
 * Gained is what the host config cannot express. Lost is what differs between the default model of an entry, whose row
 * stands for the whole entry, and its other models. When the host calls models directly, it knows each of them.
 */
export function gatewayEffects(
  setup: ApplicableSetup,
  defaultEntry: Entry,
  known: KnownModels,
  config: unknown,
): GatewayEffects {
  const entries = [...new Set([defaultEntry, ...routedChannels(setup).map(({ entry }) => entry)])];
  return {
    gains: unsupportedParts(setup, defaultEntry),
    losses:
      known.models.length === 0
        ? []
        : entries.flatMap((entry) => [...losses(entry, known), ...thinking(entry, known, config)]),
  };
}

/** OpenClaw 2026.9.6 defaults to `medium` for a model with a row, and to `off` for one that it calls directly. */
function thinking(entry: Entry, { models }: KnownModels, config: unknown): UnsupportedPart[] {
  const primary = findModel(models, entry.defaultModel);
  const isSet =
    valueAt(config, ['agents', 'defaults', 'thinkingDefault']) !== undefined ||
    Object.keys(entry.parameters).some((name) => name.includes('reasoning'));
  const canChoose =
    primary?.supportedParameters.includes('reasoning') === true &&
    primary.reasoning?.mandatory !== true;
  if (isSet || !canChoose) return [];
  const why = `OpenClaw has ${primary.id} think at "medium", which it does not where it asks directly, and which costs more: "off" in agents.defaults.thinkingDefault turns it off`;
  return [{ entry: entry.name, what: 'thinking', why }];
}

function losses(entry: Entry, { models }: KnownModels): UnsupportedPart[] {
  const primary = findModel(models, entry.defaultModel);
  const part = (what: string, why: string) => ({ entry: entry.name, what, why });
  if (primary === undefined) {
    const why = `OpenRouter's list does not have ${entry.defaultModel}: OpenClaw assumes text only, and a price of 0`;
    return [part('capabilities', why)];
  }
  const others = new Set(linksOf(entry).map(({ model }) => model));
  return [...others].flatMap((id) => {
    const other = findModel(models, id);
    if (other === undefined) return [];
    return differences.flatMap(({ what, of, why }) => {
      const [row, own] = [of(primary), of(other)];
      if (row === null || own === null || isSimilar(row, own)) return [];
      return [part(what, why(id, row, own))];
    });
  });
}

/** Within 10 percent, so that one million tokens and 2^20 count as the same. */
function isSimilar(one: number, other: number): boolean {
  return Math.max(one, other) <= 1.1 * Math.min(one, other);
}

interface Difference {
  readonly what: string;
  /** Null if the model list does not say. */
  readonly of: (model: Model) => number | null;
  /** Explains the difference for a model that has `own` while the row says `row`. */
  readonly why: (id: string, row: number, own: number) => string;
}

const tokens = (count: number) => `${thousands(count)} tokens`;
const sends = (noun: string) => (id: string, row: number) =>
  row === 1
    ? `OpenClaw sends ${noun} to ${id} too, which takes none`
    : `OpenClaw sends no ${noun} to ${id}, which takes them`;

/** The capabilities that OpenClaw considers when it builds a request. 0 is no, 1 is yes. */
const differences: readonly Difference[] = [
  {
    what: 'images',
    of: ({ inputModalities }) => Number(inputModalities.includes('image')),
    why: sends('images'),
  },
  {
    what: 'tools',
    of: ({ supportedParameters }) => Number(supportedParameters.includes('tools')),
    why: sends('tools'),
  },
  {
    what: 'context',
    of: ({ contextLength }) => contextLength,
    why: (id, row, own) =>
      own < row
        ? `OpenClaw sends up to ${tokens(row)} to ${id} too, which takes ${tokens(own)}`
        : `OpenClaw sends at most ${tokens(row)} to ${id}, which takes ${tokens(own)}`,
  },
];

/** A part of an entry that the host config cannot express. */
export interface UnsupportedPart {
  readonly entry: string;
  /** The key in the entry, e.g. `budget`. */
  readonly what: string;
  readonly why: string;
}

/** What the entries in use would lose if the host called OpenRouter directly. */
export function unsupportedParts(
  setup: ApplicableSetup,
  defaultEntry: Entry,
): readonly UnsupportedPart[] {
  const entries = new Set([defaultEntry, ...routedChannels(setup).map(({ entry }) => entry)]);
  return [...entries].flatMap((entry) =>
    reasons
      .filter(({ applies }) => applies(entry, defaultEntry))
      .map(({ what, why }) => ({ entry: entry.name, what, why })),
  );
}

interface Reason {
  readonly what: string;
  readonly why: string;
  readonly applies: (entry: Entry, defaultEntry: Entry) => boolean;
}

const reasons: readonly Reason[] = [
  {
    what: 'budget',
    why: 'OpenClaw has no budgets',
    applies: ({ budget }) => budget !== null,
  },
  {
    what: 'complexModel',
    why: 'OpenClaw does not choose a model by the content of a message',
    applies: ({ complexModel }) => complexModel !== null,
  },
  {
    what: 'retryOnFailure',
    why: 'OpenClaw has its own retry rules',
    applies: ({ retryOnFailure }) => retryOnFailure,
  },
  {
    what: 'headers',
    why: 'OpenClaw always sends its own HTTP-Referer and X-OpenRouter-Title to openrouter.ai',
    applies: ({ headers }) => Object.keys(headers).some(isHostHeader),
  },
  {
    what: 'headers',
    why: 'OpenClaw has one set of headers for all agents, taken from the default entry',
    applies: (entry, defaultEntry) =>
      entry !== defaultEntry &&
      JSON.stringify(entry.headers) !== JSON.stringify(defaultEntry.headers),
  },
  {
    what: 'apiKey',
    why: 'OpenClaw has one OpenRouter key for all agents, taken from the default entry',
    applies: (entry, defaultEntry) =>
      entry !== defaultEntry && keyVariable(entry.apiKey) !== keyVariable(defaultEntry.apiKey),
  },
  {
    what: 'parameters',
    why: 'OpenClaw adds the parameters of the default entry where both use the same model',
    applies: sharesParameters,
  },
];

function sharesParameters(entry: Entry, defaultEntry: Entry): boolean {
  if (entry === defaultEntry) return false;
  const models = (one: Entry) => [one.defaultModel, ...one.fallbackModels];
  return (
    models(entry).some((id) => models(defaultEntry).includes(id)) &&
    Object.keys(defaultEntry.parameters).some((name) => !(name in entry.parameters))
  );
}
