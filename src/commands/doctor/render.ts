import type { Examined } from '../../doctor/examine.ts';
import { type Finding, type Group, groups } from '../../doctor/finding.ts';
import type { Place, Stream } from '../../platform/deps.ts';
import { tildePath } from '../../platform/paths.ts';
import { createStyle } from '../../terminal/style.ts';
import { pad, wrap } from '../../terminal/table.ts';
import { type Canvas, findingLines } from './render-finding.ts';
import { fixLines } from './render-fix.ts';
import type { DoctorReport } from './report.ts';
import { countsText, summaryText } from './words.ts';

/** The report on a terminal, by group. */
export function renderDoctor(report: DoctorReport, stdout: Stream, place: Place): string {
  const canvas: Canvas = {
    style: createStyle(stdout),
    width: Math.min(stdout.columns, widest),
    indent: labelWidth + margin.length,
    name: (path) => tildePath(path, place),
    program: place.program,
  };
  const saidOnce = reasonsSaidOnce(report);
  const lines = [
    ...head(report, canvas),
    '',
    ...groups.flatMap((group) => groupLines(group, report, canvas, saidOnce)),
    '',
    ...fixLines(report, canvas),
    ...summary(report, canvas),
  ];
  const text = `${lines.join('\n')}\n`;
  return stdout.unicode ? text : text.replaceAll('…', canvas.style.ellipsis);
}

const margin = '  ';
const labelWidth = 13;
// Longer lines are hard to read however wide the terminal is.
const widest = 110;

function head({ path, counts }: DoctorReport, { style, name }: Canvas): string[] {
  const what = counts === null ? '' : ` ${style.dot} ${countsText(counts)}`;
  return [`${margin}${style.strong(name(path))}${what}`];
}

/** A reason that skips a whole group is not repeated by others; one that skips many is left to the summary. */
function reasonsSaidOnce(report: DoctorReport): SaidOnce {
  const whole = groups.flatMap((group) => reasonOfWhole(report.examined.filter(inGroup(group))));
  const many = whole.filter((reason) => whole.filter((other) => other === reason).length >= 3);
  return { inSummary: new Set(many), byGroup: new Set(whole) };
}

interface SaidOnce {
  readonly inSummary: ReadonlySet<string>;
  readonly byGroup: ReadonlySet<string>;
}

function reasonOfWhole(examined: readonly Examined[]): string[] {
  const reasons = new Set(examined.map((one) => (one.state === 'skipped' ? one.reason : null)));
  const [reason = null] = reasons;
  return reasons.size === 1 && reason !== null ? [reason] : [];
}

function inGroup(group: Group): (of: { readonly checkId: string }) => boolean {
  return ({ checkId }) => checkId.startsWith(`${group}/`);
}

function groupLines(
  group: Group,
  report: DoctorReport,
  canvas: Canvas,
  saidOnce: SaidOnce,
): string[] {
  const of = inGroup(group);
  const examined = report.examined.filter(of);
  if (examined.length === 0) return [];
  const findings = inFileOrder(report.findings.filter(of));
  const blocks = [
    ...remarkLine(examined, findings, canvas),
    ...findings.map((finding) => findingLines(finding, canvas)),
    ...skipLines(examined, canvas, saidOnce),
  ].flat();
  const label = group.charAt(0).toUpperCase() + group.slice(1);
  return blocks.map((line, index) =>
    index === 0
      ? `${margin}${pad(label, labelWidth)}${line}`
      : `${' '.repeat(canvas.indent)}${line}`,
  );
}

function inFileOrder(findings: readonly Finding[]): readonly Finding[] {
  const lineOf = ({ place }: Finding) => place?.line ?? 0;
  return [...findings].sort((a, b) => lineOf(a) - lineOf(b));
}

/** What is known of the group, or that all is well. */
function remarkLine(
  examined: readonly Examined[],
  findings: readonly Finding[],
  { style, width, indent }: Canvas,
): string[][] {
  const ran = examined.filter((one) => one.state === 'ran');
  const remarks = ran.flatMap((one) => one.remarks);
  const bad = findings.some(({ severity }) => severity !== 'info');
  if (ran.length === 0 || (remarks.length === 0 && findings.length > 0)) return [];
  const symbol = bad ? style.dim(style.dot) : style.symbol('ok');
  // Without its own character the symbol is the word.
  if (remarks.length === 0) return [[style.unicode ? `${symbol} ok` : symbol]];
  const text = wrap(remarks.join(` ${style.dot} `), width - indent - symbolWidth);
  return [text.split('\n').map((line, index) => `${index === 0 ? symbol : ' '} ${line}`)];
}

const symbolWidth = 2;

/** One line for each reason, however many checks have it. */
function skipLines(
  examined: readonly Examined[],
  { style, width, indent }: Canvas,
  { inSummary, byGroup }: SaidOnce,
): string[][] {
  const skipped = examined.filter((one) => one.state === 'skipped');
  const said = reasonOfWhole(examined).length > 0 ? inSummary : byGroup;
  const reasons = [...new Set(skipped.map(({ reason }) => reason))].filter(
    (reason) => !said.has(reason),
  );
  return reasons.map((reason) => {
    const count = skipped.filter((one) => one.reason === reason).length;
    const how = count === examined.length ? 'skipped' : `${count} skipped`;
    const lines = wrap(`${how}: ${reason}`, width - indent - symbolWidth).split('\n');
    return lines.map(
      (line, index) => `${index === 0 ? style.symbol('skip') : ' '} ${style.dim(line)}`,
    );
  });
}

function summary(report: DoctorReport, { style, width }: Canvas): string[] {
  const mendable = report.findings.filter(({ fix }) => fix !== undefined).length;
  const next =
    mendable === 0 || report.fixed !== null
      ? []
      : [`${margin}${style.arrow} doctor --fix mends ${mendable} of them`];
  return [`${margin}${wrap(summaryText(report), width - 2, margin.length)}`, ...next];
}
