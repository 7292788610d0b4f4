import { relative } from 'node:path';
import { pathText } from '../../config/edit.ts';
import type { Finding } from '../../doctor/finding.ts';
import type { Place } from '../../platform/deps.ts';
import type { Annotation } from '../../text/github.ts';
import type { DoctorReport } from './report.ts';

/** `doctor --json`: the shape of the host's own lint report, plus the reason for each skipped check. */
export function doctorDocument(report: DoctorReport) {
  const skipped = report.examined.filter((one) => one.state === 'skipped');
  return {
    ok: report.ok,
    checksRun: report.examined.length - skipped.length,
    checksSkipped: skipped.length,
    findings: report.findings.map(findingDocument),
    skipped: skipped.map(({ checkId, reason }) => ({ checkId, reason })),
    ...(report.fixed === null
      ? {}
      : {
          fixed: {
            fixes: report.fixed.done,
            written: report.fixed.written,
            undoId: report.fixed.undoId,
            warnings: report.fixed.warnings,
            diff: report.fixed.diff,
          },
        }),
  };
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

/** `--github`: one annotation per finding. Paths are relative to the working directory, as pull requests need them. */
export function annotationsOf(report: DoctorReport, place: Pick<Place, 'cwd'>): Annotation[] {
  return report.findings.map((finding) => annotationOf(finding, place));
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
