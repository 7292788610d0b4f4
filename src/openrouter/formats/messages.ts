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
import { isErrorBody } from '../error-body.ts';
import * as shape from '../shapes.ts';
import type { AnswerFormat, AnswerPart } from './format.ts';

/** `POST /messages` (OpenRouter's API description; Anthropic's page "Messages"). */
export const messagesFormat: AnswerFormat = {
  name: 'messages',
  path: '/messages',
  readAnswer: (reader, body) => ({
    chunk: asWhole(chunkOfMessage(shaped(reader, wholeMessage, body))),
    error: isErrorBody(body) ? body : null,
    isLast: true,
  }),
  readEvent: (reader, body) => partOfEvent(shaped(reader, event, body), body),
};

const block = v.object({
  type: shape.text,
  text: shape.rawText,
  name: shape.rawText,
  thinking: shape.rawText,
});

type Block = v.InferOutput<typeof block>;

const usageShape = v.object({
  ...usageDetails,
  input_tokens: shape.count,
  output_tokens: shape.count,
  cache_read_input_tokens: shape.count,
  cache_creation_input_tokens: shape.count,
});

const members = {
  id: shape.rawText,
  model: shape.rawText,
  provider: shape.rawText,
  stop_reason: shape.text,
  usage: v.fallback(v.nullable(usageShape), null),
  openrouter_metadata: v.fallback(v.nullable(served), null),
};

const message = v.object({ ...members, content: v.fallback(shape.rows(block), []) });
const wholeMessage = v.object({ ...members, content: shape.rows(block) });

const delta = v.object({
  type: shape.text,
  text: shape.rawText,
  stop_reason: shape.text,
});

const event = v.object({
  type: shape.text,
  index: shape.number,
  message: v.fallback(v.nullable(message), null),
  content_block: v.fallback(v.nullable(block), null),
  delta: v.fallback(v.nullable(delta), null),
  usage: v.fallback(v.nullable(usageShape), null),
  openrouter_metadata: v.fallback(v.nullable(served), null),
});

type Event = v.InferOutput<typeof event>;

function partOfEvent(each: Event, body: unknown): AnswerPart {
  const error = isErrorBody(body) ? body : null;
  return { chunk: chunkOfEvent(each), error, isLast: each.type === 'message_stop' };
}

function chunkOfEvent(each: Event): ChatChunk {
  const { type, index, message, content_block, delta, usage, openrouter_metadata } = each;
  switch (type) {
    case 'message_start':
      return message === null ? chunkWith({}) : chunkOfMessage(message);
    case 'content_block_start':
      return chunkWith({
        part: partOf(content_block === null ? [] : [{ block: content_block, index }]),
      });
    case 'content_block_delta':
      return chunkWith({
        part: {
          content: delta?.text ?? '',
          hasReasoning: delta?.type === 'thinking_delta',
        },
      });
    default:
      return chunkWith({
        openrouter_metadata,
        usage: usage === null ? null : usageOf(usage),
        part: { hasMedia: isPause(delta?.stop_reason ?? null) },
        finishReason: finishReasonOf(delta?.stop_reason ?? null),
      });
  }
}

function chunkOfMessage({
  content,
  stop_reason,
  usage,
  ...rest
}: v.InferOutput<typeof message>): ChatChunk {
  const part = partOf(content.map((each, index) => ({ block: each, index })));
  return chunkWith({
    ...rest,
    usage: usage === null ? null : usageOf(usage),
    part: { ...part, hasMedia: part.hasMedia || isPause(stop_reason) },
    finishReason: finishReasonOf(stop_reason),
  });
}

interface Placed {
  readonly block: Block;
  readonly index: number | null;
}

function partOf(blocks: readonly Placed[]) {
  const types = blocks.map(({ block: { type } }) => type ?? '');
  return {
    content: blocks
      .map(({ block: { type, text } }) => (type === 'text' ? (text ?? '') : ''))
      .join(''),
    hasReasoning: types.some((type) => /^(redacted_)?thinking$/.test(type)),
    hasMedia: types.some((type) => /^(compaction|container_upload)$/.test(type)),
    toolCalls: blocks.flatMap(({ block: { type, name }, index }) =>
      type === 'tool_use' ? [{ index, function: { name, arguments: '' } }] : [],
    ),
  };
}

/** Whether the client must send the answer back for the model to continue. */
function isPause(reason: string | null): boolean {
  return reason === 'pause_turn' || reason === 'compaction';
}

const finishReasons: ReadonlyMap<string, string> = new Map([
  ['max_tokens', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['refusal', 'content_filter'],
  ['tool_use', 'tool_calls'],
]);

function finishReasonOf(reason: string | null): string | null {
  return reason === null ? null : (finishReasons.get(reason) ?? 'stop');
}

/** Anthropic counts cached tokens separately from `input_tokens`. */
function usageOf(usage: v.InferOutput<typeof usageShape>): UsageShape {
  const { input_tokens, output_tokens, ...rest } = usage;
  const { cache_read_input_tokens: read, cache_creation_input_tokens: written, ...details } = rest;
  return {
    ...details,
    prompt_tokens: input_tokens === null ? null : input_tokens + (read ?? 0) + (written ?? 0),
    completion_tokens: output_tokens,
    prompt_tokens_details: { cached_tokens: read, cache_write_tokens: written },
  };
}
