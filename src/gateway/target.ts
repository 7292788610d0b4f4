import { canonicalModelId, hostModelId, isModelId } from '../openrouter/model-id.ts';
import { UserError, withHint } from '../platform/errors.ts';
import type { RequestBody } from '../pricing/measure.ts';
import { chainOf, chooseEntry, chooseModel, type Link } from '../routing/choose.ts';
import { lastPersonText } from '../routing/person-text.ts';
import { findNamed } from '../setup-file/names.ts';
import type { Format } from './formats.ts';
import { HttpError } from './http-response.ts';
import type { LiveEntry, LiveSetup } from './live-setup.ts';

/** The entry and the links that will serve a request. */
export interface Target {
  readonly entry: LiveEntry;
  readonly role: 'primary' | 'complex';
  readonly links: readonly Link[];
  readonly channel: string | null;
  /** Why this entry and this model were chosen, e.g. `channel+trigger`. */
  readonly reason: string;
}

interface TargetRequest {
  readonly format: Format;
  readonly body: RequestBody;
  /** The value of `x-openclaw-channel`. */
  readonly channel: string | null;
  /** For requests that name no entry. */
  readonly defaultEntry: string | null;
}

/**
 * Finds a request's target from its channel and its `model`, which may be `channel:<name>`, an entry, or an OpenRouter
 * model (then the only link). A channel header that is not in the setup file is ignored, because OpenClaw has more
 * channels than the file. Throws HttpError.
 */
export function targetOf(setup: LiveSetup, asked: TargetRequest): Target {
  const model = typeof asked.body.model === 'string' ? asked.body.model.trim() : '';
  const channel = channelOf(setup, model, asked.channel);
  const named = entryName(setup, model);
  const id = named === null && !model.startsWith('channel:') && model !== '' ? model : null;
  const name = named ?? asked.defaultEntry;
  const { entry, why } = chosen(setup, channel, name);
  if (id !== null) {
    const links = directLinks(setup, id, asked.format.otherModels(asked.body));
    return { entry, role: 'primary', links, channel, reason: 'model' };
  }
  const text =
    entry.complexModel === null ? '' : lastPersonText(asked.format.messagesOf(asked.body));
  const choice = chooseModel(entry, text);
  const reason = why === 'asked' && named === null ? 'default-entry' : why;
  return {
    entry,
    role: choice.role,
    links: linksFor(entry, choice.role),
    channel,
    reason: choice.why === 'trigger' ? `${reason}+trigger` : reason,
  };
}

/** The entry of a request that names no model. Throws HttpError. */
export function targetOfChannel(
  setup: LiveSetup,
  header: string | null,
  defaultEntry: string | null,
): Target {
  const channel = header === null ? null : (findNamed(setup.channels, header)?.name ?? null);
  const { entry, why } = chosen(setup, channel, defaultEntry);
  return { entry, role: 'primary', links: [], channel, reason: why };
}

function channelOf(setup: LiveSetup, model: string, header: string | null): string | null {
  if (model.startsWith('channel:')) {
    const name = model.slice('channel:'.length).trim();
    return findNamed(setup.channels, name)?.name ?? name;
  }
  return header === null ? null : (findNamed(setup.channels, header)?.name ?? null);
}

const namesAsked = new WeakMap<LiveSetup, Map<string, string>>();

/** How many spellings of entry names are cached; more than the clients of any setup use. */
const maxNames = 1_000;

function entryName(setup: LiveSetup, model: string): string | null {
  const known = namesAsked.get(setup) ?? new Map<string, string>();
  namesAsked.set(setup, known);
  const before = known.get(model);
  if (before !== undefined) return before;
  const name = findEntryName(setup, model);
  if (name !== null && known.size < maxNames) known.set(model, name);
  return name;
}

/** OpenClaw may add its own prefix to an entry's name, and writes ids in lower case. */
function findEntryName({ entries }: LiveSetup, model: string): string | null {
  const prefixed = entries.find(({ name }) => hostModelId(name) === model)?.name;
  if (prefixed !== undefined) return prefixed;
  const hosts = entries.map(({ name }) => ({ name: hostModelId(name), of: name }));
  return findNamed(entries, model)?.name ?? findNamed(hosts, model)?.of ?? null;
}

function chosen(setup: LiveSetup, channel: string | null, entry: string | null) {
  const asked: { entry?: string; channel?: string } = {};
  if (channel !== null) asked.channel = channel;
  if (entry !== null) asked.entry = entry;
  try {
    return chooseEntry<LiveEntry>(setup, asked);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new HttpError(404, 'model_not_found', withHint(error));
  }
}

const chains = new WeakMap<LiveEntry, Map<string, readonly Link[]>>();

function linksFor(entry: LiveEntry, role: 'primary' | 'complex'): readonly Link[] {
  const known = chains.get(entry) ?? new Map<string, readonly Link[]>();
  chains.set(entry, known);
  const links = known.get(role) ?? chainOf(entry, role);
  known.set(role, links);
  if (links.length > 0) return links;
  throw new HttpError(
    404,
    'model_not_found',
    `The entry ${JSON.stringify(entry.name)} has no model: set its defaultModel in the setup file`,
  );
}

/** Per request. Each model may be tried several times. */
const maxModels = 20;

/** Turns the model and OpenRouter's own `models` into links, so that our walk tries them instead of OpenRouter. */
function directLinks(setup: LiveSetup, id: string, models: readonly unknown[]): Link[] {
  const others = models.filter((other) => typeof other === 'string');
  if (others.length > maxModels) {
    throw new HttpError(400, 'invalid_request', `models has more than ${maxModels} models`);
  }
  const ids = new Set([id, ...others].map(canonicalModelId));
  return [...ids].map((model, i) => {
    if (!isModelId(model) || !model.includes('/')) throw unknownModel(setup, model);
    return { role: i === 0 ? 'primary' : `fallback${i}`, model };
  });
}

function unknownModel(setup: LiveSetup, id: string): HttpError {
  const names = setup.entries.map(({ name }) => name).join(', ');
  return new HttpError(
    404,
    'model_not_found',
    `${JSON.stringify(id.slice(0, 200))} is neither an entry of the setup file (it has ${names || 'none'}) nor a model id of the form author/model`,
  );
}
