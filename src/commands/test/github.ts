import { formatUsd } from '../../catalog/prices.ts';
import type { Setup } from '../../openclaw/setup-file.ts';
import type { EntryReport, LinkReport, TestReport } from '../../probe/report.ts';
import { roleWords } from '../../probe/verdict.ts';

/**
 * Workflow commands of GitHub Actions, one a link that was not proved, at its line of the setup file; none for links
 * that failed as rehearsed while another answered. `shown` makes a path as the repository knows it.
 * https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
export function githubAnnotations(
  { entries }: TestReport,
  setup: Setup,
  shown: (file: string) => string,
): string {
  const wanting = entries.filter(({ walk, ok }) => walk === undefined || !ok);
  const lines = wanting.flatMap((entry) =>
    entry.links
      .filter(({ ok, outcome }) => !ok && outcome !== null)
      .map((link) => annotation(entry, link, setup, shown)),
  );
  return lines.map((line) => `${line}\n`).join('');
}

function annotation(
  { entry }: EntryReport,
  link: LinkReport,
  setup: Setup,
  shown: (file: string) => string,
): string {
  const place = setup.at(['models', entry, ...memberOf(link.role)]);
  const where =
    place === undefined ? {} : { file: shown(place.file), line: place.line, col: place.column };
  const title = `${entry}: ${roleWords(link.role)} ${link.model}`;
  const text = [
    `${link.headline ?? ''}${link.message === null ? '' : `: ${link.message}`}`,
    link.fix,
  ];
  const properties = Object.entries({ ...where, title })
    .map(([name, value]) => `${name}=${escapeProperty(String(value))}`)
    .join(',');
  const level = link.level === 'warn' ? 'warning' : 'error';
  const words = text.filter((part) => part !== null).join('\n');
  return `::${level} ${properties}::${escapeData(words)}`;
}

function memberOf(role: LinkReport['role']): readonly (string | number)[] {
  if (role === 'primary') return ['defaultModel'];
  if (role === 'complex') return ['complexModel'];
  return ['fallbackModels', Number(role.slice('fallback'.length)) - 1];
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
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
    return [roleWords(link.role), `\`${link.model}\``, state, ttft, cost].map(tableCell);
  });
  return [
    `**${tableCell(entry)}**: ${tableCell(verdict.join('; '))}`,
    '',
    '| link | model | result | first token | cost |',
    '|---|---|---|--:|--:|',
    ...rows.map((cells) => `| ${cells.join(' | ')} |`),
  ].join('\n');
}

function tableCell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replace(/\s+/g, ' ');
}
