/** One who waits for the ledger. */
export interface Waiting<T, R> {
  readonly item: T;
  /** In milliseconds of the monotonic clock. */
  readonly sinceMs: number;
  readonly resolve: (result: R) => void;
  readonly reject: (error: unknown) => void;
  /** It was let go: nobody wants the answer any more. */
  hasLeft: boolean;
}

/** Those who wait for the next batch, and those in the one that is being written. */
export interface LedgerQueue<T, R> {
  /** How many wait for the next batch. */
  length(): number;
  push(item: T, nowMs: number): Promise<R>;
  /** All who wait, as the batch that is now written. */
  take(): readonly Waiting<T, R>[];
  /** Lets those go who have waited for too long. */
  letGo(nowMs: number): void;
}

export interface LedgerQueueOptions<T, R> {
  readonly patienceMs: number;
  readonly letGo: (waiting: Waiting<T, R>) => void;
  /** What has left is not asked any more; what is to be written has to be written all the same. */
  readonly forgets: boolean;
}

export function createLedgerQueue<T, R>(options: LedgerQueueOptions<T, R>): LedgerQueue<T, R> {
  const { patienceMs, forgets } = options;
  let next: Waiting<T, R>[] = [];
  let current: readonly Waiting<T, R>[] = [];
  return {
    length: () => next.length,
    push: (item, sinceMs) =>
      new Promise((resolve, reject) => {
        next.push({ item, sinceMs, resolve, reject, hasLeft: false });
      }),
    take() {
      current = next;
      next = [];
      return current;
    },
    letGo(nowMs) {
      for (const waiting of [...next, ...current]) {
        if (waiting.hasLeft || nowMs - waiting.sinceMs < patienceMs) continue;
        waiting.hasLeft = true;
        options.letGo(waiting);
      }
      if (forgets) next = next.filter(({ hasLeft }) => !hasLeft);
    },
  };
}
