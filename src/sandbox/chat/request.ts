import { isRecord } from '../../platform/record.ts';
import { invalid, type Json } from '../http.ts';
import { hashNumber } from '../ids.ts';

export interface ChatMessage {
  readonly role: string;
  /** All text of the message; "" if there is none. */
  readonly text: string;
}

export interface ChatTool {
  readonly name: string;
  /** JSON schema of the arguments. */
  readonly parameters: Json;
}

export interface ChatRequest {
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  readonly stream: boolean;
  /** In tokens; null without a cap. */
  readonly maxTokens: number | null;
  readonly tools: readonly ChatTool[];
  /** The tool that must be called, "any" for any of them, null if none is required. */
  readonly mustCall: string | null;
  readonly mayCall: boolean;
  /** JSON schema that the content must satisfy; null for free text. */
  readonly schema: Json | null;
  readonly provider: Json;
  /** The body as received. */
  readonly body: Json;
}

/** Throws OpenRouter's 400 for a body of the wrong shape. */
export function parseChatRequest(json: Json): ChatRequest {
  const choice = json.tool_choice;
  checkSampling(json);
  return {
    model: modelOf(json),
    messages: messagesOf(json.messages),
    stream: flag(json.stream, 'stream'),
    maxTokens: number(json.max_tokens ?? json.max_completion_tokens, 'max_tokens', 1, 1e9),
    tools: toolsOf(json.tools),
    mustCall: choice === 'required' ? 'any' : namedTool(choice),
    mayCall: choice !== 'none',
    schema: schemaOf(json.response_format),
    provider: isRecord(json.provider) ? json.provider : {},
    body: json,
  };
}

/** The text of the last message that a person wrote. */
export function lastUserText({ messages }: ChatRequest): string {
  return messages.findLast((message) => message.role === 'user')?.text ?? '';
}

/** An index below `count` that depends only on the conversation. */
export function pickByText(request: ChatRequest, count: number): number {
  return hashNumber(lastUserText(request), count);
}

function modelOf(json: Json): string {
  const [first] = Array.isArray(json.models) ? json.models : [];
  const model = json.model ?? first ?? 'openrouter/auto';
  if (typeof model === 'string' && model !== '') return model;
  throw invalid('model: expected a string');
}

function messagesOf(value: unknown): ChatMessage[] {
  if (!Array.isArray(value) || value.length === 0) {
    throw invalid('messages: expected at least one');
  }
  return value.map((message: unknown, index) => {
    if (!isRecord(message) || typeof message.role !== 'string') {
      throw invalid(`messages[${index}].role: expected a string`);
    }
    return { role: message.role, text: contentText(message.content, index) };
  });
}

function contentText(content: unknown, index: number): string {
  if (content === undefined || content === null) return '';
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) throw invalid(`messages[${index}].content: expected text or parts`);
  return content
    .map((part: unknown) => (isRecord(part) && typeof part.text === 'string' ? part.text : ''))
    .join('');
}

function toolsOf(value: unknown): ChatTool[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw invalid('tools: expected a list');
  return value
    .filter((tool) => !isServerTool(tool))
    .map((tool: unknown, index) => {
      const declared = isRecord(tool) ? tool.function : undefined;
      if (!isRecord(declared) || typeof declared.name !== 'string') {
        throw invalid(`tools[${index}].function.name: expected a string`);
      }
      return {
        name: declared.name,
        parameters: isRecord(declared.parameters) ? declared.parameters : {},
      };
    });
}

/** A tool that OpenRouter runs. The sandbox only has web search. */
function isServerTool(tool: unknown): boolean {
  return isRecord(tool) && /^(openrouter:)?web_search/.test(String(tool.type));
}

function namedTool(choice: unknown): string | null {
  const declared = isRecord(choice) ? choice.function : undefined;
  return isRecord(declared) && typeof declared.name === 'string' ? declared.name : null;
}

function schemaOf(format: unknown): Json | null {
  if (!isRecord(format) || format.type === 'text') return null;
  const declared = isRecord(format.json_schema) ? format.json_schema.schema : undefined;
  return isRecord(declared) ? declared : { type: 'object' };
}

function checkSampling(json: Json): void {
  number(json.temperature, 'temperature', 0, 2);
  number(json.top_p, 'top_p', 0, 1);
  number(json.frequency_penalty, 'frequency_penalty', -2, 2);
  number(json.presence_penalty, 'presence_penalty', -2, 2);
}

function number(value: unknown, name: string, min: number, max: number): number | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'number' && value >= min && value <= max) return value;
  throw invalid(`${name}: expected a number between ${min} and ${max}`);
}

function flag(value: unknown, name: string): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value === 'boolean') return value;
  throw invalid(`${name}: expected true or false`);
}

/** Splits a text into pieces of up to six characters, roughly like a tokenizer for English. */
export function tokenize(text: string): string[] {
  return text.match(/\s?[^\s]{1,6}|\s/gu) ?? [];
}

/** Tokens of a conversation, with four more per message for its frame, as with OpenAI's models. */
export function countPrompt(messages: readonly ChatMessage[]): number {
  return messages.reduce((sum, { text }) => sum + 4 + tokenize(text).length, 3);
}
