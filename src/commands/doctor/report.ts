import type { Examined } from '../../doctor/examine.ts';
import type { Finding } from '../../doctor/finding.ts';
import { plural } from '../../platform/wording.ts';

export interface DoctorReport {
  readonly ok: boolean;
  /** Path of the setup file. */
  readonly path: string;
  /** What the file contains; null if unknown. */
  readonly counts: {
    readonly entries: number;
    readonly links: number;
    readonly channels: number;
  } | null;
  readonly examined: readonly Examined[];
  /** The findings to show, in the order of the checks. */
  readonly findings: readonly Finding[];
  /** Null without `--fix`. */
  readonly fixed: FixOutcome | null;
}

/** What `--fix` did, or would do. */
export interface FixOutcome {
  /** What each fix does, e.g. `set maxRetries to 2`. */
  readonly done: readonly string[];
  /** The paths that were written; none with `--dry-run`. */
  readonly written: readonly string[];
  /** Id for `undo`; null if nothing was written. */
  readonly undoId: string | null;
  /** Shells that will not see what was written to an rc file. */
  readonly warnings: readonly string[];
  /** The unified diff of all changes, with keys masked. */
  readonly diff: string;
}

/** E.g. `3 entries, 6 models, 2 channels`. */
export function countsText(counts: NonNullable<DoctorReport['counts']>): string {
  const { entries, links, channels } = counts;
  return [
    plural(entries, 'entry', 'entries'),
    plural(links, 'model', 'models'),
    ...(channels === 0 ? [] : [plural(channels, 'channel', 'channels')]),
  ].join(', ');
}

/** E.g. `31 checks: 1 error, 2 warnings, 2 skipped (no OpenClaw here)`, or that everything is ok. */
export function summaryText({ examined, findings }: DoctorReport): string {
  const count = (severity: string) =>
    findings.filter((finding) => finding.severity === severity).length;
  const reasons = examined.flatMap((one) => (one.state === 'skipped' ? [one.reason] : []));
  const parts = [
    ...some(count('error'), 'error', 'errors'),
    ...some(count('warning'), 'warning', 'warnings'),
    ...some(count('info'), 'note', 'notes'),
    ...(reasons.length === 0 ? [] : [`${reasons.length} skipped (${tally(reasons)})`]),
  ];
  const checks = plural(examined.length, 'check', 'checks');
  return `${checks}: ${parts.join(', ') || 'all well'}`;
}

function tally(reasons: readonly string[]): string {
  const different = [...new Set(reasons)];
  if (different.length === 1) return different.join();
  return different
    .map((reason) => `${reasons.filter((other) => other === reason).length}: ${reason}`)
    .join('; ');
}

function some(count: number, one: string, many: string): string[] {
  return count === 0 ? [] : [plural(count, one, many)];
}
