/** One measured figure and its limit. */
export interface Figure {
  readonly what: string;
  readonly measured: number;
  /** Null for a figure that only shows how another one grows. */
  readonly atMost: number | null;
  /** `×` of the reference that was run at the same time, or a unit. */
  readonly unit: string;
  /** The amount in numbers of this machine. */
  readonly detail?: string;
}

/** What each `*.bench.ts` exports as `bench`. */
export type Bench = () => Promise<readonly Figure[]>;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
