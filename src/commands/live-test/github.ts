import { formatUsd } from '../../platform/money.ts';
import type { EntryReport, LinkReport, TestReport } from '../../probe/report.ts';
import { roleWords } from '../../probe/verdict.ts';
import type { Setup } from '../../setup-file/setup-file.ts';
import { escapeMarkdown } from '../../text/escape.ts';
import type { Annotation } from '../../text/github.ts';

/**
 * One a link that was not proved, at its line of the setup file; none for links that failed as rehearsed while another
 * answered. `shown` makes a path as the repository knows it.
 */
export function githubAnnotations(
  { entries }: TestReport,
  setup: Setup,
  shown: (file: string) => string,
): Annotation[] {
  const wanting = entries.filter(({ walk, ok }) => walk === undefined || !ok);
  return wanting.flatMap((entry) =>
    entry.links
      .filter(({ ok, outcome }) => !ok && outcome !== null)
      .map((link) => annotationOf(entry, link, setup, shown)),
  );
}

function annotationOf(
  { entry }: EntryReport,
  link: LinkReport,
  setup: Setup,
  shown: (file: string) => string,
): Annotation {
  const place = setup.at(['models', entry, ...memberOf(link.role)]);
  const said = `${link.headline ?? ''}${link.message === null ? '' : `: ${link.message}`}`;
  return {
    level: link.level === 'warn' ? 'warning' : 'error',
    title: `${entry}: ${roleWords(link.role)} ${link.model}`,
    message: [said, link.fix].filter((part) => part !== null).join('\n'),
    ...(place === undefined
      ? {}
      : { file: shown(place.file), line: place.line, column: place.column }),
  };
}

function memberOf(role: LinkReport['role']): readonly (string | number)[] {
  if (role === 'primary') return ['defaultModel'];
  if (role === 'complex') return ['complexModel'];
  return ['fallbackModels', Number(role.slice('fallback'.length)) - 1];
}

/** The job summary, in GitHub's Markdown. */
export function githubSummary({ entries, costUsd, ok }: TestReport): string {
  const title = `### ${ok ? '✓' : '✗'} openclaw-openrouter test`;
  const tables = entries.map(entryTable);
  return `${[title, ...tables, `Cost: ${formatUsd(costUsd)}`].join('\n\n')}\n`;
}

function entryTable({ entry, links, verdict }: EntryReport): string {
  const rows = links.map((link) => {
    const state = link.ok
      ? '✓ answered'
      : `${link.outcome === null ? '–' : '✗'} ${link.headline ?? 'not tried'}`;
    const ttft = link.ttftMs === null ? '' : `${link.ttftMs} ms`;
    const cost = link.costUsd === null ? '' : formatUsd(link.costUsd);
    return [roleWords(link.role), link.model, state, ttft, cost].map(escapeMarkdown);
  });
  return [
    `**${escapeMarkdown(entry)}**: ${escapeMarkdown(verdict.join('; '))}`,
    '',
    '| link | model | result | first token | cost |',
    '|---|---|---|--:|--:|',
    ...rows.map((cells) => `| ${cells.join(' | ')} |`),
  ].join('\n');
}
