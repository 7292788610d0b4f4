import * as v from 'valibot';
import * as shape from './shapes.ts';

/** Content is text, or a list of parts of which some are text. */
const content = v.fallback(
  v.pipe(
    v.unknown(),
    v.transform((said): string => {
      if (typeof said === 'string') return said;
      return Array.isArray(said) ? said.map(textOfPart).join('') : '';
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
    v.transform((said) =>
      Array.isArray(said) ? said.length > 0 : typeof said === 'object' && said !== null,
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

const usage = v.object({
  prompt_tokens: shape.count,
  completion_tokens: shape.count,
  cost: shape.charge,
  is_byok: shape.boolean,
  cost_details: v.fallback(v.object({ upstream_inference_cost: shape.charge }), {
    upstream_inference_cost: null,
  }),
});

const served = v.object({
  endpoints: v.object({
    available: shape.rows(v.object({ provider: shape.requiredText, selected: v.literal(true) })),
  }),
});

const common = {
  id: shape.text,
  model: shape.text,
  provider: shape.text,
  usage: v.fallback(v.nullable(usage), null),
  openrouter_metadata: v.fallback(v.nullable(served), null),
};

/** A whole answer must have choices; there may be none in them. */
export const chatAnswer = v.object({ ...common, choices: shape.rows(choice) });

/** A chunk may be about something else than choices: the usage at the end, or what is not known yet. */
export const chatChunk = v.object({ ...common, choices: v.fallback(shape.rows(choice), []) });

export type ChatChunk = v.InferOutput<typeof chatChunk>;
