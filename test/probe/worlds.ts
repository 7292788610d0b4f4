import type { ChatReply } from '../../src/openrouter/chat-reply.ts';
import type { LinkReport } from '../../src/probe/report.ts';
import { outcomes } from '../../src/routing/outcomes.ts';
import type { Entry } from '../../src/setup-file/entry.ts';
import { entry } from '../routing/entry.ts';

/** An entry without settings, but for what is given. */
export function entryOf(given: Partial<Entry> = {}): Entry {
  return entry({ defaultModel: 'anthropic/claude-sonnet-4', ...given });
}

export function answer(given: Partial<ChatReply> = {}): ChatReply {
  return {
    status: 200,
    failure: null,
    afterFirstToken: false,
    id: 'gen-1',
    model: 'anthropic/claude-sonnet-4',
    providerAttempts: [],
    provider: 'Anthropic',
    content: 'ready',
    hasToolCalls: false,
    toolCalls: [],
    hasReasoning: false,
    hasMedia: false,
    refusal: null,
    finishReason: 'stop',
    usage: {
      promptTokens: 10,
      completionTokens: 1,
      cachedTokens: null,
      cacheWriteTokens: null,
      costUsd: '0.0001',
    },
    ttftMs: 10,
    totalMs: 20,
    retryAfterMs: null,
    ...given,
  };
}

/** A reply that is an error with this status. */
export function failing(status: number, message = 'no', given: Partial<ChatReply> = {}): ChatReply {
  return answer({
    status,
    content: '',
    model: null,
    provider: null,
    finishReason: null,
    usage: null,
    ttftMs: null,
    failure: {
      kind: 'http',
      status,
      message,
      code: null,
      errorType: null,
      availability: null,
      limitRemaining: null,
      retryAfterMs: given.retryAfterMs ?? null,
      provider: null,
      isExplained: true,
    },
    ...given,
  });
}

/** A link's report: `ok` unless another outcome is named. */
export function linkOf(
  role: LinkReport['role'],
  model: string,
  given: Partial<LinkReport> = {},
): LinkReport {
  const row = outcomes.find(({ name }) => name === (given.outcome ?? 'ok'));
  return {
    role,
    model,
    outcome: 'ok',
    level: row?.level ?? null,
    ok: row?.name === 'ok',
    attempts: 1,
    httpStatus: 200,
    servedModel: model,
    provider: null,
    ttftMs: 10,
    totalMs: 20,
    costUsd: '0.0001',
    headline: row?.headline ?? null,
    message: null,
    fix: row?.fix ?? null,
    ...given,
  };
}
