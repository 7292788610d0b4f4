import { isRecord } from '../../platform/record.ts';
import { processing, type Served, withServedHeaders } from '../chat/answer.ts';
import { usageBody } from '../chat/bill.ts';
import { errorAnswer, eventStream, type Json, json, listOf } from '../http.ts';
import { unixSeconds } from '../ids.ts';
import { type Format, named } from './format.ts';

/** `POST /responses` */
export const responsesFormat: Format = {
  path: '/responses',
  toChat,
  plain: (served) => json(response(served, outputOf(served)), withServedHeaders(served)),
  streamed: (served) =>
    eventStream(
      [processing, ...numbered([...eventsOf(served), finalEvent(served)])],
      withServedHeaders(served),
    ),
  broken(served, { message }, stream) {
    const error = { code: 'server_error', message };
    const failed = { ...response(served, []), status: 'failed', error };
    const options = withServedHeaders(served);
    if (!stream) return json(failed, options);
    const events = [...eventsOf(served), { type: 'response.failed', response: failed }];
    return eventStream([processing, ...numbered(events)], options);
  },
  error: errorAnswer,
};

function toChat(body: Json): Json {
  const { input, instructions, max_output_tokens, tools, tool_choice, text, ...rest } = body;
  const asked = typeof input === 'string' ? [{ role: 'user', content: input }] : listOf(input);
  const system =
    typeof instructions === 'string' ? [{ role: 'system', content: instructions }] : [];
  const format = isRecord(text) && isRecord(text.format) ? text.format : undefined;
  const { type, ...schema } = format ?? {};
  return {
    ...rest,
    messages: [...system, ...asked.flatMap(messageOf)],
    ...(max_output_tokens === undefined ? {} : { max_tokens: max_output_tokens }),
    tools: listOf(tools).flatMap(toolOf),
    tool_choice: isRecord(tool_choice) ? { function: tool_choice } : tool_choice,
    ...(format === undefined ? {} : { response_format: { type, json_schema: schema } }),
  };
}

function messageOf({ type, role, content, output, arguments: given, cache_control }: Json): Json[] {
  if (type === 'function_call_output' || type === 'custom_tool_call_output') {
    return [{ role: 'tool', content: typeof output === 'string' ? output : listOf(output) }];
  }
  if (typeof role !== 'string') return [{ role: 'assistant', content: String(given ?? '') }];
  const parts = typeof content === 'string' ? content : listOf(content).map(partOf);
  return [{ role, content: parts, ...(cache_control === undefined ? {} : { cache_control }) }];
}

function partOf(part: Json): Json {
  if (part.type === 'input_image') return { ...part, type: 'image_url' };
  if (part.type === 'input_file') return { ...part, type: 'file', file: part };
  return part;
}

/** Drops tools that OpenRouter would run, except web search. */
function toolOf(tool: Json): Json[] {
  if (/^(openrouter:)?web_search/.test(String(tool.type))) return [tool];
  const { name, parameters = { properties: { input: { type: 'string' } }, required: ['input'] } } =
    tool;
  const isOwn = tool.type === 'function' || tool.type === 'custom';
  return isOwn ? [{ type: 'function', function: { name, parameters } }] : [];
}

function response(served: Served, output: readonly Json[]): Json {
  const { id, at, chosen, answer } = served;
  const isCut = answer.finishReason === 'length';
  return {
    id,
    object: 'response',
    created_at: unixSeconds(at),
    completed_at: isCut ? null : unixSeconds(at),
    status: isCut ? 'incomplete' : 'completed',
    error: null,
    incomplete_details: isCut ? { reason: 'max_output_tokens' } : null,
    instructions: null,
    metadata: null,
    model: chosen.model.id,
    output,
    parallel_tool_calls: true,
    tool_choice: 'auto',
    tools: [],
    temperature: null,
    top_p: null,
    presence_penalty: null,
    frequency_penalty: null,
    usage: usageOf(served),
  };
}

function usageOf({ bill }: Served): Json {
  const { prompt_tokens, completion_tokens, total_tokens, ...usage } = usageBody(bill);
  const { prompt_tokens_details, cost, is_byok } = usage;
  return {
    input_tokens: prompt_tokens,
    output_tokens: completion_tokens,
    total_tokens,
    input_tokens_details: prompt_tokens_details,
    output_tokens_details: { reasoning_tokens: 0 },
    cost,
    is_byok,
    cost_details: {
      upstream_inference_cost: null,
      upstream_inference_input_cost: Number(bill.promptCost.toFixed()),
      upstream_inference_output_cost: Number(bill.completionCost.toFixed()),
    },
  };
}

function outputOf(served: Served): Json[] {
  const { id, answer } = served;
  if (answer.call !== null) return [callItem(served, answer.call.arguments)];
  if (answer.tokens.length === 0) return [];
  const part = { type: 'output_text', text: answer.tokens.join(''), annotations: [] };
  return [
    {
      type: 'message',
      id: `msg_${id.slice(-20)}`,
      role: 'assistant',
      status: 'completed',
      content: [part],
    },
  ];
}

function callItem({ id, answer }: Served, given: string): Json {
  return {
    type: 'function_call',
    id: `fc_${id.slice(-20)}`,
    call_id: `call_${id.slice(-20)}`,
    name: answer.call?.name ?? '',
    arguments: given,
    status: 'completed',
  };
}

/** All events before the last one. */
function eventsOf(served: Served): Json[] {
  const { usage: _, ...whole } = response(served, []);
  const unfinished = { status: 'in_progress', completed_at: null, incomplete_details: null };
  const begun = { ...whole, ...unfinished };
  const start = ['response.created', 'response.in_progress'].map((type) => ({
    type,
    response: begun,
  }));
  return [...start, ...(served.answer.call === null ? textEvents(served) : callEvents(served))];
}

function textEvents(served: Served): Json[] {
  const [item] = outputOf(served);
  if (item === undefined) return [];
  const text = served.answer.tokens.join('');
  const place = { item_id: item.id, output_index: 0, content_index: 0 };
  const part = { type: 'output_text', text: '', annotations: [] };
  return [
    {
      type: 'response.output_item.added',
      output_index: 0,
      item: { ...item, status: 'in_progress', content: [] },
    },
    { type: 'response.content_part.added', ...place, part },
    ...served.answer.tokens.map((delta) => ({
      type: 'response.output_text.delta',
      ...place,
      delta,
      logprobs: [],
    })),
    { type: 'response.output_text.done', ...place, text, logprobs: [] },
    { type: 'response.content_part.done', ...place, part: { ...part, text } },
    { type: 'response.output_item.done', output_index: 0, item },
  ];
}

function callEvents(served: Served): Json[] {
  const given = served.answer.call?.arguments ?? '';
  const item = callItem(served, given);
  const place = { item_id: item.id, output_index: 0 };
  return [
    {
      type: 'response.output_item.added',
      output_index: 0,
      item: { ...item, arguments: '', status: 'in_progress' },
    },
    { type: 'response.function_call_arguments.delta', ...place, delta: given },
    {
      type: 'response.function_call_arguments.done',
      ...place,
      arguments: given,
      name: item.name,
    },
    { type: 'response.output_item.done', output_index: 0, item },
  ];
}

function finalEvent(served: Served): Json {
  const whole = response(served, outputOf(served));
  return { type: `response.${String(whole.status)}`, response: whole };
}

function numbered(events: readonly Json[]): string[] {
  return events.map((event, i) => named({ ...event, sequence_number: i }));
}
