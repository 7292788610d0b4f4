import type { ChatReply } from '../openrouter/chat-reply.ts';
import type { Link } from '../routing/choose.ts';
import { outcomeNamed } from '../routing/outcomes.ts';
import type { WalkStepTaken } from '../routing/walk.ts';
import { cleanText } from '../text/terminal.ts';
import type { LinkReport } from './report.ts';

/** The result of a link by its last attempt. `shortfall` is what an answer lacks of what was asked. */
export function reportOf(
  { role, model }: Link,
  { reply, outcome }: Pick<WalkStepTaken, 'reply' | 'outcome'>,
  attempts: number,
  shortfall: (reply: ChatReply) => string | null = () => null,
): LinkReport {
  const row = outcomeNamed(outcome);
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
    headline: lacks ?? headlineOf(reply, row.headline),
    message:
      reply.failure === null ? reply.refusal && cleanText(reply.refusal) : reply.failure.message,
    fix: lacks === null ? row.fix || null : shortfallFix,
  };
}

/** A link that was not asked, because there is no key for it. */
export function withoutKey({ role, model }: Link, variable: string, program: string): LinkReport {
  return {
    ...unasked({ role, model }),
    outcome: 'auth',
    level: 'fail',
    headline: 'no key',
    message: `${variable} is not set`,
    fix: `Set ${variable}, or run ${program} init`,
  };
}

/** A link that has no model to ask. */
export function withoutModel({ role, model }: Link, program: string): LinkReport {
  return {
    ...unasked({ role, model }),
    outcome: 'bad_request',
    level: 'fail',
    headline: 'no model',
    message: 'The entry names no defaultModel',
    fix: `Set defaultModel of the entry to a model id: ${program} models lists them`,
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

/** The status in the error itself goes before that of the response, which may be 200. */
function headlineOf({ failure, status }: ChatReply, words: string): string {
  const shown = failure?.status ?? status;
  return failure === null || shown === null || shown < 300 ? words : `${shown} ${words}`;
}

function rounded(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms);
}
