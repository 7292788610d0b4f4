import { canonicalModelId, hostModelId, isModelId } from '../openrouter/model-id.ts';
import { UserError, withHint } from '../platform/errors.ts';
import { chainOf, chooseEntry, chooseModel, type Link } from '../routing/choose.ts';
import { lastPersonText } from '../routing/person-text.ts';
import { HttpError } from './http-response.ts';
import type { LiveEntry, LiveSetup } from './live-setup.ts';

/** The body of a chat request, in OpenAI's shape. */
export interface ChatBody extends Readonly<Record<string, unknown>> {
  readonly messages: readonly unknown[];
}

/** The entry and the links that a request is for. */
export interface Target {
  readonly entry: LiveEntry;
  readonly role: 'primary' | 'complex';
  readonly links: readonly Link[];
  readonly channel: string | null;
  /** Why this entry and this model, e.g. `channel+trigger`. */
  readonly reason: string;
}

interface TargetRequest {
  readonly body: ChatBody;
  /** The value of `x-openclaw-channel`. */
  readonly channel: string | null;
  /** For requests that name no entry. */
  readonly defaultEntry: string | null;
}

/**
 * The target of a request by its `model`, which may be `channel:<name>`, an entry, or a model of OpenRouter (then the only
 * link), and by its channel. A channel in the header that is not in the setup file is ignored: OpenClaw has more channels
 * than those. Throws HttpError.
 */
export function targetOf(setup: LiveSetup, asked: TargetRequest): Target {
  const model = typeof asked.body.model === 'string' ? asked.body.model.trim() : '';
  const channel = channelOf(setup, model, asked.channel);
  const named = entryName(setup, model);
  const id = named === null && !model.startsWith('channel:') && model !== '' ? model : null;
  const name = named ?? asked.defaultEntry;
  const { entry, why } = chosen(setup, {
    ...(channel === null ? {} : { channel }),
    ...(name === null ? {} : { entry: name }),
  });
  if (id !== null) {
    const links = directLinks(setup, id, asked.body);
    return { entry, role: 'primary', links, channel, reason: 'model' };
  }
  const text = entry.complexModel === null ? '' : lastPersonText(asked.body.messages);
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

function channelOf(setup: LiveSetup, model: string, header: string | null): string | null {
  if (model.startsWith('channel:')) return model.slice('channel:'.length).trim();
  return setup.channels.some(({ name }) => name === header) ? header : null;
}

/** OpenClaw may put its own prefix before the name of an entry. */
function entryName(setup: LiveSetup, model: string): string | null {
  return (
    setup.entries.find(({ name }) => name === model || hostModelId(name) === model)?.name ?? null
  );
}

function chosen(setup: LiveSetup, asked: { entry?: string; channel?: string }) {
  try {
    return chooseEntry<LiveEntry>(setup, asked);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new HttpError(404, 'model_not_found', withHint(error));
  }
}

function linksFor(entry: LiveEntry, role: 'primary' | 'complex'): Link[] {
  const links = chainOf(entry, role);
  if (links.length > 0) return links;
  throw new HttpError(
    404,
    'model_not_found',
    `The entry ${JSON.stringify(entry.name)} has no model: set its defaultModel in the setup file`,
  );
}

/** In one request. Each may be tried several times. */
const mostModels = 20;

/** The model and OpenRouter's own `models` become links, which our walk tries in place of OpenRouter. */
function directLinks(setup: LiveSetup, id: string, { models }: ChatBody): Link[] {
  const others = (Array.isArray(models) ? models : []).filter((other) => typeof other === 'string');
  if (others.length > mostModels) {
    throw new HttpError(400, 'invalid_request', `models has more than ${mostModels} models`);
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
