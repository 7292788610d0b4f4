import { isRecord } from '../../src/platform/record.ts';

const marker = { type: 'ephemeral' };
const turns = 20;

type Messages = readonly Readonly<Record<string, unknown>>[];

/** Where a conversation is held. */
export interface Way {
  readonly url: string;
  readonly key: string;
  readonly model: string;
  /** The client sets the markers that OpenClaw sets at OpenRouter's own address. */
  readonly marks: boolean;
}

/**
 * What 20 turns of an agent cost, in USD, as the answers state it: 20,000 tokens of system prompt and tools, and 150 more
 * each turn.
 */
export async function conversationCost({ url, key, model, marks }: Way): Promise<number> {
  const messages: Record<string, unknown>[] = [{ role: 'system', content: system }];
  let usd = 0;
  for (let turn = 1; turn <= turns; turn += 1) {
    messages.push({ role: 'user', content: `Question ${turn}: ${'and why '.repeat(50)}` });
    const answer = await fetch(`${url}/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
      body: JSON.stringify({
        model,
        tools: marks ? marked(tools) : tools,
        messages: marks ? asHost(messages) : messages,
        max_tokens: 40,
      }),
    });
    const body: unknown = await answer.json();
    if (!isRecord(body) || !isRecord(body.usage)) throw new Error('No answer');
    usd += Number(body.usage.cost);
    messages.push({ role: 'assistant', content: `The answer to question ${turn}` });
  }
  return usd;
}

const system = 'You are an agent and do this. '.repeat(2_000);
const tools = Array.from({ length: 40 }, (_, i) => ({
  type: 'function',
  function: { name: `tool_${i}`, description: 'does this and that. '.repeat(20), parameters: {} },
}));

/** On the system prompt and the last message of a person. */
function asHost(messages: Messages): Messages {
  const last = messages.length - 1;
  return messages.map((message, i) =>
    i === 0 || i === last
      ? { ...message, content: [{ type: 'text', text: message.content, cache_control: marker }] }
      : message,
  );
}

function marked(list: Messages): Messages {
  return list.map((each, i) => (i === list.length - 1 ? { ...each, cache_control: marker } : each));
}
