import { isRecord } from '../../platform/record.ts';
import type { CatalogModel } from '../catalog.ts';
import { type Answer, eventStream, type Json, json } from '../http.ts';
import { unixSeconds } from '../ids.ts';
import { type Bill, usageBody } from './bill.ts';
import {
  type ChatMessage,
  type ChatRequest,
  type ChatTool,
  lastUserText,
  tokenize,
} from './request.ts';
import type { Chosen } from './route.ts';

export interface ChatAnswer {
  /** The content, token by token. */
  readonly tokens: readonly string[];
  readonly call: { readonly name: string; readonly arguments: string } | null;
  readonly completionTokens: number;
  readonly finishReason: 'stop' | 'length' | 'tool_calls';
}

export const emptyAnswer: ChatAnswer = {
  tokens: [],
  call: null,
  completionTokens: 0,
  finishReason: 'stop',
};

/** The model's answer; the same question always gets the same one. */
export function answerTo(request: ChatRequest, model: CatalogModel): ChatAnswer {
  const tool = toolToCall(request);
  if (tool !== undefined) return toolAnswer(tool);
  const tokens = tokenize(contentFor(request, model));
  const count = Math.min(request.maxTokens ?? tokens.length, tokens.length);
  return {
    tokens: tokens.slice(0, count),
    call: null,
    completionTokens: count,
    finishReason: count < tokens.length ? 'length' : 'stop',
  };
}

/**
 * Unless the request requires a tool, one is called only if the last message is a person's and contains "call" or "use"
 * with its name or "a tool", so that an agent with a dozen tools does not run one at random. A tool result is answered
 * with text, even if the agent adds a note after it, as OpenClaw does; otherwise the tool loop would never end.
 */
function toolToCall(request: ChatRequest): ChatTool | undefined {
  const { tools, mustCall, mayCall, messages } = request;
  const [first] = tools;
  if (mustCall !== null) return tools.find((tool) => tool.name === mustCall) ?? first;
  const last = messages.findLast(({ role }) => role !== 'system');
  if (!mayCall || last?.role !== 'user' || hasNewResult(messages)) return undefined;
  const named = tools.find((tool) => asksFor(last.text, tool.name));
  return named ?? (/\b(call|use) (a|the|any|your) tool\b/i.test(last.text) ? first : undefined);
}

function asksFor(text: string, name: string): boolean {
  return [`call ${name}`, `use ${name}`].some((words) =>
    text.toLowerCase().includes(words.toLowerCase()),
  );
}

function hasNewResult(messages: readonly ChatMessage[]): boolean {
  const lastAnswer = messages.findLastIndex(({ role }) => role === 'assistant');
  return messages.slice(lastAnswer + 1).some(({ role }) => role === 'tool');
}

function toolAnswer(tool: ChatTool): ChatAnswer {
  const text = JSON.stringify(sampleOf({ type: 'object', ...tool.parameters }));
  return {
    tokens: [],
    call: { name: tool.name, arguments: text },
    completionTokens: tokenize(`${tool.name} ${text}`).length,
    finishReason: 'tool_calls',
  };
}

function contentFor(request: ChatRequest, model: CatalogModel): string {
  if (request.schema !== null) return JSON.stringify(sampleOf(request.schema));
  const asked = lastUserText(request);
  if (/\b(ping|pong)\b/i.test(asked)) return 'pong';
  const [start] = asked.trim().split('\n', 1);
  return `${model.name} in the sandbox received: ${(start ?? '').slice(0, 120)}`;
}

/** A minimal value for a common JSON schema, with only the required members. */
export function sampleOf(schema: unknown): unknown {
  if (!isRecord(schema)) return 'sandbox';
  if ('const' in schema) return schema.const;
  if ('default' in schema) return schema.default;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  const [kind] = Array.isArray(schema.type) ? schema.type : [schema.type];
  switch (kind) {
    case 'number':
    case 'integer':
      return typeof schema.minimum === 'number' ? schema.minimum : 1;
    case 'boolean':
      return true;
    case 'null':
      return null;
    case 'array':
      return Array.from({ length: fewest(schema) }, () => sampleOf(schema.items));
    case 'string':
      return 'sandbox';
    default:
      return sampleObject(schema);
  }
}

function sampleObject(schema: Json): Record<string, unknown> {
  const properties = isRecord(schema.properties) ? schema.properties : {};
  const required = Array.isArray(schema.required) ? schema.required.map(String) : [];
  return Object.fromEntries(required.map((name) => [name, sampleOf(properties[name])]));
}

// Caps the length, since a schema may require a million items.
function fewest({ minItems }: Json): number {
  return typeof minItems === 'number' ? Math.min(Math.max(0, minItems), 10) : 0;
}

/** A served request, ready to be sent as JSON or as a stream. */
export interface Served {
  readonly id: string;
  readonly at: Date;
  readonly chosen: Chosen;
  readonly answer: ChatAnswer;
  readonly bill: Bill;
}

/** The comment that OpenRouter sends to keep a connection alive while it waits for the provider. */
export const processing = ': OPENROUTER PROCESSING';
const done = 'data: [DONE]';

export function plainAnswer(served: Served): Answer {
  const { answer } = served;
  const message = {
    role: 'assistant',
    content: answer.call === null ? answer.tokens.join('') : null,
    refusal: null,
    reasoning: null,
    ...(answer.call === null ? {} : { tool_calls: [toolCall(served)] }),
  };
  return json(
    {
      ...head(served, 'chat.completion'),
      system_fingerprint: null,
      choices: [
        {
          index: 0,
          logprobs: null,
          finish_reason: answer.finishReason,
          native_finish_reason: answer.finishReason,
          message,
        },
      ],
      usage: usageBody(served.bill),
    },
    withServedHeaders(served),
  );
}

export function streamedAnswer(served: Served): Answer {
  const { answer } = served;
  return eventStream(
    [
      processing,
      ...contentChunks(served),
      chunk(served, { role: 'assistant', content: '' }, answer.finishReason),
      { ...head(served, 'chat.completion.chunk'), choices: [], usage: usageBody(served.bill) },
      done,
    ],
    withServedHeaders(served),
  );
}

/** One chunk per token, or two for a tool call: the name, then the arguments. */
export function contentChunks(served: Served): Record<string, unknown>[] {
  const { call, tokens } = served.answer;
  if (call === null) {
    return tokens.map((content) => chunk(served, { role: 'assistant', content }, null));
  }
  const started = { ...toolCall(served), function: { name: call.name, arguments: '' } };
  return [
    chunk(served, { role: 'assistant', content: null, tool_calls: [started] }, null),
    chunk(served, { tool_calls: [{ index: 0, function: { arguments: call.arguments } }] }, null),
  ];
}

export function chunk(
  served: Served,
  delta: Readonly<Record<string, unknown>>,
  finishReason: string | null,
): Record<string, unknown> {
  const choice = { index: 0, delta, finish_reason: finishReason, logprobs: null };
  return { ...head(served, 'chat.completion.chunk'), choices: [choice] };
}

export function withServedHeaders({ id }: Served) {
  return { headers: { 'x-generation-id': id } };
}

/** The common first members of every response object. */
export function head({ id, at, chosen }: Served, object: string): Record<string, unknown> {
  return {
    id,
    provider: chosen.endpoint.provider.name,
    model: chosen.model.id,
    object,
    created: unixSeconds(at),
  };
}

function toolCall({ id, answer }: Served): Record<string, unknown> {
  return { index: 0, id: `call_${id.slice(-20)}`, type: 'function', function: answer.call };
}
