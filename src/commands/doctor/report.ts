import { relative } from 'node:path';
import { pathText } from '../../config/edit.ts';
import type { Examined } from '../../doctor/examine.ts';
import type { CheckId, Finding } from '../../doctor/finding.ts';
import type { Place } from '../../platform/deps.ts';
import { hintText, type IncompleteReport } from '../../platform/errors.ts';
import { plural } from '../../platform/wording.ts';
import { toTsv } from '../../text/csv.ts';
import type { Annotation } from '../../text/github.ts';

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
  /** Why checks that `--only` asked for did not run, although there is something to check; null if they did. */
  readonly unchecked: IncompleteReport | null;
}

/** What `--fix` did, or would do. */
export interface FixOutcome {
  /** What each fix does, e.g. `set maxRetries to 2`. */
  readonly done: readonly string[];
  /** Fixes that could not be made. Their findings remain. */
  readonly notFixed: readonly NotFixed[];
  /** The paths that were written; none with `--dry-run`. */
  readonly written: readonly string[];
  /** Id for `undo`; null if nothing was written. */
  readonly undoId: string | null;
  /** Others who may see a key that was written, and shells that will not see it. */
  readonly warnings: readonly string[];
  /** The unified diff of all changes, with keys masked. */
  readonly diff: string;
}

export interface NotFixed {
  readonly checkId: CheckId;
  /** What the fix would have done. */
  readonly does: string;
  readonly reason: string;
  /** How to make it possible; null if unknown. */
  readonly hint: string | null;
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

/**
 * Tab-separated lines of five fields: state, check, place, message, fix. The states are error, warning, info, fixed,
 * fixable, unfixed, skipped and, on the last line, summary. With `--dry-run` the diff follows.
 */
export function renderPlain(report: DoctorReport): string {
  const rows = [
    ...(report.fixed?.done ?? []).map((does) => [
      report.fixed?.written.length === 0 ? 'fixable' : 'fixed',
      ...['', '', does],
    ]),
    ...(report.fixed?.notFixed ?? []).map(({ checkId, does, reason, hint }) => [
      ...['unfixed', checkId, '', `${does}: ${reason}`, hint ?? ''],
    ]),
    ...(report.fixed?.warnings ?? []).map((text) => ['warning', '', '', text]),
    ...report.findings.map((finding) => [
      finding.severity,
      finding.checkId,
      placeText(finding),
      finding.message,
      finding.fixHint ?? '',
    ]),
    ...report.examined.flatMap((one) =>
      one.state === 'skipped' ? [['skipped', one.checkId, '', one.reason]] : [],
    ),
    ['summary', '', '', summaryText(report)],
  ];
  const table = toTsv(rows.map(withoutEmptyEnd));
  const diff = report.fixed?.written.length === 0 ? report.fixed.diff : '';
  return table + diff;
}

function placeText({ place, file }: Finding): string {
  if (place === undefined) return file ?? '';
  return `${place.file}:${place.line}:${place.column}`;
}

function withoutEmptyEnd(row: readonly string[]): readonly string[] {
  return row.slice(0, row.findLastIndex((field) => field !== '') + 1);
}

/**
 * `doctor --json`: the shape of the host's own lint report, plus the reason for each skipped check, and an error as in
 * other documents if checks that were asked for could not run.
 */
export function doctorDocument(report: DoctorReport, place: Pick<Place, 'program' | 'given'>) {
  const skipped = report.examined.filter((one) => one.state === 'skipped');
  return {
    ok: report.ok,
    checksRun: report.examined.length - skipped.length,
    checksSkipped: skipped.length,
    findings: report.findings.map(findingDocument),
    skipped: skipped.map(({ checkId, reason }) => ({ checkId, reason })),
    ...(report.unchecked === null ? {} : { error: errorDocument(report.unchecked, place) }),
    ...(report.fixed === null
      ? {}
      : {
          fixed: {
            fixes: report.fixed.done,
            notFixed: report.fixed.notFixed.map(({ checkId, does, reason, hint }) => ({
              checkId,
              fix: does,
              reason,
              ...(hint === null ? {} : { hint }),
            })),
            written: report.fixed.written,
            undoId: report.fixed.undoId,
            warnings: report.fixed.warnings,
            diff: report.fixed.diff,
          },
        }),
  };
}

function errorDocument(
  { type, message, hint }: IncompleteReport,
  place: Pick<Place, 'program' | 'given'>,
) {
  return { type, message, hint: hint === undefined ? null : hintText(hint, place) };
}

function findingDocument({ checkId, severity, message, path, place, file, fixHint }: Finding) {
  return {
    checkId,
    severity,
    message,
    ...(path === undefined ? {} : { path: pathText(path) }),
    ...(place ?? (file === undefined ? {} : { file })),
    ...(fixHint === undefined ? {} : { fixHint }),
  };
}

/**
 * `--github`: one annotation per finding, and one if checks that were asked for could not run. Paths are relative to the
 * working directory, as pull requests need them.
 */
export function annotationsOf(
  { findings, unchecked }: DoctorReport,
  place: Pick<Place, 'cwd'>,
): Annotation[] {
  return [
    ...findings.map((finding) => annotationOf(finding, place)),
    ...(unchecked === null
      ? []
      : [{ level: 'error' as const, title: 'doctor', message: unchecked.message }]),
  ];
}

const levels = { error: 'error', warning: 'warning', info: 'notice' } as const;

function annotationOf(finding: Finding, { cwd }: Pick<Place, 'cwd'>): Annotation {
  const { severity, checkId, message, place, file = place?.file, fixHint } = finding;
  return {
    level: levels[severity],
    title: checkId,
    message: fixHint === undefined ? message : `${message}\n${fixHint}`,
    ...(file === undefined ? {} : { file: inside(cwd, file) }),
    ...(place === undefined ? {} : { line: place.line, column: place.column }),
  };
}

function inside(cwd: string, file: string): string {
  const path = relative(cwd, file);
  return path === '' || path.startsWith('..') ? file : path;
}
