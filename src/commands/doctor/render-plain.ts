import type { Finding } from '../../doctor/finding.ts';
import { toTsv } from '../../text/csv.ts';
import type { DoctorReport } from './report.ts';
import { summaryText } from './report.ts';

/**
 * Tab-separated lines of five fields: state, check, place, message, fix. The states are error, warning, info, fixed,
 * fixable, skipped and, on the last line, summary. With `--dry-run` the diff follows.
 */
export function renderPlain(report: DoctorReport): string {
  const rows = [
    ...(report.fixed?.done ?? []).map((does) => [
      report.fixed?.written.length === 0 ? 'fixable' : 'fixed',
      ...['', '', does],
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
