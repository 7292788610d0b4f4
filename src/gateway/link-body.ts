import type { RoutedEntry } from '../routing/choose.ts';
import { isRecord } from '../routing/record.ts';
import { buildRequest } from '../routing/request.ts';
import type { ChatBody } from './target.ts';

/** What we decide in place of the client: the walk is ours, so that OpenRouter must not walk on its own. */
const ours = new Set(['model', 'models', 'route', 'messages', 'stream']);
const tokenLimits = ['max_tokens', 'max_completion_tokens'] as const;

/**
 * The body for one link: the entry's parameters, and over them everything the client sent, known to us or not. Only
 * `provider` is joined, so that what the setup file excludes stays excluded.
 */
export function linkBody(entry: RoutedEntry, model: string, client: ChatBody): ChatBody {
  const sent = Object.fromEntries(Object.entries(client).filter(([name]) => !ours.has(name)));
  const { body } = buildRequest(
    {
      ...entry,
      parameters: { ...defaults(entry.parameters, sent), ...sent, ...provider(entry, sent) },
    },
    model,
    { messages: client.messages, stream: client.stream === true },
  );
  return body;
}

/** A limit of tokens has two names; both at once are refused by some providers. */
function defaults(
  parameters: Readonly<Record<string, unknown>>,
  sent: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  if (!tokenLimits.some((name) => sent[name] !== undefined)) return parameters;
  const { max_tokens: _, max_completion_tokens: __, ...others } = parameters;
  return others;
}

function provider(
  { parameters }: RoutedEntry,
  sent: Readonly<Record<string, unknown>>,
): { readonly provider?: unknown } {
  if (!isRecord(sent.provider)) return {};
  const own = isRecord(parameters.provider) ? parameters.provider : {};
  return { provider: { ...own, ...sent.provider, ignore: both(own.ignore, sent.provider.ignore) } };
}

function both(a: unknown, b: unknown): unknown[] {
  return [...new Set<unknown>([a, b].flatMap((list) => (Array.isArray(list) ? list : [])))];
}
