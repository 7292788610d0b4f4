import stringWidth from 'fast-string-width';
import type { Check } from '../../doctor/check.ts';
import type { Examined } from '../../doctor/examine.ts';
import { type Finding, type Group, groups, type Severity } from '../../doctor/finding.ts';
import type { Place, Stream } from '../../platform/deps.ts';
import { type OwnCommand, ownCommand } from '../../platform/own-command.ts';
import { tildePath } from '../../platform/paths.ts';
import { createStyle, paintDiff, type Style } from '../../terminal/style.ts';
import { pad, wrap } from '../../terminal/table.ts';
import { toTsv } from '../../text/csv.ts';
import { countsText, type DoctorReport, summaryText } from './report.ts';

/** The report for a terminal, by group. */
export function renderDoctor(report: DoctorReport, stdout: Stream, place: Place): string {
  const canvas: Canvas = {
    style: createStyle(stdout),
    width: Math.min(stdout.columns, widest),
    indent: labelWidth + margin.length,
    name: (path) => tildePath(path, place),
    command: ownCommand(place),
    offersFix: report.fixed === null,
  };
  const collapsed = collapseReasons(report);
  const lines = [
    ...head(report, canvas),
    '',
    ...groups.flatMap((group) => groupLines(group, report, canvas, collapsed)),
    '',
    ...fixLines(report, canvas),
    ...summary(report, canvas),
  ];
  const text = `${lines.join('\n')}\n`;
  return stdout.unicode ? text : text.replaceAll('…', canvas.style.ellipsis);
}

const margin = '  ';
const labelWidth = 13;
// Longer lines are hard to read, even on a wide terminal.
const widest = 110;

function head({ path, counts }: DoctorReport, { style, name }: Canvas): string[] {
  const what = counts === null ? '' : ` ${style.dot} ${countsText(counts)}`;
  return [`${margin}${style.strong(name(path))}${what}`];
}

/** Reasons that skip a whole group are shown once; reasons that skip many checks appear only in the summary. */
function collapseReasons(report: DoctorReport): CollapsedReasons {
  const whole = groups.flatMap((group) => reasonOfWhole(report.examined.filter(inGroup(group))));
  const many = whole.filter((reason) => whole.filter((other) => other === reason).length >= 3);
  return { inSummary: new Set(many), byGroup: new Set(whole) };
}

interface CollapsedReasons {
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
  collapsed: CollapsedReasons,
): string[] {
  const of = inGroup(group);
  const examined = report.examined.filter(of);
  if (examined.length === 0) return [];
  const findings = inFileOrder(report.findings.filter(of));
  const blocks = [
    ...remarkLine(examined, findings, canvas),
    ...findings.map((finding) => findingLines(finding, canvas)),
    ...skipLines(examined, canvas, collapsed),
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

/** The remarks of the group's checks, or that it is ok. */
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
  // Without Unicode the symbol is already the word.
  if (remarks.length === 0) return [[style.unicode ? `${symbol} ok` : symbol]];
  const text = wrap(remarks.join(` ${style.dot} `), width - indent - symbolWidth);
  return [text.split('\n').map((line, index) => `${index === 0 ? symbol : ' '} ${line}`)];
}

const symbolWidth = 2;

/** One line per reason, no matter how many checks share it. */
function skipLines(
  examined: readonly Examined[],
  { style, width, indent }: Canvas,
  { inSummary, byGroup }: CollapsedReasons,
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

function summary(report: DoctorReport, { style, width, command, offersFix }: Canvas): string[] {
  const fixable = report.findings.filter(({ fix }) => fix !== undefined).length;
  const next =
    fixable === 0 || !offersFix
      ? []
      : [`${margin}${style.arrow} ${command('doctor --fix')} fixes ${fixable} of them`];
  return [`${margin}${wrap(summaryText(report), width - 2, margin.length)}`, ...next];
}

interface Canvas {
  readonly style: Style;
  /** In cells. */
  readonly width: number;
  /** The indent of the text in a group, in cells. */
  readonly indent: number;
  /** Shortens a path for display. */
  readonly name: (path: string) => string;
  readonly command: OwnCommand;
  /** Whether to mark the findings that `--fix` would fix. */
  readonly offersFix: boolean;
}

/** The problem with its place on the right, or on the next line if it does not fit, followed by the fix. */
function findingLines(finding: Finding, canvas: Canvas): string[] {
  const { style, width, indent, name } = canvas;
  const room = width - indent - 2;
  const message = wrap(finding.message, room).split('\n');
  const place = placeText(finding, name);
  const hint = finding.fixHint === undefined ? [] : hintLines(finding, canvas, room);
  const detail = finding.detail === undefined ? [] : finding.detail.split('\n');
  const [first = '', ...rest] = withPlace(message, place, room, style);
  return [
    `${symbol(finding.severity, style)} ${first}`,
    ...[...rest, ...detail.map((line) => style.dim(line)), ...hint].map((line) => `  ${line}`),
  ];
}

function symbol(severity: Severity, style: Style): string {
  if (severity === 'info') return style.dim('i');
  return style.symbol(severity === 'error' ? 'fail' : 'warn');
}

function withPlace(
  message: readonly string[],
  place: string,
  room: number,
  style: Style,
): readonly string[] {
  if (place === '') return message;
  const [first = '', ...rest] = message;
  const space = room - stringWidth(first) - stringWidth(place);
  return rest.length === 0 && space >= 2
    ? [`${first}${' '.repeat(space)}${style.dim(place)}`]
    : [...message, style.dim(place)];
}

function hintLines(
  { fixHint = '', fix }: Finding,
  { style, offersFix }: Canvas,
  room: number,
): string[] {
  const arrow = `${style.arrow} `;
  const lines = wrap(fixHint, room - arrow.length).split('\n');
  const marked =
    fix === undefined || !offersFix
      ? lines
      : withLast(lines, room - arrow.length, '  doctor --fix', style);
  return marked.map((line, index) => (index === 0 ? arrow : ' '.repeat(arrow.length)) + line);
}

function withLast(lines: readonly string[], room: number, mark: string, style: Style): string[] {
  const last = lines.at(-1) ?? '';
  if (stringWidth(last) + mark.length > room) return [...lines];
  return [...lines.slice(0, -1), `${last}${style.dim(mark)}`];
}

/** E.g. `openclaw.json5:15:21`. The folder is in the head of the report. */
function placeText({ place, file }: Finding, name: Canvas['name']): string {
  if (place === undefined) return file === undefined ? '' : name(file);
  const short = name(place.file).split('/').at(-1) ?? '';
  return `${short}:${place.line}:${place.column}`;
}

/** What `--fix` did and could not do, or the diff of what it would do. */
function fixLines({ fixed }: DoctorReport, canvas: Canvas): string[] {
  if (fixed === null) return [];
  const { style, width, name, command } = canvas;
  const written = fixed.written.length > 0;
  const item = (symbol: string, text: string) => `  ${symbol} ${wrap(text, width - 4, 4)}`;
  const done = fixed.done.map((does) =>
    written
      ? item(style.symbol('ok'), `fixed: ${does}`)
      : item(style.dim(style.dot), `would fix: ${does}`),
  );
  const notFixed = fixed.notFixed.flatMap(({ does, reason, hint }) => [
    item(style.symbol('warn'), `not fixed: ${does}: ${reason}`),
    ...(hint === null ? [] : [`    ${style.arrow} ${wrap(hint, width - 6, 6)}`]),
  ]);
  const warnings = fixed.warnings.map((text) => item(style.symbol('warn'), text));
  if (fixed.done.length === 0) {
    const nothing = `  ${style.symbol('ok')} nothing can be fixed automatically`;
    return [...(notFixed.length === 0 ? [nothing] : notFixed), ''];
  }
  if (!written) {
    return [...done, ...notFixed, ...warnings, '', ...diffLines(fixed.diff, style), ''];
  }
  const files = fixed.written.map(name).join(', ');
  const undo = fixed.undoId === null ? '' : `; ${command('undo')} reverts it`;
  const wrote = `    ${style.dim(wrap(`wrote ${files}${undo}`, width - 4, 4))}`;
  return [...done, wrote, ...notFixed, ...warnings, ''];
}

/** The diff with colors, indented like the rest of the report. */
export function diffLines(diff: string, style: Canvas['style']): string[] {
  if (diff === '') return [];
  return paintDiff(diff.trimEnd(), style)
    .split('\n')
    .map((line) => `  ${line}`);
}

/** `--list-checks`: columns with the full summaries on a terminal; tab-separated id, need and summary in a pipe. */
export function checkList(checks: readonly Check[], stdout: Stream): string {
  const rows = checks.map((check) => [check.id, needOf(check), check.summary] as const);
  if (!stdout.isTty) return toTsv(rows);
  const style = createStyle(stdout);
  const isWide = stdout.columns >= wide;
  const idWidth = Math.max(...rows.map(([id]) => id.length));
  const line = (id: string, need: string, summary: string) => {
    const left = `  ${pad(id, idWidth)}  ${isWide ? pad(need, needWidth) : ''}`;
    return left + wrap(summary, stdout.columns, left.length);
  };
  const head = style.dim(line('check', 'needs', 'checks that'));
  return `${[head, ...rows.map((row) => line(...row))].join('\n')}\n`;
}

/** Minimum terminal width, in cells, for showing what each check needs. */
const wide = 100;
const needWidth = 'network  '.length;

/** `--list-checks --json`. */
export function checkListDocument(checks: readonly Check[]) {
  return {
    ok: true,
    checks: checks.map((check) => ({
      id: check.id,
      summary: check.summary,
      needs: needOf(check),
    })),
  };
}

/** What the check needs in order to run, as one word. */
function needOf({ needs }: Check): 'network' | 'models' | 'host' | 'files' {
  // The model id checks use the network only for better suggestions and can run without it.
  if (needs.includes('changes')) return 'models';
  if (needs.some((need) => networkFacts.has(need))) return 'network';
  if (needs.includes('catalog')) return 'models';
  return needs.includes('host') ? 'host' : 'files';
}

const networkFacts: ReadonlySet<string> = new Set(['accounts', 'providers', 'endpoints', 'reach']);
