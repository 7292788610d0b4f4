import * as v from 'valibot';
import * as shape from './shapes.ts';

/** Text, or the text of a list of parts. */
const content = v.fallback(
  v.pipe(
    v.unknown(),
    v.transform((value): string => {
      if (typeof value === 'string') return value;
      return Array.isArray(value) ? value.map(textOfPart).join('') : '';
    }),
  ),
  '',
);

function textOfPart(part: unknown): string {
  const parsed = v.safeParse(v.object({ text: v.string() }), part);
  return parsed.success ? parsed.output.text : '';
}

const filled = v.fallback(
  v.pipe(
    v.unknown(),
    v.transform((value) =>
      Array.isArray(value) ? value.length > 0 : typeof value === 'object' && value !== null,
    ),
  ),
  false,
);

const toolCall = v.object({
  index: shape.number,
  function: v.fallback(v.object({ name: shape.rawText, arguments: shape.rawText }), {
    name: null,
    arguments: null,
  }),
});

/** A `message`, or the `delta` of a chunk. */
const part = v.object({
  content,
  reasoning: shape.rawText,
  reasoning_details: filled,
  refusal: shape.rawText,
  tool_calls: v.fallback(shape.rows(toolCall), []),
  images: filled,
  audio: filled,
});

export type Part = v.InferOutput<typeof part>;

const choice = v.object({
  message: v.fallback(v.nullable(part), null),
  delta: v.fallback(v.nullable(part), null),
  finish_reason: shape.text,
  error: shape.record,
});

/** What the usage of every form of answer has. */
export const usageDetails = {
  cost: shape.charge,
  is_byok: shape.boolean,
  cost_details: v.fallback(v.object({ upstream_inference_cost: shape.charge }), {
    upstream_inference_cost: null,
  }),
};

const usage = v.object({
  ...usageDetails,
  prompt_tokens: shape.count,
  completion_tokens: shape.count,
  prompt_tokens_details: v.fallback(
    v.object({ cached_tokens: shape.count, cache_write_tokens: shape.count }),
    { cached_tokens: null, cache_write_tokens: null },
  ),
});

export type UsageShape = v.InferOutput<typeof usage>;

/** `openrouter_metadata`: which providers OpenRouter asked, and which one answered. */
export const served = v.object({
  endpoints: v.fallback(
    v.object({
      available: shape.rows(v.object({ provider: shape.requiredText, selected: v.literal(true) })),
    }),
    { available: [] },
  ),
  attempts: v.fallback(
    shape.rows(v.object({ provider: shape.requiredText, status: shape.number })),
    [],
  ),
});

const common = {
  id: shape.text,
  model: shape.text,
  provider: shape.text,
  usage: v.fallback(v.nullable(usage), null),
  openrouter_metadata: v.fallback(v.nullable(served), null),
};

/** A complete answer must have `choices`, which may be empty. */
export const chatAnswer = v.object({ ...common, choices: shape.rows(choice) });

/** A chunk may have no choices, such as the one with the usage at the end. */
export const chatChunk = v.object({ ...common, choices: v.fallback(shape.rows(choice), []) });

export type ChatChunk = v.InferOutput<typeof chatChunk>;

/** The error of a choice that failed under status 200 (OpenRouter's page "Errors"); null if none did. */
export function choiceError({ choices }: ChatChunk): Readonly<Record<string, unknown>> | null {
  const failed = choices.find(
    ({ error, finish_reason }) => error !== null || finish_reason === 'error',
  );
  if (failed === undefined) return null;
  return failed.error ?? { code: 502, message: 'The provider ended the answer with an error' };
}

/** A chunk of another form of answer; what is left out is not in it. */
export function chunkWith(
  given: Partial<Pick<ChatChunk, 'id' | 'model' | 'provider' | 'usage' | 'openrouter_metadata'>> & {
    readonly part?: {
      readonly content?: string;
      readonly refusal?: string | null;
      readonly hasReasoning?: boolean;
      readonly hasMedia?: boolean;
      readonly toolCalls?: Part['tool_calls'];
    };
    readonly finishReason?: string | null;
  },
): ChatChunk {
  const { part: { content = '', refusal = null, toolCalls = [], ...has } = {} } = given;
  const delta: Part = {
    content,
    refusal,
    reasoning: null,
    reasoning_details: has.hasReasoning ?? false,
    tool_calls: toolCalls,
    images: has.hasMedia ?? false,
    audio: false,
  };
  return {
    id: given.id ?? null,
    model: given.model ?? null,
    provider: given.provider ?? null,
    usage: given.usage ?? null,
    openrouter_metadata: given.openrouter_metadata ?? null,
    choices: [{ delta, message: null, finish_reason: given.finishReason ?? null, error: null }],
  };
}

/** The same as an answer that is not a stream. */
export function asWhole(chunk: ChatChunk): ChatChunk {
  const choices = chunk.choices.map((each) => ({ ...each, message: each.delta, delta: null }));
  return { ...chunk, choices };
}
