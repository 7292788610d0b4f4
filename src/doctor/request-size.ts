import type { Model } from '../openrouter/models.ts';
import type { Entry } from '../setup-file/entry.ts';

export interface RequestSize {
  readonly promptTokens: number;
  readonly completionTokens: number;
}

/** One turn of an agent: instructions, tools and some history, with a page of answer. */
export const usualRequest: RequestSize = { promptTokens: 8000, completionTokens: 1000 };

/** Like `usualRequest`, but with the longest answer that the entry, or else the model, allows. */
export function largestRequest(
  { parameters }: Pick<Entry, 'parameters'>,
  { maxCompletionTokens }: Pick<Model, 'maxCompletionTokens'>,
): RequestSize {
  const asked = parameters.max_tokens ?? parameters.max_completion_tokens;
  const completionTokens =
    typeof asked === 'number' && asked > 0
      ? Math.min(asked, maxCompletionTokens ?? asked)
      : (maxCompletionTokens ?? usualRequest.completionTokens);
  return {
    promptTokens: usualRequest.promptTokens,
    completionTokens: Math.floor(completionTokens),
  };
}
