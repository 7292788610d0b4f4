import type { ChatReply } from '../openrouter/chat-reply.ts';
import type { OwnCommand } from '../platform/own-command.ts';
import { adviceOn } from '../routing/advice.ts';
import type { Link } from '../routing/choose.ts';
import { type OutcomeName, type OutcomeRow, outcomeNamed } from '../routing/outcomes.ts';
import type { WalkStepTaken } from '../routing/walk.ts';
import { commandToStoreKey } from '../setup-file/missing-key.ts';

/** The result of one link. */
export interface LinkReport {
  readonly role: Link['role'];
  /** The requested model. */
  readonly model: string;
  /** Null if it was not tried. */
  readonly outcome: OutcomeName | null;
  readonly level: OutcomeRow['level'] | null;
  /** Whether it answered and did everything that was asked, such as calling a tool. */
  readonly ok: boolean;
  /** Number of requests sent. */
  readonly attempts: number;
  readonly httpStatus: number | null;
  readonly servedModel: string | null;
  readonly provider: string | null;
  /** Time to the first token, in milliseconds. */
  readonly ttftMs: number | null;
  /** Duration of the last request, in milliseconds. */
  readonly totalMs: number | null;
  /** USD, a decimal string; null if OpenRouter did not state it. */
  readonly costUsd: string | null;
  /** The outcome in a few words, e.g. `503 unavailable`. */
  readonly headline: string | null;
  /** The message of the API or the network. */
  readonly message: string | null;
  readonly fix: string | null;
}

/** One attempt of a walk. */
export interface WalkedStep extends Omit<WalkStepTaken, 'reply'> {
  /** The wait that the reply asks for, in milliseconds. */
  readonly retryAfterMs: number | null;
}

export interface EntryReport {
  readonly entry: string;
  readonly ok: boolean;
  /** Clauses that are each complete on their own. */
  readonly verdict: readonly string[];
  /** The model that would answer a request now. */
  readonly served: string | null;
  readonly links: readonly LinkReport[];
  /** Only for a rehearsal. */
  readonly walk?: readonly WalkedStep[];
  /** Only for a rehearsal: milliseconds on its virtual clock. */
  readonly tookMs?: number;
}

export interface TestReport {
  readonly ok: boolean;
  /** The total cost of all requests in USD, a decimal string. */
  readonly costUsd: string;
  /** Only for a certification: its estimated maximum cost in USD, a decimal string. */
  readonly estimatedCostUsd?: string;
  readonly entries: readonly EntryReport[];
}

/** The result of a link, based on its last attempt. `shortfall` is what the answer lacks. */
export function reportOf(
  { role, model }: Link,
  { reply, outcome }: Pick<WalkStepTaken, 'reply' | 'outcome'>,
  attempts: number,
  shortfall: (reply: ChatReply) => string | null = () => null,
): LinkReport {
  const row = outcomeNamed(outcome);
  const advice = adviceOn(row, reply.failure, { model });
  const lacks = row.name === 'ok' ? shortfall(reply) : null;
  return {
    role,
    model,
    outcome: row.name,
    level: lacks === null ? row.level : 'fail',
    ok: row.name === 'ok' && lacks === null,
    attempts,
    httpStatus: reply.status,
    servedModel: reply.model,
    provider: reply.provider,
    ttftMs: rounded(reply.ttftMs),
    totalMs: rounded(reply.totalMs),
    costUsd: reply.usage?.costUsd ?? null,
    headline: lacks ?? headlineOf(reply, advice.headline),
    message: reply.failure === null ? reply.refusal : reply.failure.message,
    fix: lacks === null ? advice.fix || null : shortfallFix,
  };
}

/** A link that was not tried because it has no key. */
export function withoutKey(
  { role, model, entry, variable }: Link & { readonly entry: string; readonly variable: string },
  command: OwnCommand,
): LinkReport {
  return {
    ...unasked({ role, model }),
    outcome: 'auth',
    level: 'fail',
    headline: 'no key',
    message: `${variable} is not set`,
    fix: `Set ${variable}, or store a key: ${commandToStoreKey(command, entry)}`,
  };
}

export function withoutModel({ role, model }: Link, command: OwnCommand): LinkReport {
  return {
    ...unasked({ role, model }),
    outcome: 'bad_request',
    level: 'fail',
    headline: 'no model',
    message: 'The entry names no defaultModel',
    fix: `Set defaultModel of the entry to a model id: ${command('models')} lists them`,
  };
}

/** A link that was not tried. */
export function unasked({ role, model }: Link): LinkReport {
  return {
    role,
    model,
    outcome: null,
    level: null,
    ok: false,
    attempts: 0,
    httpStatus: null,
    servedModel: null,
    provider: null,
    ttftMs: null,
    totalMs: null,
    costUsd: null,
    headline: null,
    message: null,
    fix: null,
  };
}

const shortfallFix =
  'Use a model that can do it: https://openrouter.ai/models?supported_parameters=tools lists those that call tools';

/** The status in the error takes precedence over that of the response, which may be 200. */
function headlineOf({ failure, status }: ChatReply, words: string): string {
  const shown = failure?.status ?? status;
  return failure === null || shown === null || shown < 300 ? words : `${shown} ${words}`;
}

function rounded(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms);
}
