import { Big } from 'big.js';
import { failedReply } from '../openrouter/chat.ts';
import { type ChatReply, hasAnswer } from '../openrouter/chat-reply.ts';
import type { WireFailure } from '../openrouter/wire-error.ts';

/** THE TABLE, in order of precedence: the first row that matches wins. Add the next outcome here. */
const rows = [
  row('ok', 'done', 'ok', {
    headline: 'answered',
    fix: '',
    reply: (reply) => reply.failure === null && isAnswer(reply),
  }),
  row('auth', 'stop', 'fail', {
    headline: 'key refused',
    fix: 'Check the key, or create a new one at https://openrouter.ai/settings/keys',
    errorTypes: ['authentication'],
    status: ({ status, message }) =>
      status === 401 || (status === 403 && NOT_PERMITTED.test(message)),
  }),
  row('key_limit', 'stop', 'fail', {
    headline: 'limit of the key reached',
    fix: 'Raise or reset the limit of this key at https://openrouter.ai/settings/keys; new credit does not lift it',
    when: isKeyLimit,
    errorTypes: ['payment_required'],
    status: ({ status }) => status === 402 || status === 403,
  }),
  row('unaffordable', 'next', 'fail', {
    headline: 'not enough credit for this request',
    fix: 'Lower max_tokens in the parameters of the entry, or add credit at https://openrouter.ai/settings/credits',
    when: ({ message }) => ONE_REQUEST.test(message),
    errorTypes: ['payment_required'],
    status: ({ status }) => status === 402,
  }),
  row('billing', 'stop', 'fail', {
    headline: 'out of credit',
    fix: 'Add credit at https://openrouter.ai/settings/credits; free models may still answer',
    errorTypes: ['payment_required'],
    status: ({ status }) => status === 402,
  }),
  row('moderation', 'next', 'warn', {
    headline: 'refused by moderation or a guardrail',
    fix: 'Change the text of the request, or look at the guardrails at https://openrouter.ai/settings/privacy',
    reply: (reply) => reply.failure === null && isRefusal(reply),
    errorTypes: ['content_policy_violation', 'refusal'],
    status: ({ status, message }) => status === 403 && !REGION.test(message),
  }),
  row('not_found', 'next', 'fail', {
    headline: 'no such model',
    fix: 'Name a model that exists: https://openrouter.ai/models lists them',
    availability: ['model_not_found', 'model_deprecated', 'free_variant_ended'],
    status: ({ status, message }) =>
      (status === 404 && !NO_ENDPOINTS.test(message)) ||
      (status === 400 && NO_SUCH_MODEL.test(message)),
  }),
  row('no_endpoints', 'next', 'fail', {
    headline: 'no provider may serve this model',
    fix: 'Loosen providerPreferences and parameters of the entry, or the data policy at https://openrouter.ai/settings/privacy',
    availability: [
      'no_endpoints',
      'constraint_filtered',
      'privacy_restricted',
      'region_restricted',
    ],
    status: ({ status, message }) => status === 404 || (status === 403 && REGION.test(message)),
  }),
  row('context', 'next', 'fail', {
    headline: 'longer than the model takes',
    fix: 'Shorten the request or lower max_tokens, or use a model with a longer context',
    errorTypes: [
      'context_length_exceeded',
      'max_tokens_exceeded',
      'token_limit_exceeded',
      'string_too_long',
    ],
    status: ({ status, message }) => isRefused(status) && CONTEXT.test(message),
  }),
  row('bad_request', 'next', 'fail', {
    headline: 'request not accepted',
    fix: 'Check parameters and headers of the entry against what its page at https://openrouter.ai/models says the model supports',
    availability: ['wrong_endpoint'],
    errorTypes: [
      'invalid_prompt',
      'precondition_failed',
      'payload_too_large',
      'unprocessable',
      'invalid_image',
      'image_too_large',
      'image_too_small',
      'unsupported_image_format',
      'image_not_found',
      'image_download_failed',
    ],
    status: ({ status }) => isRefused(status),
    rest: ({ kind }) => kind === 'http',
  }),
  row('rate_limit', 'retry', 'warn', {
    headline: 'rate limit',
    fix: 'Wait, or add a fallback by another provider; free models take 20 requests a minute and 50 a day (1000 after buying 10 credits)',
    availability: ['capacity_exhausted'],
    errorTypes: ['rate_limit_exceeded'],
    status: ({ status }) => status === 429,
  }),
  row('timeout', 'retry', 'fail', {
    headline: 'no answer in time',
    fix: 'Try again, raise --timeout, or put a faster model first',
    kind: 'timeout',
    errorTypes: ['timeout'],
    status: ({ status }) => status === 408 || status === 504 || status === 524,
  }),
  row('unavailable', 'retry', 'fail', {
    headline: 'unavailable',
    fix: 'Temporary: nothing to do while another model answers; see https://status.openrouter.ai',
    availability: ['temporarily_unavailable', 'model_unavailable_upstream'],
    errorTypes: ['provider_overloaded', 'provider_unavailable', 'server'],
    status: ({ status }) => (status ?? 0) >= 500,
    rest: () => true,
  }),
  row('network', 'retry', 'fail', {
    headline: 'not reachable',
    fix: 'Check the connection, the proxy and OPENROUTER_BASE_URL',
    kind: 'network',
  }),
  row('garbled', 'retry', 'fail', {
    headline: 'answer not understood',
    fix: 'Try again; if it stays, something other than the API answers: check the proxy and OPENROUTER_BASE_URL',
    kind: 'garbled',
  }),
  row('empty', 'next', 'fail', {
    headline: 'empty answer',
    fix: 'Raise max_tokens in the parameters of the entry, or use another model',
    reply: (reply) => reply.failure === null,
  }),
  row('cut_off', 'done', 'fail', {
    headline: 'broke off in mid-answer',
    fix: 'Ask again: another model cannot continue an answer that has begun',
    reply: (reply) => reply.afterFirstToken,
  }),
];

export const outcomes: readonly OutcomeRow[] = rows;

const byName: ReadonlyMap<string, OutcomeRow> = new Map(
  outcomes.map((outcome) => [outcome.name, outcome]),
);

export function isOutcomeName(name: string): name is OutcomeName {
  return byName.has(name);
}

export function outcomeNamed(name: OutcomeName): OutcomeRow {
  const outcome = byName.get(name);
  if (outcome === undefined) throw new Error(`The table has no outcome ${name}`);
  return outcome;
}

/** The outcome of a reply. There is always exactly one. */
export function judge(reply: ChatReply): OutcomeRow {
  for (const reading of readings) {
    const found = outcomes.find((outcome) => outcome.matches(reply, reading));
    if (found !== undefined) return found;
  }
  throw new Error('The table of outcomes has a hole: its rows under "rest" take every failure');
}

/** The outcome of a failure at an endpoint other than chat, such as `/key`. */
export function judgeFailure(failure: WireFailure): OutcomeRow {
  return judge(failedReply(failure));
}

/**
 * What the walk does after this reply. Nothing follows an answer that a client has a part of. OpenRouter's
 * `availability.retryable` overrides the row unless that is `stop` or `done`. A used-up daily quota is only retried if
 * the reply says when it resets.
 */
export function walkOf(outcome: OutcomeRow, reply: ChatReply): WalkStep {
  if (reply.afterFirstToken) return 'done';
  const retryable = reply.failure?.availability?.retryable;
  if (outcome.name === 'rate_limit' && reply.failure !== null && isUsedUpForToday(reply.failure)) {
    return reply.retryAfterMs === null ? 'next' : 'retry';
  }
  if (retryable === undefined || outcome.walk === 'done' || outcome.walk === 'stop') {
    return outcome.walk;
  }
  return retryable ? 'retry' : 'next';
}

// Reasoning without an answer counts if the request left no tokens for more: the model is alive.
function isAnswer(reply: ChatReply): boolean {
  return hasAnswer(reply) || (reply.hasReasoning && reply.finishReason === 'length');
}

function isRefusal(reply: ChatReply): boolean {
  return reply.refusal !== null || reply.finishReason === 'content_filter';
}

// Wording of OpenRouter's error messages, as quoted in public bug reports.
const KEY_LIMIT =
  /\b(?:key|total|daily|weekly|monthly|spending|usage)\b[^.]{0,40}\blimit\b|\blimit\b[^.]{0,40}\bkey\b/i;
const LIMIT_OF_KEY = /\bkey\b[^.]{0,40}\blimit\b|\blimit\b[^.]{0,40}\bkey\b/i;
const SHARED_BUDGET =
  /\b(?:workspace|guardrail|organi[sz]ation|member)\b[^.]{0,80}\b(?:budget|limit)\b[^.]{0,40}\b(?:exceed|reach|used|exhaust)|\bbudget\b[^.]{0,60}\b(?:exceed|reach|used up|exhaust)|\b(?:exceed|reach|used up|exhaust)[^.]{0,60}\bbudget\b/i;
const ONE_REQUEST = /can only afford|fewer max_tokens|prompt tokens limit exceeded: \d/i;
const FREE_PER_DAY = /free-models-per-day|\bfree\b[^.]{0,40}\b(?:per|a) day\b/i;
const NOT_PERMITTED =
  /management key|provisioning key|insufficient permission|not authori[sz]ed|key (?:is |has been )?(?:disabled|expired|revoked)/i;
const NO_ENDPOINTS =
  /no (?:allowed |available |matching )?(?:endpoints?|providers?)\b|data policy|privacy/i;
const NO_SUCH_MODEL =
  /not a valid model|model\b.* (?:not found|does not exist)|(?:invalid|no such) model/i;
const CONTEXT =
  /context (?:length|window)|(?:prompt|input) (?:is )?too long|too many tokens|max_tokens.* (?:exceed|too large)/i;
const REGION = /\b(?:region|country|territory)\b/i;

function isKeyLimit(failure: WireFailure): boolean {
  const { status, message, limitRemaining } = failure;
  if (status !== 403 && ONE_REQUEST.test(message)) return false;
  const spent = limitRemaining !== null && new Big(limitRemaining).lte(0);
  const named = (status === 403 ? KEY_LIMIT : LIMIT_OF_KEY).test(withoutAmounts(message));
  return spent || named || isSharedBudget(failure);
}

/** Whether the exhausted budget is that of a workspace or guardrail, which several keys share. */
export function isSharedBudget({ message }: WireFailure): boolean {
  return SHARED_BUDGET.test(withoutAmounts(message));
}

/** Removes amounts, because the dot in `$50.00` does not end a sentence. */
function withoutAmounts(message: string): string {
  return message.replace(/\.(?=\d)/g, ',');
}

/** Whether the account has used up its free requests until 0:00 UTC. */
export function isUsedUpForToday({ message }: WireFailure): boolean {
  return FREE_PER_DAY.test(message);
}

function isRefused(status: number | null): boolean {
  return status === 400 || status === 413 || status === 422;
}

export type OutcomeName = (typeof rows)[number]['name'];

/** `done` ends the walk, `stop` also means that the key cannot be used, `next` moves on, `retry` repeats the link. */
export type WalkStep = 'done' | 'stop' | 'next' | 'retry';

type OutcomeLevel = 'ok' | 'warn' | 'fail';

export interface OutcomeRow<Name = OutcomeName> {
  readonly name: Name;
  readonly walk: WalkStep;
  readonly level: OutcomeLevel;
  /** A few words to show beside the HTTP status. */
  readonly headline: string;
  /** What to do about it; empty for an answer. */
  readonly fix: string;
  /** Whether this reading of the reply shows the outcome. */
  matches(reply: ChatReply, reading: Reading): boolean;
}

/**
 * The parts of a reply to examine, in this order, so that a specific signal in any row beats a vaguer one.
 * `availability` and `error_type` are OpenRouter's own codes; the message is only read together with a status; `rest`
 * catches everything else, so that every reply has an outcome.
 */
const readings = ['reply', 'kind', 'availability', 'error_type', 'status', 'rest'] as const;

type Reading = (typeof readings)[number];

type Sign = (failure: WireFailure) => boolean;

/** The texts of a row and the signs that identify it; a reading without a sign never matches. */
interface Signs {
  readonly headline: string;
  readonly fix: string;
  readonly reply?: (reply: ChatReply) => boolean;
  readonly kind?: WireFailure['kind'];
  readonly availability?: readonly string[];
  readonly errorTypes?: readonly string[];
  readonly status?: Sign;
  readonly rest?: Sign;
  /** An additional condition for every reading of the failure. */
  readonly when?: Sign;
}

function row<const Name>(
  name: Name,
  walk: WalkStep,
  level: OutcomeLevel,
  signs: Signs,
): OutcomeRow<Name> {
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
