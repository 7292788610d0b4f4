import { isFreeLink, type Link, linksOf } from '../routing/choose.ts';
import {
  policyOf,
  type WalkEvent,
  type WalkResult,
  type WalkStepTaken,
  walk,
} from '../routing/walk.ts';
import {
  type AttemptState,
  type Attempts,
  type Call,
  type CallServices,
  createAttempts,
} from './attempt.ts';
import { cheaperLinks, OverBudget } from './budget.ts';
import { HttpError } from './http-response.ts';
import type { Credential, LiveEntry } from './live-setup.ts';
import type { Target } from './target.ts';

export interface CallResult extends Readonly<AttemptState> {
  readonly walk: WalkResult;
  /** Records what the last attempt cost. Call it once the client has its answer, or will not get one. */
  readonly settle: () => void;
}

/**
 * Walks the links of one chat request, and adds its attempts to `state`. A stream is sent to the client as it arrives;
 * anything else is returned. Throws HttpError if no model may be asked, CancelError if the client has disconnected.
 */
export async function runCall(
  services: CallServices,
  call: Call,
  state: AttemptState,
): Promise<CallResult> {
  const credential = credentialOf(call.target.entry);
  const { links, isProbe } = admit(services, credential, call.target);
  const attempts = createAttempts(services, call, credential, state);
  try {
    const walked = await walkOrDowngrade(services, call, credential, attempts, links);
    return Object.assign(attempts.state, { walk: walked, settle: attempts.settle });
  } catch (error) {
    attempts.settle();
    throw error;
  } finally {
    if (isProbe) services.breakers.release(credential);
  }
}

async function walkOrDowngrade(
  services: CallServices,
  call: Call,
  credential: Credential,
  attempts: Attempts,
  first: readonly Link[],
): Promise<WalkResult> {
  const { clock, random, breakers, prices } = services;
  const { entry } = call.target;
  const policy = policyOf(entry);
  const world = { clock, random, signal: call.signal };
  const steps: WalkStepTaken[] = [];
  let asked = null as Link | null;
  let waitMs = 0;
  const onEvent = (event: WalkEvent) => {
    if (event.type === 'attempt') {
      asked = event.link;
      attempts.state.waitedMs += waitMs;
      waitMs = 0;
    } else if (event.type === 'step') {
      steps.push(event.step);
      attempts.judged(event.step.outcome);
      breakers.observe(credential, event.step);
    } else {
      waitMs = event.ms;
      attempts.settle();
    }
  };
  for (let links = first; ; ) {
    try {
      return { ...(await walk(links, policy, attempts.send, world, onEvent)), steps };
    } catch (error) {
      if (!(error instanceof OverBudget)) throw error;
      // If attempts that failed have used up the budget for this one, a later link may still fit.
      links = steps.length === 0 || asked === null ? [] : links.slice(links.indexOf(asked) + 1);
      if (links.length > 0) continue;
      links = await cheaperLinks(entry, linksOf(entry), error, call, prices);
      if (links.length === 0) throw error;
      attempts.state.reason = `${call.target.reason}+downgrade`;
    }
  }
}

/** Throws HttpError if the entry has no key. */
export function credentialOf({ name, credential, keyProblem }: LiveEntry): Credential {
  if (credential !== null) return credential;
  throw new HttpError(
    401,
    'key_missing',
    `The entry ${JSON.stringify(name)} has no key: ${keyProblem} where the gateway runs`,
  );
}

interface Admitted {
  readonly links: readonly Link[];
  /** Whether this call tests if the key works again. */
  readonly isProbe: boolean;
}

/** Without credit, free links can still be used. */
function admit(services: CallServices, credential: Credential, target: Target): Admitted {
  const { entry, links } = target;
  const now = services.clock.now();
  const { open, isProbe } = services.breakers.admit(credential, now);
  if (open === null) return { links, isProbe };
  const free = open.outcome === 'billing' ? links.filter(isFreeLink) : [];
  if (free.length > 0) return { links: free, isProbe };
  const retryAt = open.retryAt.toISOString();
  const message = `${open.message} (${credential.name} is not used until ${retryAt})`;
  throw new HttpError(open.status, open.outcome, message, {
    metadata: {
      entry: entry.name,
      breaker: 'open',
      since: open.since.toISOString(),
      retry_at: retryAt,
    },
    retryAfterS: Math.max(1, Math.ceil((open.retryAt.getTime() - now.getTime()) / 1000)),
  });
}
