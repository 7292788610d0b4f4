import type { Edit } from '../config/edit.ts';
import { placeAt } from '../config/member-place.ts';
import type { Hint } from '../platform/errors.ts';
import { valueAt } from '../platform/record.ts';
import { memberName } from '../setup-file/cursor.ts';
import { isWithoutEffect } from '../setup-file/parameters.ts';
import type { SetupProblem } from '../setup-file/problems.ts';
import type { Setup } from '../setup-file/setup-file.ts';
import { type Check, defineCheck } from './check.ts';
import {
  atMember,
  type CheckId,
  type Fix,
  type Problem,
  type Severity,
  setupFix,
} from './finding.ts';

/**
 * The problems found while reading the setup file that belong to one check. Every problem belongs to exactly one check,
 * which `homeOf` determines.
 */
export function setupProblems(setup: Setup, checkId: CheckId): Problem[] {
  return setup.problems
    .filter((problem) => homeOf(problem) === checkId)
    .map((problem) => ({
      severity: severityOf(problem),
      message: inEntry(problem),
      ...placeOf(setup, problem),
      fixHint: hintOf(setup, problem),
      ...(problem.fix === undefined ? {} : { fix: fixOf(setup, problem, problem.fix) }),
    }));
}

function placeOf(
  setup: Setup,
  { path, part, offset }: SetupProblem,
): Pick<Problem, 'path' | 'place'> {
  if (offset === undefined) return atMember(setup, path, part);
  return { path, place: placeAt(setup.path, setup.text, offset) };
}

/** The check that reports such a problem. */
function homeOf({ kind, path, fix }: SetupProblem): CheckId {
  if (kind === 'duplicate-key' || kind === 'similar-name') return 'files/duplicate-keys';
  if (kind === 'unknown-key') return 'files/unknown-keys';
  if (kind === 'dangling') return 'channels/entry';
  if (path[0] === 'channels' && kind === 'missing') return 'channels/entry';
  if (kind === 'range' && path[2] === 'headers') return 'headers/valid';
  if (path[2] === 'apiKey' && (kind === 'range' || (kind === 'type' && fix !== undefined))) {
    return 'files/key-reference';
  }
  if (kind === 'missing' && path[2] === 'complexTriggers') return 'complexity/triggers';
  if (kind === 'range' && path.at(-1) === 'alertThreshold' && fix === undefined) {
    return 'budget/alert';
  }
  return kind === 'type' || kind === 'range' ? 'files/types' : 'files/shape';
}

// A key that resembles a known one was meant to have an effect and has none; any other key may belong to a later
// version.
function severityOf({ kind, suggestion, path }: SetupProblem): Severity {
  if (kind === 'duplicate-key' || kind === 'similar-name') return 'warning';
  // A known parameter that is overridden by another part of the entry does no harm.
  const isDecided = path[2] === 'parameters' && isWithoutEffect(path[3]);
  if (kind === 'unknown-key' && path.length === 4 && isDecided) return 'info';
  if (kind === 'unknown-key') return suggestion === undefined ? 'warning' : 'error';
  if (kind === 'missing' && (path[2] === 'apiKey' || path[2] === 'complexTriggers'))
    return 'warning';
  return 'error';
}

/** Messages only name members relative to their entry, so this puts the entry name in front. */
function inEntry({ path, message }: Pick<SetupProblem, 'path' | 'message'>): string {
  const [top, entry] = path;
  return top === 'models' && typeof entry === 'string' && path.length > 2
    ? `${entry}: ${message}`
    : message;
}

function hintOf(setup: Setup, problem: SetupProblem): Hint {
  const { suggestion, fix, path } = problem;
  if (suggestion === undefined) return byHand(problem);
  if (fix?.op === 'rename') return `rename it to ${suggestion}`;
  if (fix?.op === 'set') return `write ${suggestion}`;
  const isThere = valueAt(setup.value, [...path.slice(0, -1), suggestion]) !== undefined;
  return isThere ? `remove it: ${suggestion} is there too` : `write ${suggestion} in its place`;
}

function byHand({ kind, path }: SetupProblem): Hint {
  if (kind === 'unknown-key' && path[2] === 'parameters') {
    return 'remove it: it has no effect';
  }
  if (kind === 'unknown-key') {
    return 'it has no effect here; request parameters belong in parameters';
  }
  if (kind === 'similar-name') return 'rename one of them';
  if (kind === 'duplicate-key') return 'keep one and remove the other';
  if (kind === 'dangling') return 'name an existing entry, or add this one';
  if (path.length === 0 && kind === 'missing') return (command) => `${command('init')} writes one`;
  if (path[2] === 'defaultModel') return (command) => `${command('models')} lists them`;
  return 'correct it by hand';
}

function fixOf(setup: Setup, { path, suggestion }: SetupProblem, fix: Edit): Fix {
  const name = memberName(path);
  const change =
    fix.op === 'rename' ? `rename ${name} to ${fix.to}` : `set ${name} to ${suggestion}`;
  return setupFix(setup, inEntry({ path, message: change }), fix);
}

/** A check that only reports problems found while reading the setup file. */
export function setupProblemCheck(id: CheckId, summary: string): Check {
  return defineCheck({
    id,
    summary,
    needs: ['setup'],
    run: async ({ setup }) => setupProblems(await setup(), id),
  });
}
