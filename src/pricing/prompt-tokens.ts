import type { Extras } from './extras.ts';
import type { Measured } from './measure.ts';
import { imageTokens } from './media.ts';
import type { PricedModel } from './priced-model.ts';

/** The tokens that a model reads for one request, at most, by what they cost. */
export interface PromptTokens {
  readonly text: number;
  /** Pictures and documents. */
  readonly seen: number;
  /** Sound and film. */
  readonly heard: number;
  /** How often it reads: once, and again after each use of a tool that runs on OpenRouter's side. */
  readonly times: number;
  /** What the later readings have more than the first, together. */
  readonly more: number;
  /** The longest of them. */
  readonly longest: number;
}

/**
 * No prompt is longer than the context: where more may come, the dearest tokens are taken for it. Null where neither
 * has an end.
 */
export function promptTokens(
  model: PricedModel,
  held: Measured,
  { searches, toolUses }: Extras,
  answerTokens: number,
): PromptTokens | null {
  const context = model.contextLength ?? Number.POSITIVE_INFINITY;
  const found = searches.reduce((sum, each) => sum + each.count * each.tokensEach, 0);
  const pictures = held.images.reduce((sum, pixels) => sum + imageTokens(pixels, model.id), 0);
  const heard = Math.min(context, held.audioTokens + held.videoTokens);
  const seen = Math.min(context - heard, pictures + held.fileTokens);
  const text = Math.min(context - heard - seen, held.textTokens + model.addedTokens + found);
  const first = heard + seen + text;
  const uses = toolUses?.count ?? 0;
  const growth = uses === 0 ? 0 : answerTokens + (toolUses?.tokensEach ?? 0);
  const readings = Array.from({ length: uses + 1 }, (_, use) =>
    use === 0 ? first : Math.min(context, first + use * growth),
  );
  const all = readings.reduce((sum, tokens) => sum + tokens, 0);
  if (!Number.isFinite(all)) return null;
  const more = all - first * readings.length;
  return { text, seen, heard, times: readings.length, more, longest: readings.at(-1) ?? first };
}
