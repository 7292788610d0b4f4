import type { CatalogueModel } from '../catalogue.ts';
import type { ChatMessage, ChatRequest, ChatTool } from './request.ts';
import { lastUserText } from './request.ts';
import { sampleOf } from './sample.ts';
import { tokenize } from './tokens.ts';

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
export function answerTo(request: ChatRequest, model: CatalogueModel): ChatAnswer {
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
 * words, also where an agent puts a note of its own after it, as OpenClaw does: else it would go on for ever.
 */
function toolToCall(request: ChatRequest): ChatTool | undefined {
  const { tools, mustCall, mayCall, messages } = request;
  const [first] = tools;
  if (mustCall !== null) return tools.find((tool) => tool.name === mustCall) ?? first;
  const last = messages.at(-1);
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

function contentFor(request: ChatRequest, model: CatalogueModel): string {
  if (request.schema !== null) return JSON.stringify(sampleOf(request.schema));
  const asked = lastUserText(request);
  if (/\b(ping|pong)\b/i.test(asked)) return 'pong';
  const [start] = asked.trim().split('\n', 1);
  return `${model.name} in the sandbox heard: ${(start ?? '').slice(0, 120)}`;
}
