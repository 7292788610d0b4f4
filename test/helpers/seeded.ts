/**
 * Seed and number of runs for the property tests of a file, printed always and not only when one fails, so that any run
 * can be repeated. `FC_SEED=<number>` takes that seed, `FC_RUNS=<number>` so many runs (then give vitest more time
 * too: `--testTimeout=0`).
 */
export function seeded(numRuns: number): { readonly seed: number; readonly numRuns: number } {
  const { FC_SEED, FC_RUNS } = process.env;
  const seed = FC_SEED === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(FC_SEED);
  const runs = FC_RUNS === undefined ? numRuns : Number(FC_RUNS);
  console.log(`property tests: FC_SEED=${seed} FC_RUNS=${runs}`);
  return { seed, numRuns: runs };
}
