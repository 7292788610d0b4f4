import { expect, test } from 'vitest';
import { sendChat } from '../../src/openrouter/chat.ts';
import type { ChatReply } from '../../src/openrouter/chat-reply.ts';
import { createClient } from '../../src/openrouter/client.ts';
import type { Clock } from '../../src/platform/deps.ts';
import { judge } from '../../src/routing/outcomes.ts';
import { type FaultName, faultNames, isFaultName } from '../../src/sandbox/faults.ts';
import { handClock, hello, start } from './start.ts';

const judged: Record<FaultName, string> = {
  '400': 'bad_request',
  '401': 'auth',
  '402': 'billing',
  '403': 'moderation',
  '404': 'not_found',
  '408': 'timeout',
  '429': 'rate_limit',
  '500': 'unavailable',
  '502': 'unavailable',
  '503': 'unavailable',
  '504': 'timeout',
  '524': 'timeout',
  '529': 'unavailable',
  negative: 'billing',
  workspace: 'key_limit',
  'free-quota': 'rate_limit',
  'key-limit': 'key_limit',
  'key-limit-402': 'key_limit',
  'no-endpoints': 'no_endpoints',
  timeout: 'timeout',
  reset: 'network',
  slow: 'ok',
  empty: 'empty',
  garbage: 'garbled',
  error200: 'unavailable',
  midstream: 'cut_off',
  cut: 'garbled',
  unfinished: 'garbled',
};

test.each(Object.keys(faultNames).filter(isFaultName))(
  'our own client reads a plain %s as the outcome that it simulates',
  async (name) => {
    // Of a plain answer nothing was seen before its end, so it is judged by its error.
    const wanted = name === 'midstream' ? 'unavailable' : judged[name];
    expect(judge(await replyTo(name, false)).name).toBe(wanted);
  },
);

test.each(Object.keys(faultNames).filter(isFaultName))(
  'our own client reads a streamed %s as the outcome that it simulates',
  async (name) => {
    // A stream that is cut has already given tokens.
    const wanted = name === 'cut' || name === 'unfinished' ? 'cut_off' : judged[name];
    expect(judge(await replyTo(name, true)).name).toBe(wanted);
  },
);

async function replyTo(name: FaultName, stream: boolean): Promise<ChatReply> {
  const value = name === 'slow' ? 5 : null;
  const sandbox = await start({ faults: [{ target: '*', name, value, times: 1 }] });
  const client = createClient({
    baseUrl: sandbox.url,
    apiKey: sandbox.key,
    fetch,
    clock: name === 'timeout' ? handClock() : neverFiringClock(),
    timeoutMs: 5000,
  });
  return sendChat(client, { body: { model: 'openai/gpt-4o', messages: hello }, stream });
}

/** A deadline that never comes. */
function neverFiringClock(): Clock {
  return { ...handClock(), sleep: (_ms, signal) => until(signal) };
}

function until(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((_resolve, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
