import type { Entry } from '../setup-file/entry.ts';
import { keyVariable } from '../setup-file/key-format.ts';
import { routedChannels } from './channels.ts';
import type { ApplicableSetup } from './plan-options.ts';
import { isHostHeader } from './providers.ts';

/** A part of an entry that the host config cannot express. */
export interface UnsupportedPart {
  readonly entry: string;
  /** The key of the entry, e.g. `budget`. */
  readonly what: string;
  readonly why: string;
}

/** What would be lost of the entries in use if the host called OpenRouter itself. */
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
