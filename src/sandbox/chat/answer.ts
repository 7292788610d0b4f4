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

/** What the model says: the same to the same question. */
export function answerTo(request: ChatRequest, model: CatalogModel): ChatAnswer {
  const tool = toolToCall(request);
  if (tool !== undefined) return toolAnswer(tool);
  const tokens = tokenize(contentFor(request, model));
  const most = Math.min(request.maxTokens ?? tokens.length, tokens.length);
  return {
    tokens: tokens.slice(0, most),
    call: null,
    completionTokens: most,
    finishReason: most < tokens.length ? 'length' : 'stop',
  };
}

/**
 * Unless the request insists, a tool is called only when the last word is a person's and says "call" or "use" and its
 * name, or "a tool": an agent with a dozen tools must not run one at random. What a tool gave back is answered in
 * words, also where an agent puts a note of its own after it, as OpenClaw does: else it would go on forever.
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

/** The plainest value that satisfies a JSON schema of the common kind: its required members, nothing more. */
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

// Nobody needs a sample of a million.
function fewest({ minItems }: Json): number {
  return typeof minItems === 'number' ? Math.min(Math.max(0, minItems), 10) : 0;
}

/** A request that was served, ready to be written in either form. */
export interface Served {
  readonly id: string;
  readonly at: Date;
  readonly chosen: Chosen;
  readonly answer: ChatAnswer;
  readonly bill: Bill;
}

/** The comment line that keeps a connection alive while a provider thinks. */
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
    { headers: servedHeaders(served) },
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
    { headers: servedHeaders(served) },
  );
}

/** One chunk a token, or the two of a tool call: its name, then its arguments. */
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

export function servedHeaders(served: Served): Record<string, string> {
  return { 'x-generation-id': served.id };
}

/** What every object of an answer begins with. */
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
