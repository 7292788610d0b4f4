/** A request in progress. */
export interface Watched {
  /** Set when data was sent or received, and cleared by the watch. */
  isActive: boolean;
  /** If there is unread data, it is the client that is slow. */
  readonly isUnread: boolean;
}

interface Waiting {
  readonly onSilent: () => void;
  /** When data was last sent or received, in milliseconds. */
  lastMs: number;
}

/**
 * Calls `onSilent` of each request that sent and received nothing for `silenceMs` milliseconds, counted from the DNS
 * lookup on. They share one timer, because a timer for each costs more than most answers take.
 */
export function createSilenceWatch(silenceMs: number) {
  const watched = new Map<Watched, Waiting>();
  let timer: NodeJS.Timeout | null = null;

  function check(): void {
    const nowMs = performance.now();
    for (const [request, waiting] of watched) {
      if (request.isActive || request.isUnread) waiting.lastMs = nowMs;
      else if (nowMs - waiting.lastMs >= silenceMs) waiting.onSilent();
      request.isActive = false;
    }
    if (watched.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  }

  return {
    add(request: Watched, onSilent: () => void): void {
      watched.set(request, { onSilent, lastMs: performance.now() });
      timer ??= setInterval(check, Math.min(1_000, silenceMs / 4)).unref();
    },
    remove: (request: Watched) => void watched.delete(request),
  };
}
