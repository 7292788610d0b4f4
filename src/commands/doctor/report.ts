import type { Examined } from '../../doctor/examine.ts';
import type { Finding } from '../../doctor/finding.ts';
import { plural } from '../../platform/wording.ts';

export interface DoctorReport {
  readonly ok: boolean;
  /** The setup file. */
  readonly path: string;
  /** What is in it; null when it cannot be told. */
  readonly counts: {
    readonly entries: number;
    readonly links: number;
    readonly channels: number;
  } | null;
  readonly examined: readonly Examined[];
  /** Those that are shown, the order of the checks kept. */
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
  /** For `undo`; null when nothing was written. */
  readonly undoId: string | null;
  /** Where new shells do not get what was written into an rc file. */
  readonly warnings: readonly string[];
  /** The unified diff of all, keys masked. */
  readonly diff: string;
}

/** `3 entries, 6 models, 2 channels`. */
export function countsText(counts: NonNullable<DoctorReport['counts']>): string {
  const { entries, links, channels } = counts;
  return [
    plural(entries, 'entry', 'entries'),
    plural(links, 'model', 'models'),
    ...(channels === 0 ? [] : [plural(channels, 'channel', 'channels')]),
  ].join(', ');
}

/** `31 checks: 1 error, 2 warnings, 2 skipped (no OpenClaw here)`, or that all is well. */
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
