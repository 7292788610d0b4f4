import type { Deps } from '../../platform/deps.ts';
import type { BudgetStatus } from '../../routing/budget.ts';
import { localZone } from '../../spend/local-time.ts';
import { type SpendReport, spendReport } from '../../spend/report.ts';
import { withProgress } from '../../terminal/progress.ts';
import { type GatherOptions, gatherFacts } from './gather.ts';

export interface SpendOptions extends GatherOptions {
  /** The status at which `--check` says no. */
  readonly failOn: 'alert' | 'exceeded';
  readonly by: 'day' | 'model' | undefined;
  /** Where to write the page. */
  readonly html: string | undefined;
}

export interface SpendResult {
  /** False only with `--check`, when a budget is where it must not be. */
  readonly ok: boolean;
  readonly report: SpendReport;
  /** What to draw below the summary. */
  readonly by: 'day' | 'model' | undefined;
  readonly check: boolean;
  /** The person's time zone, shown beside UTC. */
  readonly zone: string;
}

/** Reads the sources, adds up and compares. Throws UserError when that cannot be done. */
export async function runSpend(world: Deps, options: SpendOptions): Promise<SpendResult> {
  const facts = await withProgress(world.io, 'Asking OpenRouter what was spent', () =>
    gatherFacts(world, options),
  );
  const report = spendReport(facts);
  return {
    ok: !options.check || !failsAt(report.status, options.failOn),
    report,
    by: options.by,
    check: options.check,
    // Asked only where a time is shown: the tables of time zones take 8 MiB.
    get zone() {
      return localZone(world.env);
    },
  };
}

function failsAt(status: BudgetStatus, failOn: SpendOptions['failOn']): boolean {
  return status === 'exceeded' || (status === 'alert' && failOn === 'alert');
}
