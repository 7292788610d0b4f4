import type { OutcomeName } from '../routing/outcomes.ts';

/** Why a key is not used for now. */
export interface Open {
  readonly outcome: OutcomeName;
  /** For every client, in our own words. */
  readonly message: string;
  readonly status: number;
  readonly since: Date;
  /** When one request is let through to see. */
  readonly retryAt: Date;
}

/** `open` null: go ahead; `probes` says that this request tries whether the key works again. */
export type Admission = { readonly open: null; readonly probes: boolean } | { readonly open: Open };

type BreakerState = 'closed' | 'open' | 'half-open';

/**
 * One key's breaker. An outcome that dooms the key opens it; from then on requests are answered without asking
 * OpenRouter, but for one at a time that tries the key again: after 15 s, then twice as long, 5 minutes at most.
 */
export interface Breaker {
  admit(now: Date): Admission;
  state(): BreakerState;
  open(): Open | null;
  /** Opens it or leaves it open for longer; true when it was closed. */
  trip(failure: Pick<Open, 'outcome' | 'message' | 'status'>, now: Date): boolean;
  /** The key works; true when it was open. */
  clear(): boolean;
  /** The probe ended without telling anything about the key. */
  letGo(): void;
}

const firstMs = 15_000;
const longestMs = 300_000;

export function createBreaker(): Breaker {
  let open: Open | null = null;
  let probing = false;
  let waitMs = firstMs;
  return {
    admit(now) {
      if (open === null) return { open, probes: false };
      if (probing || now < open.retryAt) return { open };
      probing = true;
      return { open: null, probes: true };
    },
    state: () => (open === null ? 'closed' : probing ? 'half-open' : 'open'),
    open: () => open,
    trip(failure, now) {
      const first = open === null;
      // Requests that were under way when it opened say nothing new.
      if (!first && !probing) return false;
      waitMs = first ? firstMs : Math.min(waitMs * 2, longestMs);
      probing = false;
      const since = open?.since ?? now;
      open = { ...failure, since, retryAt: new Date(now.getTime() + waitMs) };
      return first;
    },
    clear() {
      const was = open !== null;
      open = null;
      probing = false;
      return was;
    },
    letGo() {
      probing = false;
    },
  };
}
