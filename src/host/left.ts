import type { Entry } from '../setup-file/entry.ts';
import { keyVariable } from '../setup-file/key-format.ts';
import type { CarriedSetup } from './carry.ts';
import { usedChannels } from './channels.ts';
import { isHostsOwnHeader } from './provider.ts';

/** A part of an entry that the host's config has no place for. */
export interface Left {
  readonly entry: string;
  /** The key of the entry, e.g. `budget`. */
  readonly what: string;
  readonly why: string;
}

/** What of the entries in use is not carried, unless it goes through the gateway. */
export function leftOf(setup: CarriedSetup, byDefault: Entry): readonly Left[] {
  const entries = new Set([byDefault, ...usedChannels(setup).map(({ entry }) => entry)]);
  return [...entries].flatMap((entry) =>
    reasons
      .filter(({ applies }) => applies(entry, byDefault))
      .map(({ what, why }) => ({ entry: entry.name, what, why })),
  );
}

interface Reason {
  readonly what: string;
  readonly why: string;
  readonly applies: (entry: Entry, byDefault: Entry) => boolean;
}

const reasons: readonly Reason[] = [
  {
    what: 'budget',
    why: 'OpenClaw stops at no budget',
    applies: ({ budget }) => budget !== null,
  },
  {
    what: 'complexModel',
    why: 'OpenClaw does not choose a model by what the message says',
    applies: ({ complexModel }) => complexModel !== null,
  },
  {
    what: 'retryOnFailure',
    why: 'OpenClaw has its own rule of retries',
    applies: ({ retryOnFailure }) => retryOnFailure,
  },
  {
    what: 'headers',
    why: 'OpenClaw sends HTTP-Referer and X-OpenRouter-Title of its own to openrouter.ai',
    applies: ({ headers }) => Object.keys(headers).some(isHostsOwnHeader),
  },
  {
    what: 'headers',
    why: 'OpenClaw has one set of headers for all, that of the default entry',
    applies: (entry, byDefault) =>
      entry !== byDefault && JSON.stringify(entry.headers) !== JSON.stringify(byDefault.headers),
  },
  {
    what: 'apiKey',
    why: 'OpenClaw has one key of OpenRouter, that of the default entry',
    applies: (entry, byDefault) =>
      entry !== byDefault && keyVariable(entry.apiKey) !== keyVariable(byDefault.apiKey),
  },
  {
    what: 'parameters',
    why: 'OpenClaw adds the parameters of the default entry where both use the same model',
    applies: sharesParameters,
  },
];

function sharesParameters(entry: Entry, byDefault: Entry): boolean {
  if (entry === byDefault) return false;
  const models = (one: Entry) => [one.defaultModel, ...one.fallbackModels];
  return (
    models(entry).some((id) => models(byDefault).includes(id)) &&
    Object.keys(byDefault.parameters).some((name) => !(name in entry.parameters))
  );
}
