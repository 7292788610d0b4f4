import { pathText } from '../../config/edit.ts';
import type { Finding } from '../../doctor/finding.ts';
import type { DoctorReport } from './report.ts';

/** `doctor --json`: the shape of the host's own lint report, with the reasons of what was skipped. */
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
