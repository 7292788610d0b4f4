import type { IncomingHttpHeaders } from 'node:http';
import { hostClient } from '../host/providers.ts';
import type { CacheUse } from '../openrouter/chat-reply.ts';
import type { Link } from '../routing/choose.ts';
import { encodeHeader } from '../text/escape.ts';
import type { Redactor } from '../text/redact.ts';
import type { Target } from './target.ts';

/**
 * Client headers that are forwarded in addition to `X-OpenRouter-*` (such as `X-OpenRouter-Cache`; OpenRouter's page
 * "Response Caching").
 */
const forwardedNames = new Set([
  'http-referer',
  'x-title',
  'x-anthropic-beta',
  'anthropic-beta',
  'anthropic-version',
  'x-session-id',
]);

/**
 * Headers that OpenClaw sends only to openrouter.ai, where they tell the account's activity log which app made the
 * request.
 */
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

/** OpenRouter accepts either name for this header. */
const titles = ['x-title', 'x-openrouter-title'];

/** The entry's headers override the client's, whichever title name either uses. */
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

/** Cached per entry, because its headers do not change. */
function inLowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  const known = lowerCased.get(headers);
  if (known !== undefined) return known;
  const lower = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  lowerCased.set(headers, lower);
  return lower;
}

/** Hop-by-hop headers (RFC 9110, 7.6.1), and headers about OpenRouter's host rather than the answer. */
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

/** The response headers to forward, as alternating names and values. Headers that quote the key are dropped. */
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

/** Alternating names and values, like Node's `rawHeaders`. */
export function flat(...records: readonly Readonly<Record<string, string>>[]): string[] {
  const list: string[] = [];
  for (const headers of records) {
    for (const name of Object.keys(headers)) list.push(name, headers[name] ?? '');
  }
  return list;
}

/** Headers that say where a request went. Entry names may contain any character; headers may not. */
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
  // Spaces inside a name stay encoded; those between the parts are for readability.
  const route = encoded.replaceAll(';%20', '; ');
  return budget === null
    ? { 'x-openclaw-route': route }
    : { 'x-openclaw-route': route, 'x-openclaw-budget': budget };
}

/** What a request cost, how much of its prompt was cached, and what that saved. */
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
