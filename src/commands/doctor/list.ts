import type { Check } from '../../doctor/check.ts';
import type { Stream } from '../../platform/deps.ts';
import { createStyle } from '../../terminal/style.ts';
import { pad, wrap } from '../../terminal/table.ts';
import { toTsv } from '../../text/csv.ts';

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
