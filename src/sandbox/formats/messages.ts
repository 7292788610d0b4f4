import { isRecord } from '../../platform/record.ts';
import { parseJson } from '../../text/parse-json.ts';
import { processing, type Served, withServedHeaders } from '../chat/answer.ts';
import { usageBody } from '../chat/bill.ts';
import { type ApiError, eventStream, type Json, json, listOf } from '../http.ts';
import { type Format, named } from './format.ts';

/** `POST /messages` */
export const messagesFormat: Format = {
  path: '/messages',
  toChat,
  plain: (served) =>
    json(
      { ...message(served, contentOf(served)), usage: usageOf(served) },
      withServedHeaders(served),
    ),
  streamed: (served) =>
    eventStream(
      [processing, ...[...eventsOf(served), ...endOf(served)].map(named)],
      withServedHeaders(served),
    ),
  broken(served, error, stream) {
    if (!stream) return messagesFormat.error(error);
    const events = [...eventsOf(served), { type: 'error', error: errorOf(error) }];
    return eventStream([processing, ...events.map(named)], withServedHeaders(served));
  },
  error: (error, status = error.status) =>
    json(
      { type: 'error', error: errorOf(error), request_id: null },
      { status, headers: error.details.headers ?? {} },
    ),
};

const errorTypes: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  408: 'timeout_error',
  429: 'rate_limit_error',
  504: 'timeout_error',
  524: 'timeout_error',
  529: 'overloaded_error',
};

function errorOf({ status, message, details: { errorType } }: ApiError): Json {
  const type = errorTypes[status] ?? 'api_error';
  return { type, message, ...(errorType === undefined ? {} : { error_type: errorType }) };
}

function toChat({ system, messages, tools, tool_choice, ...rest }: Json): Json {
  const instructions = typeof system === 'string' ? system : listOf(system).map(partOf);
  const first = system === undefined ? [] : [{ role: 'system', content: instructions }];
  return {
    ...rest,
    messages: [...first, ...listOf(messages).flatMap(messagesOf)],
    tools: listOf(tools).flatMap(toolOf),
    tool_choice: choiceOf(tool_choice),
  };
}

function messagesOf({ role, content }: Json): Json[] {
  if (typeof content === 'string') return [{ role, content }];
  const blocks = listOf(content);
  const isResult = (block: Json) => block.type === 'tool_result';
  const others = blocks.filter((block) => !isResult(block));
  return [
    ...blocks.filter(isResult).map(({ content: given, cache_control }) => ({
      role: 'tool',
      content: typeof given === 'string' ? given : listOf(given),
      cache_control,
    })),
    ...(others.length === 0 ? [] : [{ role, content: others.map(partOf) }]),
  ];
}

function partOf(block: Json): Json {
  switch (block.type) {
    case 'image':
      return { ...block, type: 'image_url' };
    case 'document':
      return { ...block, type: 'file', file: {} };
    case 'tool_use':
      return { ...block, type: 'text', text: JSON.stringify(block.input ?? {}) };
    default:
      return block;
  }
}

/** Drops tools that OpenRouter would run, except web search. */
function toolOf(tool: Json): Json[] {
  if (/^(openrouter:)?web_search/.test(String(tool.type))) return [tool];
  if (tool.type !== undefined && tool.type !== 'custom') return [];
  const { name, input_schema: parameters, cache_control } = tool;
  return [{ type: 'function', function: { name, parameters }, cache_control }];
}

function choiceOf(choice: unknown): unknown {
  if (!isRecord(choice)) return undefined;
  if (choice.type === 'tool') return { function: { name: choice.name } };
  return choice.type === 'any' ? 'required' : choice.type;
}

const stopReasons = { stop: 'end_turn', length: 'max_tokens', tool_calls: 'tool_use' } as const;

function message(served: Served, content: readonly Json[]): Json {
  const { id, chosen, answer } = served;
  return {
    id,
    type: 'message',
    role: 'assistant',
    container: null,
    content,
    model: chosen.model.id,
    provider: chosen.endpoint.provider.name,
    stop_details: null,
    stop_reason: stopReasons[answer.finishReason],
    stop_sequence: null,
  };
}

function contentOf(served: Served): Json[] {
  const { call, tokens } = served.answer;
  if (call !== null) return [{ ...toolUse(served), input: parseJson(call.arguments) }];
  return tokens.length === 0 ? [] : [{ type: 'text', text: tokens.join(''), citations: null }];
}

function toolUse({ id, answer }: Served): Json {
  const caller = { type: 'direct' };
  return {
    type: 'tool_use',
    id: `toolu_${id.slice(-20)}`,
    name: answer.call?.name,
    input: {},
    caller,
  };
}

function usageOf({ bill }: Served): Json {
  const {
    prompt_tokens,
    completion_tokens,
    prompt_tokens_details: details,
    ...usage
  } = usageBody(bill);
  const { cached_tokens: read = 0, cache_write_tokens: written = 0 } = isRecord(details)
    ? details
    : {};
  const { cost, is_byok, cost_details } = usage;
  return {
    input_tokens: Number(prompt_tokens) - Number(read) - Number(written),
    output_tokens: completion_tokens,
    cache_read_input_tokens: read,
    cache_creation_input_tokens: written,
    cache_creation: null,
    inference_geo: null,
    output_tokens_details: null,
    server_tool_use: null,
    service_tier: 'standard',
    cost,
    is_byok,
    cost_details,
  };
}

/** All events before the last ones. */
function eventsOf(served: Served): Json[] {
  const usage = { ...usageOf(served), output_tokens: 1, cost: null };
  const begun = { ...message(served, []), stop_reason: null, usage };
  return [{ type: 'message_start', message: begun }, { type: 'ping' }, ...blockEvents(served)];
}

function blockEvents(served: Served): Json[] {
  const { call, tokens } = served.answer;
  if (call === null && tokens.length === 0) return [];
  const deltas =
    call === null
      ? tokens.map((text) => ({ type: 'text_delta', text }))
      : [{ type: 'input_json_delta', partial_json: call.arguments }];
  const block = call === null ? { type: 'text', text: '', citations: null } : toolUse(served);
  return [
    { type: 'content_block_start', index: 0, content_block: block },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index: 0, delta })),
    { type: 'content_block_stop', index: 0 },
  ];
}

function endOf(served: Served): Json[] {
  const { stop_reason, stop_details, stop_sequence, container } = message(served, []);
  return [
    {
      type: 'message_delta',
      delta: { stop_reason, stop_details, stop_sequence, container },
      usage: usageOf(served),
    },
    { type: 'message_stop' },
  ];
}
