import type { Stream } from '../../deps.ts';
import type { Check } from '../../doctor/check.ts';
import { checks } from '../../doctor/checks/index.ts';
import { createStyle } from '../../terminal/style.ts';
import { renderTable } from '../../terminal/table.ts';

/** `--list-checks`: a table on a terminal; id, need and summary with tabs between in a pipe. */
export function checkList(stdout: Stream): string {
  const rows = checks.map((check) => [check.id, needOf(check), check.summary]);
  if (!stdout.isTty) return rows.map((row) => `${row.join('\t')}\n`).join('');
  const style = createStyle(stdout);
  const columns = [
    { head: 'check' },
    { head: 'needs', drop: 1 },
    { head: 'looks whether', flexible: true },
  ];
  const { columns: width } = stdout;
  const lines = renderTable(columns, rows, {
    width,
    ellipsis: style.ellipsis,
    paintHead: style.dim,
  });
  return `${lines.join('\n')}\n`;
}

/** `--list-checks --json`. */
export function checkListDocument() {
  return {
    ok: true,
    checks: checks.map((check) => ({
      id: check.id,
      summary: check.summary,
      needs: needOf(check),
    })),
  };
}

/** What must be there for the check to run, in one word. */
function needOf({ needs }: Check): 'network' | 'models' | 'host' | 'files' {
  // The checks of ids ask the network just for a better suggestion, and do without it.
  if (needs.includes('changes')) return 'models';
  if (needs.some((need) => networkFacts.has(need))) return 'network';
  if (needs.includes('catalog')) return 'models';
  return needs.includes('host') ? 'host' : 'files';
}

const networkFacts: ReadonlySet<string> = new Set(['accounts', 'providers', 'endpoints', 'reach']);
