import type { Clock } from '../platform/deps.ts';
import { adviceOn } from '../routing/advice.ts';
import { isFreeLink } from '../routing/choose.ts';
import { type OutcomeName, outcomeNamed } from '../routing/outcomes.ts';
import type { WalkStepTaken } from '../routing/walk.ts';
import type { GatewayEvent } from './event.ts';
import type { Credential } from './live-setup.ts';

/** Why a key is currently not used. */
export interface Open {
  readonly outcome: OutcomeName;
  /** Our own wording, since every client sees it. */
  readonly message: string;
  readonly status: number;
  readonly since: Date;
  /** When one request will be let through to try the key again. */
  readonly retryAt: Date;
}

interface Admission {
  /** Null if the request may use the key. */
  readonly open: Open | null;
  /** This request tests whether the key works again; the caller has to release the breaker afterwards. */
  readonly isProbe: boolean;
}

type BreakerState = 'closed' | 'open' | 'half-open';

const firstMs = 15_000;
const maxWaitMs = 300_000;

/**
 * The circuit breaker of one key. An outcome that rules out the key opens it. Requests are then answered without asking
 * OpenRouter, except for one probe at a time: after 15 s, then at doubling intervals of up to 5 minutes.
 */
export function createBreaker() {
  let open: Open | null = null;
  let probing = false;
  let waitMs = firstMs;
  return {
    admit(now: Date): Admission {
      if (open === null) return { open, isProbe: false };
      if (probing || now < open.retryAt) return { open, isProbe: false };
      probing = true;
      return { open: null, isProbe: true };
    },
    state: (): BreakerState => (open === null ? 'closed' : probing ? 'half-open' : 'open'),
    open: () => open,
    /** Opens the breaker or keeps it open for longer; true if it was closed. */
    trip(failure: Pick<Open, 'outcome' | 'message' | 'status'>, now: Date): boolean {
      const first = open === null;
      // Requests that were in flight when it opened do not extend the wait.
      if (!first && !probing) return false;
      waitMs = first ? firstMs : Math.min(waitMs * 2, maxWaitMs);
      probing = false;
      const since = open?.since ?? now;
      open = { ...failure, since, retryAt: new Date(now.getTime() + waitMs) };
      return first;
    },
    /** Closes the breaker because the key works; true if it was open. */
    clear(): boolean {
      const was = open !== null;
      open = null;
      probing = false;
      return was;
    },
    /** Ends a probe that had no outcome. */
    release(): void {
      probing = false;
    },
  };
}

/** One breaker per key. A key that is replaced and later restored starts with a closed one. */
export interface Breakers {
  admit(credential: Credential, now: Date): Admission;
  observe(credential: Credential, step: WalkStepTaken): void;
  release(credential: Credential): void;
  /** The open breakers of the keys in use. */
  open(): readonly (Open & { readonly key: string; readonly state: 'open' | 'half-open' })[];
}

export function createBreakers(
  clock: Clock,
  onEvent: (event: GatewayEvent) => void,
  inUse: () => Iterable<Credential>,
): Breakers {
  // Not keyed by display name: it shows only four digits, which two keys may share.
  const breakers = new WeakMap<Credential, ReturnType<typeof createBreaker>>();

  function of(credential: Credential) {
    const known = breakers.get(credential) ?? createBreaker();
    breakers.set(credential, known);
    return known;
  }

  return {
    admit: (credential, now) => of(credential).admit(now),
    observe(credential, step) {
      const { reply } = step;
      const outcome = outcomeNamed(step.outcome);
      const key = credential.name;
      if (outcome.name === 'ok') {
        // An answer from a free link does not prove that there is credit again.
        if (of(credential).open()?.outcome === 'billing' && isFreeLink(step)) return;
        if (!of(credential).clear()) return;
        onEvent({
          type: 'breaker',
          key,
          state: 'closed',
          outcome: null,
          message: 'the key works again',
        });
      } else if (outcome.walk === 'stop') {
        const { headline, fix } = adviceOn(outcome, reply.failure, step);
        // Not OpenRouter's own message: it may quote the request, and every client sees this one.
        const message = `${headline}. ${fix}`;
        const status = reply.failure?.status ?? reply.status ?? 402;
        if (!of(credential).trip({ outcome: outcome.name, message, status }, clock.now())) return;
        onEvent({ type: 'breaker', key, state: 'open', outcome: outcome.name, message });
      }
    },
    release: (credential) => of(credential).release(),
    open: () =>
      [...new Set(inUse())].flatMap((credential) => {
        const breaker = of(credential);
        const [open, state] = [breaker.open(), breaker.state()];
        return open === null || state === 'closed'
          ? []
          : [{ ...open, key: credential.name, state }];
      }),
  };
}
