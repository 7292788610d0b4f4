import stringWidth from 'fast-string-width';
import type { Finding, Severity } from '../../doctor/finding.ts';
import type { Style } from '../../terminal/style.ts';
import { wrap } from '../../terminal/table.ts';

/** What there is to draw on. */
export interface Canvas {
  readonly style: Style;
  /** Cells. */
  readonly width: number;
  /** Where the text of a group begins. */
  readonly indent: number;
  /** A path as people want to see it. */
  readonly name: (path: string) => string;
  readonly program: string;
}

/** The problem with its place at the right, or on the next line where it does not fit; below it what to do. */
export function findingLines(finding: Finding, canvas: Canvas): string[] {
  const { style, width, indent, name } = canvas;
  const room = width - indent - 2;
  const message = wrap(finding.message, room).split('\n');
  const place = placeText(finding, name);
  const mend = finding.fixHint === undefined ? [] : mendLines(finding, canvas, room);
  const detail = finding.detail === undefined ? [] : finding.detail.split('\n');
  const [first = '', ...rest] = withPlace(message, place, room, style);
  return [
    `${symbol(finding.severity, style)} ${first}`,
    ...[...rest, ...detail.map((line) => style.dim(line)), ...mend].map((line) => `  ${line}`),
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

function mendLines({ fixHint = '', fix }: Finding, { style }: Canvas, room: number): string[] {
  const arrow = `${style.arrow} `;
  const lines = wrap(fixHint, room - arrow.length).split('\n');
  const marked =
    fix === undefined ? lines : withLast(lines, room - arrow.length, '  doctor --fix', style);
  return marked.map((line, index) => (index === 0 ? arrow : ' '.repeat(arrow.length)) + line);
}

function withLast(lines: readonly string[], room: number, mark: string, style: Style): string[] {
  const last = lines.at(-1) ?? '';
  if (stringWidth(last) + mark.length > room) return [...lines];
  return [...lines.slice(0, -1), `${last}${style.dim(mark)}`];
}

/** `openclaw.json5:15:21`: the head of the report names the folder. */
function placeText({ place, file }: Finding, name: Canvas['name']): string {
  if (place === undefined) return file === undefined ? '' : name(file);
  const short = name(place.file).split('/').at(-1) ?? '';
  return `${short}:${place.line}:${place.column}`;
}
