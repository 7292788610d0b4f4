/** One measured figure and its limit. */
export interface Figure {
  readonly what: string;
  readonly measured: number;
  readonly atMost: number;
  /** `×` of the reference that was run at the same time, or a unit. */
  readonly unit: string;
}

/** What each `*.bench.ts` exports as `bench`. */
export type Bench = () => Promise<readonly Figure[]>;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
