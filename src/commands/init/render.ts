import type { Deps } from '../../deps.ts';
import { tildePath } from '../../platform/paths.ts';
import { createStyle, type Style } from '../../terminal/style.ts';
import type { InitResult } from './result.ts';

/** What `init --json` prints. */
export function documentOf(result: InitResult) {
  const { ok, dryRun, setupFile, files, diff, entries, key, proofs, notes, undoId, next } = result;
  return { ok, dryRun, setupFile, files, diff, entries, key, proofs, notes, undoId, next };
}

/** What `init` says: the diff with `--dry-run`, what was written and proven else. */
export function renderResult(deps: Deps, result: InitResult): string {
  const style = createStyle(deps.io.stdout);
  if (result.dryRun) return renderDryRun(result, style, deps.io.stdout.isTty);
  const lines = [
    ...proofLines(result, style),
    ...(result.ok ? writtenLines(deps, result, style) : ['', '  Nothing was written']),
    ...result.notes.map((note) => `  ${style.symbol('warn')} ${note}`),
    ...(result.ok ? nextLines(result, style) : []),
  ];
  return `${lines.join('\n')}\n`;
}

function renderDryRun({ diff, notes }: InitResult, style: Style, isTty: boolean): string {
  if (diff === '') return '  Nothing to change\n';
  const body = isTty
    ? diff
        .split('\n')
        .map((line) => paintDiff(line, style))
        .join('\n')
    : diff;
  return body + notes.map((note) => `  ${style.symbol('warn')} ${note}\n`).join('');
}

/** One line of a unified diff in its colour. */
export function paintDiff(line: string, style: Style): string {
  if (/^(---|\+\+\+|@@)/.test(line)) return style.dim(line);
  if (line.startsWith('+')) return style.added(line);
  return line.startsWith('-') ? style.removed(line) : line;
}

function proofLines({ proofs }: InitResult, style: Style): string[] {
  return proofs.flatMap(({ entry, model, ok, level, headline, message, fix }) => [
    `  ${style.symbol(ok ? 'ok' : (level ?? 'fail'))} ${entry}  ${model}  ${ok ? 'answers' : headline}`,
    ...(ok || message === null ? [] : [`      ${style.dim(message)}`]),
    ...(ok || fix === null ? [] : [`    ${style.arrow} ${fix}`]),
  ]);
}

function writtenLines(deps: Deps, { files, key, undoId }: InitResult, style: Style): string[] {
  if (files.length === 0) return [`  ${style.symbol('ok')} Nothing to change`];
  const lines = files.map(
    ({ path, action }) =>
      `  ${style.symbol('ok')} ${action === 'create' ? 'wrote' : 'changed'} ${tildePath(path, deps.place)}`,
  );
  if (key !== null) lines.push(`  ${style.symbol('ok')} key ${key.prefix} from ${key.source}`);
  if (undoId !== null) lines.push(style.dim('    openclaw-openrouter undo takes it back'));
  return lines;
}

function nextLines({ next }: InitResult, style: Style): string[] {
  const width = Math.max(...next.map(({ command }) => command.length));
  return [
    '',
    '  Next',
    ...next.map(({ command, why }) => `    ${command.padEnd(width)}  ${style.dim(why)}`),
  ];
}
