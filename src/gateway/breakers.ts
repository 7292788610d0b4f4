import type { Clock } from '../platform/deps.ts';
import { isFreeLink } from '../routing/choose.ts';
import { judge } from '../routing/outcomes.ts';
import type { WalkStepTaken } from '../routing/walk.ts';
import { type Admission, type Breaker, createBreaker, type Open } from './breaker.ts';
import type { GatewayEvent } from './event.ts';
import type { Credential } from './live-setup.ts';

/** A breaker for each key. A key that was replaced, and has come back, starts anew. */
export interface Breakers {
  admit(credential: Credential, now: Date): Admission;
  learn(credential: Credential, step: WalkStepTaken): void;
  letGo(credential: Credential): void;
  /** Those that are open of the keys in use, by the key's name. */
  open(): readonly (Open & { readonly key: string; readonly state: 'open' | 'half-open' })[];
}

export function createBreakers(
  clock: Clock,
  tell: (event: GatewayEvent) => void,
  inUse: () => Iterable<Credential>,
): Breakers {
  // Not by the name of the key: it shows four digits, and two keys may share them.
  const breakers = new WeakMap<Credential, Breaker>();

  function of(credential: Credential): Breaker {
    const known = breakers.get(credential) ?? createBreaker();
    breakers.set(credential, known);
    return known;
  }

  return {
    admit: (credential, now) => of(credential).admit(now),
    learn(credential, step) {
      const { reply } = step;
      const outcome = judge(reply);
      const key = credential.name;
      if (outcome.name === 'ok') {
        // That a free link answers says nothing about the credit.
        if (of(credential).open()?.outcome === 'billing' && isFreeLink(step)) return;
        if (!of(credential).clear()) return;
        tell({
          type: 'breaker',
          key,
          state: 'closed',
          outcome: null,
          message: 'the key works again',
        });
      } else if (outcome.walk === 'stop') {
        // What OpenRouter said goes to the client that asked: others see this too, and it may quote the request.
        const message = `${outcome.headline}. ${outcome.fix}`;
        const status = reply.failure?.status ?? reply.status ?? 402;
        if (!of(credential).trip({ outcome: outcome.name, message, status }, clock.now())) return;
        tell({ type: 'breaker', key, state: 'open', outcome: outcome.name, message });
      }
    },
    letGo: (credential) => of(credential).letGo(),
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
