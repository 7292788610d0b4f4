import type { IncomingHttpHeaders } from 'node:http';
import { hostClient } from '../host/providers.ts';
import type { CacheUse } from '../openrouter/chat-reply.ts';
import type { Link } from '../routing/choose.ts';
import { encodeHeader } from '../text/escape.ts';
import type { Redactor } from '../text/redact.ts';
import type { Target } from './target.ts';

/** Headers that a client may send to OpenRouter besides its own (`X-OpenRouter-Cache`, its page "Response Caching"). */
const forwardedNames = new Set([
  'http-referer',
  'x-title',
  'x-anthropic-beta',
  'anthropic-beta',
  'anthropic-version',
  'x-session-id',
]);

/** What OpenClaw sends to openrouter.ai alone: by them the account's activity says which app asked. */
const attribution = {
  'http-referer': 'https://openclaw.ai',
  'x-openrouter-title': 'OpenClaw',
  'x-openrouter-categories':
    'cli-agent,cloud-agent,programming-app,creative-writing,writing-assistant,general-chat,personal-agent',
} as const;

export function forwarded(headers: IncomingHttpHeaders): Record<string, string> {
  const isHost = headers[hostClient.name] === hostClient.value;
  const sent: Record<string, string> = isHost ? { ...attribution } : {};
  for (const name in headers) {
    const value = headers[name];
    if (typeof value !== 'string') continue;
    if (forwardedNames.has(name) || name.startsWith('x-openrouter-')) sent[name] = value;
  }
  return sent;
}

/** OpenRouter takes both names for the same header. */
const titles = ['x-title', 'x-openrouter-title'];

/** The entry's headers win over the client's, under whichever name. */
export function combineHeaders(
  owner: Readonly<Record<string, string>>,
  client: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const own = inLowerCase(owner);
  if (Object.keys(client).length === 0) return own;
  const hasTitle = titles.some((name) => own[name] !== undefined);
  const others = Object.entries(client).filter(([name]) => !(hasTitle && titles.includes(name)));
  return { ...Object.fromEntries(others), ...own };
}

const lowerCased = new WeakMap<object, Record<string, string>>();

/** Once for each entry, whose headers do not change. */
function inLowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  const known = lowerCased.get(headers);
  if (known !== undefined) return known;
  const lower = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  lowerCased.set(headers, lower);
  return lower;
}

/** Of one connection only (RFC 9110, 7.6.1), or about OpenRouter's host and not about the answer. */
const notPassedOn = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'content-length',
  'set-cookie',
  'strict-transport-security',
  'alt-svc',
  'nel',
  'report-to',
]);

/**
 * The headers of an answer that are passed on: names and values by turns, as in Node's `rawHeaders`. One that quotes the
 * key is left out.
 */
export function passedOn(rawHeaders: readonly string[], redactor: Redactor | null): string[] {
  const passed: string[] = [];
  const quotesKey = (text: string) => redactor !== null && redactor.redact(text) !== text;
  const anyQuotesKey = quotesKey(rawHeaders.join(' '));
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const [name = '', value = ''] = [rawHeaders[i], rawHeaders[i + 1]];
    const lower = name.toLowerCase();
    if (notPassedOn.has(lower) || lower.startsWith('access-control-')) continue;
    if (!anyQuotesKey || !quotesKey(`${name}: ${value}`)) passed.push(name, value);
  }
  return passed;
}

export function flat(headers: Readonly<Record<string, string>>): string[] {
  const list: string[] = [];
  for (const name of Object.keys(headers)) list.push(name, headers[name] ?? '');
  return list;
}

/** The headers that say where a request went. Names of entries may hold any character; a header may not. */
export function routeHeaders(
  { entry, channel }: Target,
  reason: string,
  { role, model }: Link,
  attempts: number,
  budget: string | null,
  costUsd: string | null = null,
): Record<string, string> {
  const encoded = encodeHeader(
    `entry=${entry.name}; ${channel === null ? '' : `channel=${channel}; `}role=${role}; model=${model}; attempts=${attempts}; ${costUsd === null ? '' : `cost=${costUsd}; `}reason=${reason}`,
  );
  // Spaces inside a name stay encoded; those between the parts are for people.
  const route = encoded.replaceAll(';%20', '; ');
  return budget === null
    ? { 'x-openclaw-route': route }
    : { 'x-openclaw-route': route, 'x-openclaw-budget': budget };
}

/** What a request cost, how much of its prompt came from a cache, and what that saved. */
export function costHeaders(
  costUsd: string | null,
  cache: CacheUse | null,
): Readonly<Record<string, string>> {
  const cost: Record<string, string> = costUsd === null ? {} : { 'x-openclaw-cost': costUsd };
  if (cache === null) return cost;
  const { cachedTokens, writtenTokens, savedUsd } = cache;
  const value = `cached=${cachedTokens}; written=${writtenTokens}; saved=${savedUsd}`;
  return { ...cost, 'x-openclaw-cache': value };
}
