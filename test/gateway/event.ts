import type { RequestEvent } from '../../src/gateway/event.ts';

/** A request that went well, but for what is given. */
export function requestEvent(given: Partial<RequestEvent> = {}): RequestEvent {
  return {
    type: 'request',
    entry: 'main',
    channel: null,
    role: 'primary',
    model: 'a/b',
    reason: 'asked',
    failed: [],
    outcome: 'ok',
    status: 200,
    stream: false,
    attempts: 1,
    waitedMs: 0,
    provider: null,
    providerAttempts: [],
    ttftMs: null,
    totalMs: 100,
    promptTokens: 10,
    completionTokens: 5,
    cache: null,
    costUsd: '0.00001',
    message: null,
    ...given,
  };
}
