import type { Deps } from '../../platform/deps.ts';
import { ownCommand } from '../../platform/own-command.ts';
import { tildePath } from '../../platform/paths.ts';
import type { InitResult } from '../../setup/init-plan.ts';
import { createStyle, paintDiff, type Style } from '../../terminal/style.ts';
import { wrap } from '../../terminal/table.ts';
import { toTsv } from '../../text/csv.ts';
import { renderReports } from '../../wizard/verify.ts';

/** What `init --json` prints. */
export function documentOf(result: InitResult) {
  const { ok, dryRun, changed, setupFile, files, diff, entries, key } = result;
  const { verified, proofs, warnings, undoId, applied, next } = result;
  const what = { ok, dryRun, changed, setupFile, files, diff, entries, key };
  return { ...what, verified, proofs, warnings, undoId, applied, next };
}

/** The diff for `--dry-run`, otherwise what was verified and written, and the commands to run next. */
export function renderResult(deps: Deps, result: InitResult): string {
  const { isTty } = deps.io.stdout;
  if (result.dryRun) return isTty ? renderDiff(deps, result) : result.diff;
  return isTty ? renderForTerminal(deps, result) : renderPlain(result);
}

/**
 * Tab-separated rows for a pipe: `answers|fails entry model outcome fix`, `create|update file`,
 * `key prefix source`, `warning text`, `next command`.
 */
function renderPlain({ ok, proofs, files, key, warnings, next }: InitResult): string {
  const rows: (readonly string[])[] = [
    ...proofs.map(({ entry, model, ok: answers, headline, fix }) =>
      answers ? ['answers', entry, model] : ['fails', entry, model, headline ?? '', fix ?? ''],
    ),
    ...files.map(({ action, path }) => [action, path]),
    ...(ok && files.length === 0 ? [['nothing to change']] : []),
    ...(key === null ? [] : [['key', key.prefix, key.source]]),
    ...warnings.map((warning) => ['warning', warning]),
    ...next.map(({ command }) => ['next', command]),
  ];
  return toTsv(rows);
}

function renderForTerminal(deps: Deps, result: InitResult): string {
  const style = createStyle(deps.io.stdout);
  const width = deps.io.stdout.columns - 1;
  const lines = [
    ...renderReports(result.proofs, deps.io.stdout),
    ...(result.ok
      ? writtenLines(deps, result, style)
      : [`  ${style.symbol('skip')} Nothing was written`]),
    ...result.warnings.map(
      (warning) => `  ${style.symbol('warn')} warn  ${wrap(warning, width, 10)}`,
    ),
    ...(result.ok ? nextLines(result, style, width) : []),
  ];
  return `${lines.join('\n')}\n`;
}

function renderDiff(deps: Deps, { diff, warnings }: InitResult): string {
  const style = createStyle(deps.io.stdout);
  if (diff === '') return '  Nothing to change\n';
  return [
    paintDiff(diff, style),
    ...warnings.map((warning) => `  ${style.symbol('warn')} warn  ${warning}\n`),
  ].join('');
}

function writtenLines(deps: Deps, { files, key, undoId }: InitResult, style: Style): string[] {
  const folded = (text: string) => wrap(text, deps.io.stdout.columns - 1, 10);
  const ok = (text: string) => `  ${style.symbol('ok')} ok    ${folded(text)}`;
  if (files.length === 0) return [ok('Nothing to change')];
  return [
    ...files.map(({ path, action }) =>
      ok(`${action === 'create' ? 'wrote' : 'changed'} ${tildePath(path, deps.place)}`),
    ),
    ...(key === null ? [] : [ok(`key ${key.prefix} from ${key.source}`)]),
    ...(undoId === null
      ? []
      : [
          `        ${style.arrow} ${style.dim(folded(`${ownCommand(deps.place)('undo')} reverts all of it`))}`,
        ]),
  ];
}

/** Each reason next to its command, or below it if the terminal is too narrow. */
function nextLines({ next }: InitResult, style: Style, width: number): string[] {
  const widest = Math.max(...next.map(({ command }) => command.length));
  const fits = next.every(({ why }) => 4 + widest + 2 + why.length <= width);
  return [
    '',
    '  Next',
    ...next.flatMap(({ command, why }) =>
      fits
        ? [`    ${command.padEnd(widest)}  ${style.dim(why)}`]
        : [`    ${command}`, `      ${style.dim(wrap(why, width, 6))}`],
    ),
  ];
}
