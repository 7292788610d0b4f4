import type { Place } from '../platform/deps.ts';
import { CancelError, hintText, UserError } from '../platform/errors.ts';
import type { Check } from './check.ts';
import { type SkipCause, Unavailable } from './facts/context.ts';
import type { Facts } from './facts/index.ts';
import {
  type CheckId,
  type Finding,
  type Problem,
  type Remark,
  type Severity,
  severities,
} from './finding.ts';

/** The result of one check. */
export type Examined =
  | {
      readonly checkId: CheckId;
      readonly state: 'ran';
      readonly findings: readonly Finding[];
      readonly remarks: readonly string[];
    }
  | Skipped;

interface Skipped extends Pick<UserError, 'type' | 'hint'> {
  readonly checkId: CheckId;
  readonly state: 'skipped';
  readonly reason: string;
  readonly skipCause: SkipCause;
}

/**
 * Runs the checks concurrently; results are in the order of the checks. Checks that ask OpenRouter start first, and the
 * others run while the requests are in flight. Never throws because of a check. Throws CancelError on Ctrl-C, because
 * interrupted checks say nothing about the setup.
 */
export function examine(checks: readonly Check[], facts: Facts): Promise<Examined[]> {
  const asked = new Promise((resolve) => setImmediate(resolve));
  return Promise.all(
    checks.map(async (check) => {
      if (!facts.options.offline && !asksOpenRouter(check)) await asked;
      return examineOne(check, facts);
    }),
  );
}

const ofOpenRouter = new Set<keyof Facts>(['accounts', 'catalog', 'providers', 'reach', 'reached']);

function asksOpenRouter({ needs }: Check): boolean {
  return needs.some((need) => ofOpenRouter.has(need));
}

async function examineOne(check: Check, facts: Facts): Promise<Examined> {
  const { id: checkId } = check;
  const { place } = facts.world;
  try {
    const verdict = [await check.run(facts)].flat();
    return {
      checkId,
      state: 'ran',
      findings: verdict
        .filter(isProblem)
        .map((problem) => ({ checkId, ...visible(problem, place) })),
      remarks: verdict.flatMap((item) => (isProblem(item) ? [] : [item.remark])),
    };
  } catch (error) {
    if (error instanceof CancelError) throw error;
    // A problem that the user can fix, such as a missing home folder, is not a failure of the check.
    if (error instanceof Unavailable || error instanceof UserError) {
      const { message: reason, type, hint } = error;
      const skipCause = error instanceof Unavailable ? error.skipCause : 'failed';
      return { checkId, state: 'skipped', reason, skipCause, type, hint };
    }
    return { checkId, state: 'ran', findings: [crash(checkId, error)], remarks: [] };
  }
}

function isProblem(item: Problem | Remark): item is Problem {
  return 'severity' in item;
}

// A name in a file may contain control characters that steer or color the terminal, or change how text is displayed.
function visible(problem: Problem, place: Place) {
  const { message, fixHint, ...rest } = problem;
  return {
    ...rest,
    message: escapeControls(message),
    ...(fixHint === undefined ? {} : { fixHint: escapeControls(hintText(fixHint, place)) }),
  };
}

function escapeControls(text: string): string {
  return text.replace(
    /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function crash(checkId: CheckId, error: unknown): Finding {
  const words = error instanceof Error ? error.message : String(error);
  return {
    checkId,
    severity: 'error',
    message: `This check itself failed: ${words}`,
    fixHint: `This is a bug: report it, and use --skip ${checkId} until it is fixed`,
  };
}

/** Whether the severity is at or above the threshold. */
export function reaches(severity: Severity, threshold: Severity): boolean {
  return severities.indexOf(severity) >= severities.indexOf(threshold);
}
