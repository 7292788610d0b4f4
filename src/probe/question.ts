import type { CatalogModel } from '../catalog/model.ts';
import type { ChatReply } from '../openrouter/chat-reply.ts';
import { parseJson } from '../text/parse-json.ts';

/** What is asked of a link, and how its answer is looked at. */
export interface Question {
  readonly messages: readonly { readonly role: 'user'; readonly content: string }[];
  /** Upper limit of the answer in tokens. */
  readonly maxTokens: number;
  /** What the request holds besides. */
  readonly extra: Readonly<Record<string, unknown>>;
  /** What an answer lacks of what was asked for; null when it lacks nothing. */
  shortfall(reply: ChatReply): string | null;
}

export interface Demands {
  /** The model must call a tool. */
  readonly tools: boolean;
  /** A longer answer must come to its end, with its usage. */
  readonly stream: boolean;
}

/**
 * The smallest request that shows whether a model answers. A model that may reason gets tokens for it: with too few
 * it would stop, and be paid for, before its first word.
 */
export function questionFor(demands: Demands, model: CatalogModel | undefined): Question {
  const thinking = model?.supportedParameters.includes('reasoning') ?? true;
  const room = thinking ? roomToThink : 0;
  if (demands.tools) return toolQuestion(room);
  return demands.stream ? longQuestion(room) : plainQuestion(room);
}

const roomToThink = 512;

function plainQuestion(room: number): Question {
  return {
    messages: [{ role: 'user', content: 'Reply with one word: ready' }],
    maxTokens: 16 + room,
    extra: {},
    shortfall: () => null,
  };
}

function longQuestion(room: number): Question {
  return {
    messages: [{ role: 'user', content: 'Count from 1 to 20 in digits, one number a line.' }],
    maxTokens: 128 + room,
    extra: {},
    shortfall: ({ finishReason, usage }) => {
      if (finishReason === null) return 'The stream did not say why it ended';
      return usage === null ? 'The stream ended without its usage' : null;
    },
  };
}

const toolName = 'report_ready';

function toolQuestion(room: number): Question {
  const parameters = {
    type: 'object',
    properties: { ready: { type: 'boolean' } },
    required: ['ready'],
  };
  const description = 'Report that you are ready';
  return {
    messages: [{ role: 'user', content: `Call ${toolName} with ready set to true.` }],
    maxTokens: 128 + room,
    extra: {
      tools: [{ type: 'function', function: { name: toolName, description, parameters } }],
      tool_choice: 'auto',
    },
    shortfall: ({ toolCalls }) => {
      const call = toolCalls.find(({ name }) => name === toolName);
      if (call === undefined) return 'It answered without calling the tool';
      return isJsonObject(call.arguments)
        ? null
        : 'It called the tool with arguments that are not JSON';
    },
  };
}

function isJsonObject(text: string): boolean {
  try {
    return parseJson(text) instanceof Object;
  } catch {
    return false;
  }
}
