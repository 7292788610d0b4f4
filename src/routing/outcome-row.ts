import type { ChatReply } from '../openrouter/chat-reply.ts';
import type { WireFailure } from '../openrouter/wire-error.ts';

export type OutcomeName =
  | 'ok'
  | 'auth'
  | 'key_limit'
  | 'billing'
  | 'moderation'
  | 'not_found'
  | 'no_endpoints'
  | 'context'
  | 'bad_request'
  | 'rate_limit'
  | 'timeout'
  | 'unavailable'
  | 'network'
  | 'garbled'
  | 'empty'
  | 'cut_off';

/** What the walk does after an outcome: it is over · the whole key is doomed · the next link · the same link again. */
export type WalkStep = 'done' | 'stop' | 'next' | 'retry';

export type OutcomeLevel = 'ok' | 'warn' | 'fail';

export interface OutcomeRow {
  readonly name: OutcomeName;
  readonly walk: WalkStep;
  readonly level: OutcomeLevel;
  /** A few words, to stand beside the HTTP status. */
  readonly headline: string;
  /** What to do about it; empty for an answer. */
  readonly fix: string;
  /** Whether a reply shows this outcome to a reader who looks only here. */
  matches(reply: ChatReply, reading: Reading): boolean;
}

/**
 * Where to look, in this order: a more exact statement goes before a vaguer one, in whatever row it is found.
 * `availability` and `error_type` are OpenRouter's own codes; the text is looked at only beside a status; `rest` takes
 * what nobody has heard of, so that there is an outcome for everything.
 */
export const readings = ['reply', 'kind', 'availability', 'error_type', 'status', 'rest'] as const;

type Reading = (typeof readings)[number];

type Sign = (failure: WireFailure) => boolean;

/** The words of a row and what it is known by; a reading that is not given never matches. */
export interface Signs {
  readonly headline: string;
  readonly fix: string;
  readonly reply?: (reply: ChatReply) => boolean;
  readonly kind?: WireFailure['kind'];
  readonly availability?: readonly string[];
  readonly errorTypes?: readonly string[];
  readonly status?: Sign;
  readonly rest?: Sign;
  /** Must hold besides, wherever the failure is read. */
  readonly when?: Sign;
}

export function row(
  name: OutcomeName,
  walk: WalkStep,
  level: OutcomeLevel,
  signs: Signs,
): OutcomeRow {
  const { headline, fix } = signs;
  return { name, walk, level, headline, fix, matches };

  function matches(reply: ChatReply, reading: Reading): boolean {
    if (reading === 'reply') return signs.reply?.(reply) ?? false;
    const { failure } = reply;
    return failure !== null && (signs.when?.(failure) ?? true) && says(signs, failure, reading);
  }
}

function says(signs: Signs, failure: WireFailure, reading: Exclude<Reading, 'reply'>): boolean {
  switch (reading) {
    case 'kind':
      return signs.kind === failure.kind;
    case 'availability':
      return signs.availability?.includes(failure.availability?.code ?? '') ?? false;
    case 'error_type':
      return signs.errorTypes?.includes(failure.errorType ?? '') ?? false;
    case 'status':
      return signs.status?.(failure) ?? false;
    case 'rest':
      return signs.rest?.(failure) ?? false;
  }
}
