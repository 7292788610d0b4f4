/**
 * Seed and number of runs for the property tests of a file. They are always printed, so that any run can be repeated.
 * `FC_SEED=<number>` sets the seed, `FC_RUNS=<number>` the runs (which may need more time: `--testTimeout=0`).
 */
export function seeded(numRuns: number): { readonly seed: number; readonly numRuns: number } {
  const { FC_SEED, FC_RUNS } = process.env;
  const seed = FC_SEED === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(FC_SEED);
  const runs = FC_RUNS === undefined ? numRuns : Number(FC_RUNS);
  console.log(`property tests: FC_SEED=${seed} FC_RUNS=${runs}`);
  return { seed, numRuns: runs };
}
