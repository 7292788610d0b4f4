import type { Answer } from '../http.ts';
import { eventStream, json } from '../http.ts';
import { unixSeconds } from '../ids.ts';
import type { ChatAnswer } from './answer.ts';
import type { Bill } from './bill.ts';
import { usageBody } from './bill.ts';
import type { Chosen } from './route.ts';

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
