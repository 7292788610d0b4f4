import type { DoctorReport } from './run.ts';

/** `3 entries, 6 links, 2 channels`. */
export function countsText(counts: NonNullable<DoctorReport['counts']>): string {
  const { entries, links, channels } = counts;
  return [
    plural(entries, 'entry', 'entries'),
    plural(links, 'link', 'links'),
    ...(channels === 0 ? [] : [plural(channels, 'channel', 'channels')]),
  ].join(', ');
}

/** `31 checks: 1 failed, 2 warnings, 2 skipped`, or that all is well. */
export function summaryText({ examined, findings }: DoctorReport): string {
  const count = (severity: string) =>
    findings.filter((finding) => finding.severity === severity).length;
  const skipped = examined.filter(({ state }) => state === 'skipped').length;
  const parts = [
    ...some(count('error'), 'error', 'errors'),
    ...some(count('warning'), 'warning', 'warnings'),
    ...some(count('info'), 'note', 'notes'),
    ...(skipped === 0 ? [] : [`${skipped} skipped`]),
  ];
  const checks = plural(examined.length, 'check', 'checks');
  return `${checks}: ${parts.join(', ') || 'all well'}`;
}

function some(count: number, one: string, many: string): string[] {
  return count === 0 ? [] : [plural(count, one, many)];
}

function plural(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
