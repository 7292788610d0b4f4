import { relative } from 'node:path';
import type { Place } from '../../deps.ts';
import type { Finding } from '../../doctor/examine.ts';
import type { DoctorReport } from './run.ts';

/**
 * `--github`: one workflow command a finding (docs.github.com, "Workflow commands for GitHub Actions"). Paths are
 * relative to the working folder, as the annotations of a pull request need them.
 */
export function renderAnnotations(report: DoctorReport, place: Pick<Place, 'cwd'>): string {
  return report.findings.map((finding) => `${annotation(finding, place)}\n`).join('');
}

const levels = { error: 'error', warning: 'warning', info: 'notice' } as const;

function annotation(finding: Finding, { cwd }: Pick<Place, 'cwd'>): string {
  const { severity, checkId, message, place, file = place?.file, fixHint } = finding;
  const properties = [
    ...(file === undefined ? [] : [`file=${escapeProperty(inside(cwd, file))}`]),
    ...(place === undefined ? [] : [`line=${place.line}`, `col=${place.column}`]),
    `title=${escapeProperty(checkId)}`,
  ];
  const words = fixHint === undefined ? message : `${message}\n${fixHint}`;
  return `::${levels[severity]} ${properties.join(',')}::${escapeData(words)}`;
}

function inside(cwd: string, file: string): string {
  const path = relative(cwd, file);
  return path === '' || path.startsWith('..') ? file : path;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
