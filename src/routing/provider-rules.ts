import Big from 'big.js';
import { isRecord } from '../platform/record.ts';

type Members = Readonly<Record<string, unknown>>;

/** A request wants something that its entry forbids, or has a form that cannot be checked against the entry. */
export class ForbiddenByEntry extends Error {
  override readonly name = 'ForbiddenByEntry';
}

/** Combines a member of `provider` that both the entry and the client set. Throws ForbiddenByEntry. */
type Rule = (owner: unknown, client: unknown, name: string) => unknown;

/**
 * How to combine each member of `provider` that both the entry and a request set: filters are narrowed, and the
 * client's value wins for sorting. For a member that is not listed the entry's value wins, because it may be a filter.
 */
const rules: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['ignore', union],
  ['only', intersection],
  ['quantizations', intersection],
  ['data_collection', fixedAt('deny')],
  ['zdr', fixedAt(true)],
  ['enforce_distillable_text', fixedAt(true)],
  ['require_parameters', fixedAt(true)],
  ['allow_fallbacks', fixedAt(false)],
  ['max_price', lowestPrices],
  ['sort', clients],
  ['preferred_min_throughput', clients],
  ['preferred_max_latency', clients],
]);

/** Members that only sort. `order` becomes a filter if `allow_fallbacks` is set. */
const wishes = new Set(['order', 'sort', 'preferred_min_throughput', 'preferred_max_latency']);

/** Whether this `provider` filters, not only sorts. */
export function restrictsProviders(provider: Members): boolean {
  return Object.keys(provider).some((name) => !wishes.has(name));
}

/**
 * The `provider` of one request, which never allows more than the entry does. Null means absent, as it does for
 * OpenRouter. Throws ForbiddenByEntry.
 */
export function combineProvider(owner: Members, sent: unknown): Members {
  if (sent === undefined || sent === null) return owner;
  if (!isRecord(sent)) throw new ForbiddenByEntry('provider must be an object');
  const client = withoutNulls(sent);
  const combined = Object.entries(client).map(([name, value]): [string, unknown] => {
    const own = Object.hasOwn(owner, name) ? (owner[name] ?? undefined) : undefined;
    return [
      name,
      own === undefined ? value : (rules.get(name) ?? owners)(own, value, `provider.${name}`),
    ];
  });
  const order = combinedOrder(owner, client);
  return {
    ...owner,
    ...Object.fromEntries(combined),
    ...(order === undefined ? {} : { order }),
  };
}

/**
 * Without fallbacks, only the providers in `order` may answer, which makes it a filter like `only`. Otherwise it is a
 * preference, and the entry's providers come first.
 */
function combinedOrder(owner: Members, client: Members): unknown {
  if (client.order === undefined) return undefined;
  if (!isFull(owner.order)) return client.order;
  if (owner.allow_fallbacks === false)
    return intersection(owner.order, client.order, 'provider.order');
  if (client.allow_fallbacks === false && isFull(client.order)) return client.order;
  return union(owner.order, client.order, 'provider.order');
}

function isFull(list: unknown): boolean {
  return Array.isArray(list) && list.length > 0;
}

function withoutNulls(members: Members): Members {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null));
}

function union(owner: unknown, client: unknown, name: string): unknown {
  return [...new Set([...listOf(owner, name), ...listOf(client, name)])];
}

/** The names in both lists. An empty list does not filter. */
export function intersection(owner: unknown, client: unknown, name: string): unknown {
  const [allowed, asked] = [listOf(owner, name), listOf(client, name)];
  if (allowed.length === 0) return asked;
  if (asked.length === 0) return allowed;
  const both = [...narrowed(allowed, asked), ...narrowed(asked, allowed)];
  const seen = new Set<string>();
  const unique = both.filter((slug) => !seen.has(folded(slug)) && seen.add(folded(slug)));
  if (unique.length > 0) return unique;
  throw new ForbiddenByEntry(
    `${name} may only name ${allowed.join(', ')}: the entry allows no other`,
  );
}

/** The slugs of `list` that `other` contains, itself or (for an endpoint like `deepinfra/turbo`) its provider. */
function narrowed(list: readonly string[], other: readonly string[]): string[] {
  const names = new Set(other.map(folded));
  return list.filter((slug) => {
    const name = folded(slug);
    return names.has(name) || names.has(name.split('/', 1)[0] ?? '');
  });
}

/** OpenRouter accepts a provider's name instead of its slug: `Amazon Bedrock` for `amazon-bedrock`. */
export function folded(slug: string): string {
  return slug.trim().toLowerCase().replaceAll(' ', '-');
}

function listOf(value: unknown, name: string): string[] {
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw new ForbiddenByEntry(`${name} must be a list of names`);
}

function fixedAt(strict: unknown): Rule {
  return (owner, client) => (client === strict ? client : owner);
}

function lowestPrices(owner: unknown, client: unknown): unknown {
  if (!isRecord(client)) throw new ForbiddenByEntry('provider.max_price must be an object');
  if (!isRecord(owner)) return owner;
  const lowest = Object.entries(withoutNulls(client)).map(([name, price]): [string, unknown] => {
    const own = Object.hasOwn(owner, name) ? (owner[name] ?? undefined) : undefined;
    return [name, own === undefined ? price : lower(own, price, name)];
  });
  return { ...owner, ...Object.fromEntries(lowest) };
}

function lower(owner: unknown, client: unknown, name: string): unknown {
  const price = amountOf(client);
  if (price === null) {
    throw new ForbiddenByEntry(`provider.max_price.${name} must be an amount in USD`);
  }
  const own = amountOf(owner);
  return own === null || own.lte(price) ? owner : client;
}

/** Accepts a number or a string, as OpenRouter does. */
export function amountOf(value: unknown): Big | null {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || !/^\d{1,20}(\.\d{1,20})?(e-?\d{1,2})?$/i.test(text)) return null;
  return new Big(text);
}

function clients(_owner: unknown, client: unknown): unknown {
  return client;
}

function owners(owner: unknown): unknown {
  return owner;
}
