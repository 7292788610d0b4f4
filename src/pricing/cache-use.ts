import { findModel } from '../catalog/model.ts';
import type { CacheUse } from '../openrouter/chat-reply.ts';
import type { Model } from '../openrouter/models.ts';
import { decimal, zeroUsd } from '../platform/money.ts';

interface Usage {
  readonly cachedTokens: number | null;
  readonly cacheWriteTokens: number | null;
}

/** Uses the prices of the first of these models that is listed. Null if no cache was used. */
export function cacheUseOf(
  models: readonly Model[],
  ids: readonly string[],
  usage: Usage | null | undefined,
): CacheUse | null {
  const [cachedTokens, writtenTokens] = [usage?.cachedTokens ?? 0, usage?.cacheWriteTokens ?? 0];
  if (cachedTokens === 0 && writtenTokens === 0) return null;
  const [row] = ids.flatMap((id) => findModel(models, id) ?? []);
  const pricing = row?.pricing;
  const price = (text: string | undefined) => (text === undefined ? null : decimal(text));
  const prompt = price(pricing?.prompt) ?? zeroUsd;
  const read = price(pricing?.inputCacheRead) ?? prompt;
  const write = price(pricing?.inputCacheWrite) ?? prompt;
  const isStorage = write.lt(prompt);
  const saved = prompt
    .minus(read)
    .times(cachedTokens)
    .minus((isStorage ? write : write.minus(prompt)).times(writtenTokens));
  return { cachedTokens, writtenTokens, savedUsd: saved.toFixed() };
}
