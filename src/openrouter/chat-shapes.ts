import * as v from 'valibot';
import { isRecord } from '../platform/record.ts';
import * as shape from './shapes.ts';

/** A `message`, or the `delta` of a chunk. */
export interface Part {
  readonly content: string;
  readonly reasoning: string | null;
  readonly reasoning_details: boolean;
  readonly refusal: string | null;
  readonly tool_calls: readonly ToolCallPart[];
  readonly images: boolean;
  readonly audio: boolean;
}

interface ToolCallPart {
  readonly index: number | null;
  readonly function: { readonly name: string | null; readonly arguments: string | null };
}

interface Choice {
  readonly message: Part | null;
  readonly delta: Part | null;
  readonly finish_reason: string | null;
  readonly error: Members | null;
}

type Members = Readonly<Record<string, unknown>>;

/** The content of an answer or of a chunk of a stream. Its texts are not cleaned. */
export interface ChatChunk {
  readonly id: string | null;
  readonly model: string | null;
  readonly provider: string | null;
  readonly usage: UsageShape | null;
  readonly openrouter_metadata: v.InferOutput<typeof served> | null;
  readonly choices: readonly Choice[];
}

/** The members that the usage has in every answer format. */
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

const provider = v.pipe(v.string(), v.nonEmpty());

/** `openrouter_metadata`: which providers OpenRouter tried, and which one answered. */
export const served = v.object({
  endpoints: v.fallback(
    v.object({
      available: shape.rows(v.object({ provider, selected: v.literal(true) })),
    }),
    { available: [] },
  ),
  attempts: v.fallback(shape.rows(v.object({ provider, status: shape.number })), []),
});

/** A complete answer must have `choices`, which may be empty. */
export const chatAnswer = v.pipe(
  v.looseObject({ choices: v.array(v.unknown()) }),
  v.transform((body): ChatChunk => chunkOf(body)),
);

/** A chunk may have no choices, e.g. the last one with the usage. */
export const chatChunk = v.pipe(
  v.looseObject({}),
  v.transform((body): ChatChunk => chunkOf(body)),
);

// Parsed by hand, because schemas for all these members took 40 µs for each request of a gateway.
function chunkOf(body: Members): ChatChunk {
  return {
    id: textOrNull(body.id),
    model: textOrNull(body.model),
    provider: textOrNull(body.provider),
    usage: body.usage == null ? null : orNull(usage, body.usage),
    openrouter_metadata:
      body.openrouter_metadata == null ? null : orNull(served, body.openrouter_metadata),
    choices: recordsIn(body.choices).map(choiceOf),
  };
}

function choiceOf({ message, delta, finish_reason, error }: Members): Choice {
  return {
    message: isRecord(message) ? partOf(message) : null,
    delta: isRecord(delta) ? partOf(delta) : null,
    finish_reason: textOrNull(finish_reason)?.trim() ?? null,
    error: isRecord(error) ? error : null,
  };
}

function partOf(part: Members): Part {
  return {
    content: contentOf(part.content),
    reasoning: textOrNull(part.reasoning),
    reasoning_details: isFilled(part.reasoning_details),
    refusal: textOrNull(part.refusal),
    tool_calls: recordsIn(part.tool_calls).map(toolCallOf),
    images: isFilled(part.images),
    audio: isFilled(part.audio),
  };
}

/** A text, or the text of a list of parts. */
function contentOf(content: unknown): string {
  if (typeof content === 'string') return content;
  const texts = recordsIn(content).map(({ text }) => (typeof text === 'string' ? text : ''));
  return texts.join('');
}

function toolCallOf({ index, function: called }: Members): ToolCallPart {
  const { name, arguments: given } = isRecord(called) ? called : noMembers;
  return {
    index: Number.isFinite(index) ? Number(index) : null,
    function: { name: textOrNull(name), arguments: textOrNull(given) },
  };
}

const noMembers: Members = {};

function recordsIn(list: unknown): readonly Members[] {
  return Array.isArray(list) ? list.filter(isRecord) : [];
}

function isFilled(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : isRecord(value);
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function orNull<S extends v.GenericSchema>(schema: S, value: unknown): v.InferOutput<S> | null {
  const parsed = v.safeParse(schema, value);
  return parsed.success ? parsed.output : null;
}

/** The error of a choice that failed under status 200 (OpenRouter's page "Errors"); null if none did. */
export function choiceError({ choices }: ChatChunk): Readonly<Record<string, unknown>> | null {
  const failed = choices.find(
    ({ error, finish_reason }) => error !== null || finish_reason === 'error',
  );
  if (failed === undefined) return null;
  return failed.error ?? { code: 502, message: 'The provider ended the answer with an error' };
}

/** Creates a chunk from another answer format; omitted members are empty. */
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

/** Converts it to an answer that is not a stream. */
export function asWhole(chunk: ChatChunk): ChatChunk {
  const choices = chunk.choices.map((each) => ({ ...each, message: each.delta, delta: null }));
  return { ...chunk, choices };
}
