import { plural } from '../platform/wording.ts';
import { adviceOn } from '../routing/advice.ts';
import { type Link, linksOf } from '../routing/choose.ts';
import { outcomeNamed } from '../routing/outcomes.ts';
import type { WalkResult, WalkStepTaken } from '../routing/walk.ts';
import type { Entry } from '../setup-file/entry.ts';
import type { EntryReport, LinkReport, WalkedStep } from './report.ts';
import { reportOf, unasked } from './report.ts';
import { list } from './verdict.ts';

/**
 * What a walk over an entry's chain came to; links that it did not come to are there without an outcome. `unlisted`
 * are models that no list knows: the sandbox answers for them, and OpenRouter may not.
 */
export function rehearsalReport(
  entry: Entry,
  walked: WalkResult,
  tookMs: number,
  unlisted: readonly string[] = [],
): EntryReport {
  const { served, steps } = walked;
  return {
    entry: entry.name,
    ok: served !== null,
    verdict: [verdictOn(walked), ...verdictOnHost(walked), ...doubts(unlisted)],
    served: served?.model ?? null,
    links: linksOf(entry).map((link) => linkReport(link, steps)),
    walk: steps.map(walkedStep),
    tookMs: Math.round(tookMs),
  };
}

/** The step as it is reported. */
export function walkedStep(step: WalkStepTaken): WalkedStep {
  const { role, model, attempt, outcome, waitedMs, onward, reply } = step;
  return { role, model, attempt, outcome, waitedMs, onward, retryAfterMs: reply.retryAfterMs };
}

function linkReport(link: Link, steps: readonly WalkStepTaken[]): LinkReport {
  const own = steps.filter(({ role }) => role === link.role);
  const last = own.at(-1);
  return last === undefined ? unasked(link) : reportOf(link, last, own.length);
}

/**
 * How often OpenClaw repeats a request by itself before it goes on to a fallback of its own (its page "Retry policy",
 * 2026.9.6; seen: 8 requests in 100 s). Its config has no setting for it.
 */
export const hostRetries = { rateLimit: 9, others: 8, othersForS: 90 } as const;

function verdictOnHost({ steps: [first] }: WalkResult): string[] {
  if (first === undefined || outcomeNamed(first.outcome).walk !== 'retry') return [];
  const { rateLimit, others, othersForS } = hostRetries;
  const repeats =
    first.outcome === 'rate_limit'
      ? `up to ${rateLimit} times`
      : `up to ${others} times, for ${othersForS} s`;
  return [
    `OpenClaw without serve asks ${first.model} again ${repeats}, and then its own fallbacks`,
  ];
}

function doubts(models: readonly string[]): string[] {
  if (models.length === 0) return [];
  const [exist, them] = models.length === 1 ? ['exists', 'it'] : ['exist', 'them'];
  return [`whether ${list(models)} ${exist} was not rehearsed: no list of models here has ${them}`];
}

function verdictOn({ served, steps, stoppedBy, waitedMs, outcome }: WalkResult): string {
  const requests = plural(steps.length, 'request');
  if (served !== null) {
    const wait = waitedMs === 0 ? '' : ` and ${(waitedMs / 1000).toFixed(1)} s of waiting`;
    return steps.length === 1
      ? `answers at once through ${served.model}`
      : `answers through ${served.model} after ${requests}${wait}`;
  }
  const last = steps.at(-1);
  if (last === undefined) return 'nothing answers: the entry names no model (set defaultModel)';
  if (stoppedBy !== null) {
    const at = steps.find((step) => step.outcome === stoppedBy) ?? last;
    const { headline } = adviceOn(outcomeNamed(at.outcome), at.reply.failure, at);
    return `nothing answers: the walk stops at ${at.model} (${headline})`;
  }
  if (outcome === 'cut_off') {
    return `the answer of ${last.model} breaks off: no other model can continue it`;
  }
  return `nothing answers: every model was tried, with ${requests}`;
}
