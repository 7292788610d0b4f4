import { capitalized } from '../platform/wording.ts';
import {
  type Block,
  type CommandManual,
  environment,
  exitCodes,
  files,
  type Manual,
  summary,
  type Term,
} from './manual.ts';

/** The date of the last release, shown in the footer. */
const released = '2026-11-29';

/** The man page, in the `man` macros (man(7)). */
export function manPage({ program, commands, commonOptions }: Manual, version: string): string {
  const lines = [
    `.TH ${escaped(program.toUpperCase())} 1 "${released}" "${program} ${version}"`,
    '.SH NAME',
    `${escaped(program)} \\- ${summary}`,
    '.SH SYNOPSIS',
    `\\fB${escaped(program)}\\fR \\fIcommand\\fR [\\fIoptions\\fR]`,
    '.SH DESCRIPTION',
    ...filled(description),
    '.SH COMMANDS',
    ...commands.flatMap(commandSection),
    '.SH COMMON OPTIONS',
    'Every command takes these.',
    ...commonOptions.flatMap(termItem),
    '.SH EXIT STATUS',
    ...exitCodes.flatMap(termItem),
    '.SH ENVIRONMENT',
    ...environment.flatMap(termItem),
    '.SH FILES',
    ...files.flatMap(termItem),
  ];
  return `${lines.join('\n')}\n`;
}

const description =
  'Takes you from no key to an OpenRouter setup for OpenClaw that is tested, stays cheap and survives outages. As a plugin of OpenClaw it is called "openclaw openrouter". Data goes to standard output, everything else to standard error.';

function commandSection({ name, usage, summary, terms, notes }: CommandManual): string[] {
  return [
    `.SS ${escaped(name)}`,
    ...filled(sentence(summary)),
    '.PP',
    styled(usage),
    ...terms.flatMap(termItem),
    ...notes.flatMap(block),
  ];
}

function block({ kind, lines }: Block): string[] {
  if (kind === 'text') return ['.PP', ...filled(lines.join(' '))];
  return ['.PP', '.EX', ...lines.flatMap(wrapped).map(escaped), '.EE'];
}

/** Splits a command that is wider than the page into lines that still work when pasted. */
function wrapped(line: string): string[] {
  const [first = '', ...parts] = line.slice(2).split(/ (?=--|\||>|-d )/);
  if (!first.startsWith('$ ') || line.length <= 72) return [line.slice(2)];
  const lines = [first];
  for (const part of parts) {
    const last = lines.at(-1) ?? '';
    if (`${last} ${part}`.length > 68) lines.push(`    ${part}`);
    else lines[lines.length - 1] = `${last} ${part}`;
  }
  return lines.map((one, index) => (index < lines.length - 1 ? `${one} \\` : one));
}

function termItem({ term, meaning }: Term): string[] {
  return ['.TP', styled(term), ...filled(sentence(meaning))];
}

function sentence(text: string): string {
  // Leaves URLs as they are.
  const start = text.replace(/^[a-z]+(?!\w*:\/)/, capitalized);
  return /[.:!?]$/.test(start) ? start : `${start}.`;
}

/** One source line per sentence, none longer than mandoc allows. */
function filled(text: string): string[] {
  const words = text.split(' ');
  const lines: string[] = [];
  let line = '';
  for (const word of words) {
    const next = line === '' ? word : `${line} ${word}`;
    if (next.length > 72) {
      lines.push(line);
      line = word;
    } else line = next;
    if (/[.!?]$/.test(word) && word !== 'e.g.') {
      lines.push(line);
      line = '';
    }
  }
  return [...lines, line].filter((one) => one !== '').map(escaped);
}

/** Options in bold, placeholders in italics. */
function styled(text: string): string {
  return escaped(text)
    .replace(/(^|[ ,])((?:\\-){1,2}[A-Za-z](?:[\w]|\\-)*)/g, '$1\\fB$2\\fR')
    .replace(/<[^>]+>/g, '\\fI$&\\fR');
}

function escaped(text: string): string {
  const marked = text.replaceAll('\\', '\\e').replaceAll('-', '\\-');
  return /^[.']/.test(marked) ? `\\&${marked}` : marked;
}
