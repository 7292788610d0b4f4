import type { Clock } from '../platform/deps.ts';
import { sumUsd } from '../platform/money.ts';
import { isOutcomeName, type OutcomeName } from '../routing/outcomes.ts';
import type { RequestEvent } from './event.ts';

/**
 * What the status page shows about requests since the start. Memory is bounded: the most recent requests are kept in
 * full; older ones survive only as totals by channel, the last outcome of each model, and the last outage.
 */
export interface Activity {
  observe(event: RequestEvent): void;
  /** The number of requests so far, which is also the number of the last one. */
  count(): number;
  /** The requests after `number` that are still kept, oldest first. */
  since(number: number): readonly RecentRequest[];
  totals(): ActivityTotals;
}

export interface RecentRequest {
  readonly number: number;
  readonly at: Date;
  readonly event: RequestEvent;
}

interface ActivityTotals {
  /** By channel name; null for requests without a channel. Channels come from the setup file, so there are few. */
  readonly channels: ReadonlyMap<string | null, ChannelTotal>;
  /** By `linkName`. */
  readonly links: ReadonlyMap<string, LastOutcome>;
  readonly outage: Outage | null;
}

export interface ChannelTotal {
  readonly requests: number;
  readonly failed: number;
  /** USD, exact. */
  readonly usd: string;
}

export interface LastOutcome {
  readonly outcome: OutcomeName;
  readonly at: Date;
}

/** A run of consecutive requests that a model failed to answer. */
export interface Outage {
  readonly entry: string | null;
  readonly model: string;
  readonly outcome: OutcomeName;
  /** The model that answered instead; null if none did. */
  readonly tookOver: string | null;
  readonly requests: number;
  readonly since: Date;
  /** When the model answered again; null if it has not yet. */
  readonly over: Date | null;
}

export function linkName(entry: string | null, model: string): string {
  return `${entry ?? ''}\0${model}`;
}

const kept = 100;
const maxLinks = 500;

/** Recording a request is one write into a ring buffer; totals are computed when it is full or when they are read. */
export function createActivity(clock: Pick<Clock, 'now'>): Activity {
  const ring: RecentRequest[] = [];
  let count = 0;
  let summed = 0;
  const channels = new Map<string | null, ChannelTotal>();
  const links = new Map<string, LastOutcome>();
  let outage: Outage | null = null;

  function since(number: number): RecentRequest[] {
    const first = Math.max(number, count - kept);
    return Array.from({ length: count - first }, (_, i) => ring[(first + i) % kept]).filter(
      (each) => each !== undefined,
    );
  }

  function sum(): void {
    const fresh = since(summed);
    summed = count;
    for (const { event } of fresh) {
      const { requests, failed, usd } = channels.get(event.channel) ?? emptyTotal;
      channels.set(event.channel, {
        requests: requests + 1,
        failed: failed + (event.outcome === 'ok' ? 0 : 1),
        usd: event.costUsd === null ? usd : sumUsd([usd, event.costUsd]),
      });
    }
    for (const request of fresh) {
      for (const { model, outcome } of outcomesOf(request.event)) {
        const name = linkName(request.event.entry, model);
        links.delete(name);
        links.set(name, { outcome, at: request.at });
      }
      outage = outageAfter(outage, request);
    }
    // Clients can request any model, so drop the least recently used ones, which come first.
    for (const name of [...links.keys()].slice(0, -maxLinks)) links.delete(name);
  }

  return {
    observe(event) {
      ring[count % kept] = { number: count + 1, at: clock.now(), event };
      count += 1;
      if (count - summed === kept) sum();
    },
    count: () => count,
    since,
    totals() {
      sum();
      return { channels, links, outage };
    },
  };
}

const emptyTotal: ChannelTotal = { requests: 0, failed: 0, usd: '0' };

/** The models that the walk tried, each with its own outcome. A passed-through request tries none. */
function outcomesOf({ failed, role, model, outcome }: RequestEvent) {
  if (role === null) return [];
  const isListed = model === null || failed.at(-1)?.model === model;
  return isListed || !isOutcomeName(outcome) ? failed : [...failed, { model, outcome }];
}

/** These outcomes concern a single request; the next one may well succeed. */
const ofOneRequest: ReadonlySet<OutcomeName> = new Set([
  'bad_request',
  'context',
  'moderation',
  'unaffordable',
]);

function outageAfter(before: Outage | null, { at, event }: RecentRequest): Outage | null {
  const { entry } = event;
  const outcomes = outcomesOf(event);
  const down = outcomes.find(({ outcome }) => outcome !== 'ok' && !ofOneRequest.has(outcome));
  const isSame = before !== null && before.entry === entry && before.over === null;
  if (down === undefined) {
    const isBack = isSame && outcomes.some(({ model }) => model === before.model);
    return isBack ? { ...before, over: at } : before;
  }
  const goesOn = isSame && before.model === down.model;
  return {
    entry,
    model: down.model,
    outcome: down.outcome,
    tookOver: event.outcome === 'ok' ? event.model : null,
    requests: goesOn ? before.requests + 1 : 1,
    since: goesOn ? before.since : at,
    over: null,
  };
}
