import type { Catalog } from '../catalog/load.ts';
import type { Entry } from '../setup-file/entry.ts';
import type { Setup } from '../setup-file/setup-file.ts';
import type { Facts } from './facts/index.ts';
import type { CheckId, Problem, Verdict } from './finding.ts';

/**
 * A small question about facts. `needs` names the facts that it uses, and it is given no others. Where one of them
 * cannot be gathered, the check is skipped with that reason. All checks run side by side, and one that throws is
 * reported as a finding and stops nobody else.
 */
export interface Check<Need extends keyof Facts = keyof Facts> {
  readonly id: CheckId;
  /** What it makes sure of, as one line of `--list-checks`. */
  readonly summary: string;
  readonly needs: readonly Need[];
  /** Passes when the verdict holds no problem. */
  run(facts: Pick<Facts, Need>): Promise<Verdict>;
}

/** Declares a check; the compiler holds `run` to the facts named in `needs`. */
export function defineCheck<const Need extends keyof Facts>(check: Check<Need>): Check {
  return check;
}

type Row = Pick<Check, 'id' | 'summary'>;

/** A check that looks at each entry of the setup file by itself. */
export function entryCheck(row: Row, problems: (setup: Setup, entry: Entry) => Problem[]): Check {
  return defineCheck({
    ...row,
    needs: ['setup'],
    async run({ setup }) {
      const read = await setup();
      return read.entries.flatMap((entry) => problems(read, entry));
    },
  });
}

/** A check that looks at each entry of the setup file with the prices and limits of its models at hand. */
export function modelCheck(
  row: Row,
  problems: (setup: Setup, catalog: Catalog, entry: Entry) => Problem[],
): Check {
  return defineCheck({
    ...row,
    needs: ['setup', 'catalog'],
    async run({ setup, catalog }) {
      const [read, list] = await Promise.all([setup(), catalog()]);
      return read.entries.flatMap((entry) => problems(read, list, entry));
    },
  });
}
