import { isRecord } from '../../platform/record.ts';
import type { CatalogModel } from '../catalog.ts';
import { type Json, listOf } from '../http.ts';
import { hashHex } from '../ids.ts';
import type { ChatRequest } from './request.ts';
import { tokenize } from './request.ts';

/** Expiry times of cached prompt prefixes. */
export type PromptCache = Map<string, number>;

export interface CachedPrompt {
  readonly read: number;
  readonly written: number;
}

const keptMs = 300_000;
/** How many blocks before a marker Anthropic searches for a cached prefix. */
const lookback = 20;
const leastTokens = 1_024;

/**
 * How much of a prompt a provider reads from its cache and writes to it. Anthropic caches up to explicit markers and
 * charges for writing; others cache every prefix automatically.
 */
export function cachedPrompt(
  cache: PromptCache,
  request: ChatRequest,
  { model, place }: { readonly model: CatalogModel; readonly place: string },
  at: Date,
): CachedPrompt {
  if (model.extraPrices.input_cache_read === undefined) return { read: 0, written: 0 };
  const isAnthropic = model.id.startsWith('anthropic/');
  const blocks = blocksOf(request.body, place);
  const ends = blocks.flatMap(({ isMarked }, i) => (isMarked || !isAnthropic ? [i] : []));
  if (isAnthropic && isRecord(request.body.cache_control)) ends.push(blocks.length - 1);
  const known = ({ hash, tokens }: Block) =>
    tokens >= leastTokens && (cache.get(hash) ?? 0) > at.getTime();
  const hits = ends.flatMap((end) =>
    blocks.slice(Math.max(0, end + 1 - lookback), end + 1).filter(known),
  );
  const read = Math.max(0, ...hits.map(({ tokens }) => tokens));
  const stored = ends
    .flatMap((end) => blocks[end] ?? [])
    .filter(({ tokens }) => tokens >= leastTokens);
  for (const { hash } of [...hits, ...stored]) cache.set(hash, at.getTime() + keptMs);
  const longest = Math.max(read, ...stored.map(({ tokens }) => tokens));
  return { read, written: isAnthropic ? longest - read : 0 };
}

interface Block {
  /** The hash of everything up to this block. */
  readonly hash: string;
  readonly tokens: number;
  readonly isMarked: boolean;
}

/** Tools, then the parts of all messages in order. */
function blocksOf({ tools, messages }: Json, place: string): Block[] {
  const parts = [...listOf(tools), ...listOf(messages).flatMap(partsOf)];
  const blocks: Block[] = [];
  let [hash, tokens] = [hashHex(place), 0];
  for (const { cache_control, ...part } of parts) {
    const text = typeof part.text === 'string' ? part.text : JSON.stringify(part);
    hash = hashHex(`${hash} ${String(part.role)} ${text}`);
    tokens += tokenize(text).length;
    blocks.push({ hash, tokens, isMarked: isRecord(cache_control) });
  }
  return blocks;
}

function partsOf({ role, content, cache_control }: Json): Json[] {
  if (typeof content === 'string') return [{ role, text: content, cache_control }];
  return listOf(content).map((part) => ({
    ...part,
    role,
    cache_control: part.cache_control ?? cache_control,
  }));
}
