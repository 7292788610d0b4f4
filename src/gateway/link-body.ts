import { linksOf } from '../routing/choose.ts';
import { ForbiddenByEntry } from '../routing/provider-rules.ts';
import { buildRequest } from '../routing/request.ts';
import { HttpError } from './http-error.ts';
import type { LiveEntry } from './live-setup.ts';
import type { ChatBody } from './target.ts';

/** What we decide in place of the client: the walk is ours, so that OpenRouter must not walk on its own. */
const ours = new Set(['model', 'models', 'route', 'messages', 'stream']);

/**
 * The body for one link: what the entry means and what the client sent, known to us or not. Throws HttpError for a
 * request that the entry does not allow.
 */
export function linkBody(entry: LiveEntry, model: string, sent: ChatBody): ChatBody {
  const client = Object.fromEntries(Object.entries(sent).filter(([name]) => !ours.has(name)));
  const isModelOfClient = !modelsOf(entry).has(model);
  const stream = sent.stream === true;
  const options = { messages: sent.messages, stream, client, isModelOfClient };
  try {
    return buildRequest(entry, model, options).body;
  } catch (error) {
    if (!(error instanceof ForbiddenByEntry)) throw error;
    const message = `The entry ${JSON.stringify(entry.name)} refuses this request: ${error.message}`;
    throw new HttpError(400, 'forbidden_by_entry', message);
  }
}

const models = new WeakMap<LiveEntry, ReadonlySet<string>>();

function modelsOf(entry: LiveEntry): ReadonlySet<string> {
  const known = models.get(entry) ?? new Set(linksOf(entry).map(({ model }) => model));
  models.set(entry, known);
  return known;
}
