import { relative } from 'node:path';
import type { Finding } from '../../doctor/finding.ts';
import type { Place } from '../../platform/deps.ts';
import type { Annotation } from '../../text/github.ts';
import type { DoctorReport } from './report.ts';

/** `--github`: one a finding. Paths are relative to the working folder, as a pull request needs them. */
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
