import * as v from 'valibot';
import { shaped } from '../answer.ts';
import {
  asWhole,
  type ChatChunk,
  chunkWith,
  served,
  type UsageShape,
  usageDetails,
} from '../chat-shapes.ts';
import * as shape from '../shapes.ts';
import type { AnswerFormat, AnswerPart } from './format.ts';

/** `POST /responses` (OpenRouter's API description; OpenAI's page "Responses"). */
export const responsesFormat: AnswerFormat = {
  name: 'responses',
  path: '/responses',
  readAnswer(reader, body) {
    const part = partOf(shaped(reader, wholeResponse, body), true);
    return { ...part, chunk: asWhole(part.chunk) };
  },
  readEvent: (reader, body) => partOfEvent(shaped(reader, event, body)),
};

const item = v.object({
  type: shape.text,
  name: shape.rawText,
  arguments: shape.rawText,
  input: shape.rawText,
  content: v.fallback(shape.rows(v.object({ text: shape.rawText, refusal: shape.rawText })), []),
});

type Item = v.InferOutput<typeof item>;

const usageShape = v.object({
  ...usageDetails,
  input_tokens: shape.count,
  output_tokens: shape.count,
  input_tokens_details: v.fallback(
    v.object({ cached_tokens: shape.count, cache_write_tokens: shape.count }),
    { cached_tokens: null, cache_write_tokens: null },
  ),
});

const responseMembers = {
  id: shape.rawText,
  model: shape.rawText,
  status: shape.text,
  error: shape.record,
  error_type: shape.text,
  incomplete_details: v.fallback(v.object({ reason: shape.text }), { reason: null }),
  usage: v.fallback(v.nullable(usageShape), null),
  openrouter_metadata: v.fallback(v.nullable(served), null),
};

const response = v.object({ ...responseMembers, output: v.fallback(shape.rows(item), []) });
const wholeResponse = v.object({ ...responseMembers, output: shape.rows(item) });

type Response = v.InferOutput<typeof response>;

const event = v.object({
  type: shape.text,
  response: v.fallback(v.nullable(response), null),
  item: v.fallback(v.nullable(item), null),
  output_index: shape.number,
  delta: shape.rawText,
  code: shape.text,
  message: shape.rawText,
  error: shape.record,
});

type Event = v.InferOutput<typeof event>;

const last = /^response\.(completed|incomplete|failed|cancelled)$/;

function partOfEvent(each: Event): AnswerPart {
  const { type, response, code, message } = each;
  if (type === 'error' || each.error !== null) {
    const error = each.error ?? { code, message };
    return { chunk: chunkWith({}), error: { error }, isLast: false };
  }
  if (response === null) return { chunk: chunkOfDelta(each), error: null, isLast: false };
  // The output was already received in earlier events.
  return partOf({ ...response, output: [] }, last.test(type ?? ''));
}

function partOf(response: Response, isLast: boolean): AnswerPart {
  const { id, model, usage, openrouter_metadata, error, error_type } = response;
  const chunk = chunkWith({
    id,
    model,
    openrouter_metadata,
    usage: usage === null ? null : usageOf(usage),
    part: { ...joined(response.output) },
    finishReason: isLast ? finishReasonOf(response) : null,
  });
  const failed = response.status === 'failed' || error !== null;
  const body = { error: { ...(error ?? { code: 'server_error' }), error_type } };
  return { chunk, error: failed ? body : null, isLast: isLast && !failed };
}

function usageOf(usage: v.InferOutput<typeof usageShape>): UsageShape {
  const { input_tokens, output_tokens, input_tokens_details, ...details } = usage;
  return {
    ...details,
    prompt_tokens: input_tokens,
    completion_tokens: output_tokens,
    prompt_tokens_details: input_tokens_details,
  };
}

function finishReasonOf({ incomplete_details: { reason }, output }: Response): string {
  if (reason === 'max_output_tokens') return 'length';
  return reason ?? (output.some(({ type }) => isClientCall(type)) ? 'tool_calls' : 'stop');
}

/** Calls that the client answers; OpenRouter runs all others itself. */
function isClientCall(type: string | null): boolean {
  return /^(function|custom_tool|local_shell|shell|apply_patch|computer)_call$/.test(type ?? '');
}

/** Output that is neither text nor a call, such as an image, also counts as an answer. */
function isOther(type: string | null): boolean {
  return (
    type === 'image_generation_call' ||
    !/^(message|reasoning|openrouter:.*|mcp_.*|.*_call)$/.test(type ?? 'message')
  );
}

function joined(items: readonly Item[]) {
  const contents = items.filter(({ type }) => type === 'message').flatMap(({ content }) => content);
  const refusals = contents.flatMap(({ refusal }) => refusal ?? []);
  return {
    content: contents.map(({ text }) => text ?? '').join(''),
    refusal: refusals.length === 0 ? null : refusals.join(''),
    hasReasoning: items.some(({ type }) => type === 'reasoning'),
    hasMedia: items.some(({ type }) => isOther(type)),
    toolCalls: items.flatMap((each, index) => callOf(each, index)),
  };
}

function callOf({ type, name, arguments: given, input }: Item, index: number | null) {
  return isClientCall(type) ? [{ index, function: { name, arguments: given ?? input } }] : [];
}

function chunkOfDelta({ type, delta, item, output_index: index }: Event): ChatChunk {
  switch (type) {
    case 'response.output_text.delta':
      return chunkWith({ part: { content: delta ?? '' } });
    case 'response.refusal.delta':
      return chunkWith({ part: { refusal: delta } });
    case 'response.output_item.added':
      return item === null
        ? chunkWith({})
        : chunkWith({ part: { toolCalls: callOf({ ...item, arguments: '' }, index) } });
    case 'response.output_item.done':
      return chunkWith({ part: { hasMedia: item !== null && isOther(item.type) } });
    default:
      return chunkWith({
        part: { hasReasoning: /^response\.reasoning.*\.delta$/.test(type ?? '') },
      });
  }
}
