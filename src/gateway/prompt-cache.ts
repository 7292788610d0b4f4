import { hash } from 'node:crypto';
import { idParts, routedId } from '../openrouter/model-id.ts';
import { isRecord } from '../platform/record.ts';
import type { RequestBody } from '../pricing/measure.ts';
import { isOfPerson } from '../routing/person-text.ts';
import type { Format } from './formats.ts';
import type { Credential, LiveEntry } from './live-setup.ts';

const marker = { type: 'ephemeral' } as const;

/**
 * Adds the markers that Anthropic needs to cache the beginning of a prompt: on the last tool, on the stable part of the
 * system prompt, on the last user message and on the last tool result after it. That makes four, the most Anthropic
 * accepts. The body is unchanged if the client or the entry has set markers, if the model needs none, or if the prompt
 * is too short for Anthropic to cache.
 */
export function withCacheMarkers(
  { promptCaching }: Pick<LiveEntry, 'promptCaching'>,
  format: Format,
  body: RequestBody,
): RequestBody {
  const model = String(body.model);
  if (promptCaching === 'off' || !model.includes('anthropic/')) return body;
  const { author, slug } = idParts(routedId(model).model);
  if (author.replace('~', '') !== 'anthropic') return body;
  if (hasMarker(body)) return body;
  const size = sizesOf(format, body);
  const least = leastTokens(slug);
  if (size.all < least) return body;
  // Its parts do not accept Anthropic's markers, but OpenRouter marks the end of the prompt itself.
  if (format.answers.name === 'responses') return { ...body, cache_control: marker };
  const isFixedPartLong = size.fixed >= least;
  const marked = isFixedPartLong ? { ...markedTools(body), ...markedSystem(format, body) } : {};
  const messages = marked.messages ?? body.messages;
  return { ...body, ...marked, messages: withMarkedTurn(messages) };
}

/** Anthropic's page "Prompt caching", "Cache limitations": shorter prompts are not cached, with or without a marker. */
const leasts: readonly (readonly [RegExp, number])[] = [
  [/haiku-3|3(\.5)?-haiku|sonnet-4[.-]6/, 2_048],
  [/(sonnet|opus|haiku)-(3|4|4[.-][01])$|3\.[57]-sonnet|sonnet-4[.-]5/, 1_024],
];

function leastTokens(slug: string): number {
  return leasts.find(([pattern]) => pattern.test(slug))?.[1] ?? 4_096;
}

/** For English text. Other languages use more tokens, which only makes a marker pay off sooner. */
const charactersPerToken = 4;

/** Approximate tokens in the tools and system prompt, and in the whole prompt. */
function sizesOf(format: Format, { tools, system, instructions, messages, input }: RequestBody) {
  const list = Array.isArray(messages) ? messages : [];
  const isSystem = (message: unknown) =>
    isRecord(message) && (message.role === 'system' || message.role === 'developer');
  const fixed = lengthOf([tools, system, instructions, list.filter(isSystem)]);
  const others =
    format.answers.name === 'responses' ? input : list.filter((each) => !isSystem(each));
  return {
    fixed: fixed / charactersPerToken,
    all: (fixed + lengthOf(others)) / charactersPerToken,
  };
}

/** The number of characters in all of its texts, without media. */
function lengthOf(value: unknown): number {
  if (typeof value === 'string') return value.startsWith('data:') ? 0 : value.length;
  if (Array.isArray(value)) return value.reduce((sum: number, each) => sum + lengthOf(each), 0);
  if (!isRecord(value) || value.type === 'base64') return 0;
  return Object.values(value).reduce((sum: number, each) => sum + lengthOf(each), 0);
}

function hasMarker(body: RequestBody): boolean {
  const { tools, system, messages, input } = body;
  return body.cache_control != null || [tools, system, messages, input].some(isMarked);
}

/** Does not search everywhere: a tool may have a parameter named `cache_control`. */
function isMarked(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(isMarked);
  if (!isRecord(value)) return false;
  const { content, output, source, function: declared } = value;
  return (
    value.cache_control != null ||
    (isRecord(declared) && declared.cache_control != null) ||
    [content, output, source].some(isMarked)
  );
}

function markedTools({ tools }: RequestBody): RequestBody {
  if (!Array.isArray(tools)) return {};
  const at = tools.findLastIndex(takesMarker);
  return at < 0 ? {} : { tools: tools.with(at, { ...tools[at], cache_control: marker }) };
}

/** Anthropic rejects a marker on a deferred tool, and OpenRouter's own tools have no field for one. */
function takesMarker(tool: unknown): boolean {
  if (!isRecord(tool) || tool.defer_loading === true) return false;
  return isRecord(tool.function ?? tool.input_schema);
}

function markedSystem(format: Format, { system, messages }: RequestBody): RequestBody {
  if (format.answers.name === 'messages') {
    const parts = markedParts(partsOf(system));
    return parts === null ? {} : { system: parts };
  }
  if (!Array.isArray(messages)) return {};
  const at = messages.findLastIndex(
    (message) => isRecord(message) && (message.role === 'system' || message.role === 'developer'),
  );
  // A system message in the middle of the conversation is not part of its beginning.
  const isFirst = messages.slice(0, at).every((each) => isRecord(each) && each.role !== 'user');
  const found: unknown = messages[at];
  const parts = isFirst && isRecord(found) ? markedParts(partsOf(found.content)) : null;
  if (parts === null || !isRecord(found)) return {};
  return { messages: messages.with(at, { ...found, content: parts }) };
}

/** OpenClaw puts whatever changes between requests, such as the time, after this line. */
const dynamic = '<!-- openclaw:attempt:DYNAMIC -->';

/** Null if nothing can be marked. */
function markedParts(parts: readonly RequestBody[]): readonly RequestBody[] | null {
  const changing = parts.findIndex(
    ({ text }) => typeof text === 'string' && text.includes(dynamic),
  );
  const split =
    changing < 0
      ? parts
      : [...parts.slice(0, changing), ...splitAt(parts[changing]), ...parts.slice(changing + 1)];
  const stable =
    changing < 0 ? split.length : split.findIndex(({ text }) => String(text).startsWith(dynamic));
  const last = split[stable - 1];
  if (last === undefined || isBlank(last)) return null;
  return split.with(stable - 1, { ...last, cache_control: marker });
}

function splitAt(part: RequestBody = {}): RequestBody[] {
  const text = String(part.text);
  const at = text.indexOf(dynamic);
  return [
    { ...part, text: text.slice(0, at) },
    { ...part, text: text.slice(at) },
  ].filter((each) => each.text !== '');
}

function partsOf(content: unknown): readonly RequestBody[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }];
  return Array.isArray(content) ? content.filter(isRecord) : [];
}

/** Anthropic does not accept a marker on blank text. */
function isBlank({ text }: RequestBody): boolean {
  return typeof text === 'string' && text.trim() === '';
}

function withMarkedTurn(messages: unknown): unknown {
  if (!Array.isArray(messages)) return messages;
  const ofPerson = messages.findLastIndex(isOfPerson);
  const ofTool = messages.findLastIndex(isToolResult);
  let marked: readonly unknown[] = messages;
  for (const at of new Set([ofPerson, Math.max(ofTool, ofPerson)])) {
    const message: unknown = marked[at];
    if (!isRecord(message)) continue;
    const parts = partsOf(message.content);
    const last = parts.at(-1);
    if (last === undefined || isBlank(last)) continue;
    const content = parts.with(-1, { ...last, cache_control: marker });
    marked = marked.with(at, { ...message, content });
  }
  return marked;
}

function isToolResult(message: unknown): boolean {
  if (!isRecord(message)) return false;
  const { role, content } = message;
  if (role === 'tool') return true;
  return (
    role === 'user' &&
    Array.isArray(content) &&
    content.some((part) => isRecord(part) && part.type === 'tool_result')
  );
}

/** Identifies a conversation, so that OpenRouter keeps it with the provider that has it cached. */
export interface Conversation {
  /** The client's own id, otherwise one derived from the entry and the beginning of the conversation. */
  readonly id: string;
  readonly isOwn: boolean;
}

interface ConversationRequest {
  readonly format: Format;
  readonly body: RequestBody;
  readonly headers: Readonly<Record<string, string>>;
}

/** Null if the entry turns caching off, or if there is nothing to identify the conversation by. */
export function conversationOf(
  { key }: Credential,
  entry: LiveEntry,
  channel: string | null,
  { format, body, headers }: ConversationRequest,
): Conversation | null {
  if (entry.promptCaching === 'off') return null;
  const given = [body.session_id, headers['x-session-id'], entry.parameters.session_id];
  const own = given.find((id) => typeof id === 'string' && id !== '');
  if (typeof own === 'string') return { id: own, isOwn: true };
  const first = format.messagesOf(body).find((each) => isRecord(each) && each.role === 'user');
  const start = isRecord(first) ? partsOf(first.content) : [];
  const text = start.map((part) => (typeof part.text === 'string' ? part.text : '')).join('\n');
  if (start.length === 0) return null;
  const name = JSON.stringify([entry.name, channel, text.slice(0, 4_000)]);
  // Keyed, so that nobody who sees the id can guess how a conversation begins.
  return { id: hash('sha256', `${key}\n${name}`), isOwn: false };
}

/** Remembers which provider last served each conversation. */
export interface ServedProviders {
  /** Moves that provider to the front of `provider.order`. Without an order, OpenRouter keeps the provider itself. */
  prefer(conversation: Conversation, body: RequestBody): RequestBody;
  /** `provider` is null if it failed. */
  served(conversation: Conversation, provider: string | null): void;
}

const maxConversations = 2_000;
/** As long as Anthropic keeps a cache entry. */
const keptMs = 300_000;

export function createServedProviders(nowMs: () => number): ServedProviders {
  const known = new Map<string, { readonly provider: string; readonly atMs: number }>();
  return {
    prefer({ id }, body) {
      const last = known.get(id);
      const { provider } = body;
      if (last === undefined || nowMs() - last.atMs > keptMs || !isRecord(provider)) return body;
      const order = Array.isArray(provider.order) ? provider.order : [];
      const at = order.findIndex(
        (slug) => plainName(String(slug).split('/')[0] ?? '') === last.provider,
      );
      if (at <= 0) return body;
      const kept = [order[at], ...order.filter((_, i) => i !== at)];
      return { ...body, provider: { ...provider, order: kept } };
    },
    served({ id }, provider) {
      known.delete(id);
      if (provider === null) return;
      known.set(id, { provider: plainName(provider), atMs: nowMs() });
      if (known.size <= maxConversations) return;
      const [oldest] = known.keys();
      if (oldest !== undefined) known.delete(oldest);
    },
  };
}

/** Answers contain a provider's name, requests its slug: `Z.AI` is `z-ai`, and `Google` is `google-vertex`. */
function plainName(provider: string): string {
  const plain = provider.toLowerCase().replace(/[^a-z0-9]/g, '');
  return plain === 'google' ? 'googlevertex' : plain;
}
