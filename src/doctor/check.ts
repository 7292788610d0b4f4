import type { Catalog } from '../catalog/load.ts';
import type { Entry } from '../setup-file/entry.ts';
import type { Setup } from '../setup-file/setup-file.ts';
import type { Facts } from './facts/index.ts';
import type { CheckId, Problems, Verdict } from './finding.ts';

/**
 * A small check of some facts. `needs` names the facts that it uses, and it only gets those. If one of them cannot be
 * gathered, the check is skipped with that reason. All checks run concurrently. One that throws is reported as a
 * finding and does not affect the others.
 */
export interface Check<Need extends keyof Facts = keyof Facts> {
  readonly id: CheckId;
  /** What the check verifies, as one line of `--list-checks`. */
  readonly summary: string;
  readonly needs: readonly Need[];
  /** The check passes if the verdict contains no problem. */
  run(facts: Pick<Facts, Need>): Promise<Verdict>;
}

/** Declares a check. The compiler restricts `run` to the facts named in `needs`. */
export function defineCheck<const Need extends keyof Facts>(check: Check<Need>): Check {
  return check;
}

type Row = Pick<Check, 'id' | 'summary'>;

/** A check that looks at each entry of the setup file on its own. */
export function entryCheck(row: Row, problems: (setup: Setup, entry: Entry) => Problems): Check {
  return defineCheck({
    ...row,
    needs: ['setup'],
    async run({ setup }) {
      const read = await setup();
      return read.entries.flatMap((entry) => problems(read, entry));
    },
  });
}

/** A check that looks at each entry of the setup file, with the list of models for prices and limits. */
export function modelCheck(
  row: Row,
  problems: (setup: Setup, catalog: Catalog, entry: Entry) => Problems,
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
