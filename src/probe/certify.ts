import Big from 'big.js';
import { sendChat } from '../openrouter/chat.ts';
import type { ChatReply } from '../openrouter/chat-reply.ts';
import { type Client, clientFor } from '../openrouter/client.ts';
import { forEachConcurrently } from '../platform/concurrency.ts';
import type { Clock, Deps, Place } from '../platform/deps.ts';
import { ownCommand } from '../platform/own-command.ts';
import { type WalkStepTaken, walk } from '../routing/walk.ts';
import {
  type KeyedEntry,
  type Plan,
  type PlannedEntry,
  type PlannedLink,
  type Probe,
  planProbes,
} from './plan.ts';
import {
  type EntryReport,
  type LinkReport,
  reportOf,
  type TestReport,
  withoutKey,
  withoutModel,
} from './report.ts';
import { servingLink, verdictOf } from './verdict.ts';

export interface CertifyWorld extends ProbeWorld {
  /** For the commands in fixes. */
  readonly place: Pick<Place, 'program' | 'given'>;
  /** How many probes run at a time. */
  readonly concurrency: number;
  /** Called after every answer with the state of each link of the plan; null if it is not known yet. */
  onProof?(links: readonly (LinkReport | null)[]): void;
}

/** Runs all probes of the plan in parallel and judges every entry. Throws CancelError if the signal is aborted. */
export async function certify(plan: Plan, world: CertifyWorld): Promise<TestReport> {
  const proofs = new Map<Probe, Proof>();
  const links = plan.entries.flatMap((entry) => entry.links);
  await forEachConcurrently(plan.probes, world.concurrency, async (probe) => {
    proofs.set(probe, await probeLink(probe, world));
    world.onProof?.(links.map((link) => linkReport(link, proofs, world)));
  });
  const entries = plan.entries.map((entry) => entryReport(entry, proofs, world));
  const cost = [...proofs.values()].reduce((sum, proof) => sum.plus(proof.costUsd), new Big(0));
  return { ok: entries.every(({ ok }) => ok), costUsd: cost.toFixed(), entries };
}

function entryReport(
  { entry, links }: PlannedEntry,
  proofs: ReadonlyMap<Probe, Proof>,
  world: CertifyWorld,
): EntryReport {
  const reports = links
    .map((link) => linkReport(link, proofs, world))
    .filter((report) => report !== null);
  return {
    entry: entry.name,
    ok: reports.every(({ ok }) => ok),
    verdict: verdictOf(reports),
    served: servingLink(reports)?.model ?? null,
    links: reports,
  };
}

function linkReport(
  link: PlannedLink,
  proofs: ReadonlyMap<Probe, Proof>,
  { place }: CertifyWorld,
): LinkReport | null {
  if ('lacks' in link) {
    return link.lacks === 'key'
      ? withoutKey(link, ownCommand(place))
      : withoutModel(link, ownCommand(place));
  }
  const proof = proofs.get(link.probe);
  if (proof === undefined) return null;
  const { question } = link.probe;
  return reportOf(link, proof.step, proof.attempts, (reply) => question.shortfall(reply));
}

export interface ProbeWorld extends Pick<Deps, 'clock' | 'random' | 'signal'> {
  /** Sends the probe's request. The reply must arrive within `timeoutMs`. */
  send(probe: Probe, timeoutMs: number): Promise<ChatReply>;
  /** Called after every attempt. */
  onStep?(probe: Probe, step: WalkStepTaken): void;
  /** For one link including its retries, in milliseconds. */
  readonly timeoutMs: number;
}

/** The result of probing one link. */
export interface Proof {
  /** The last attempt. */
  readonly step: WalkStepTaken;
  readonly attempts: number;
  /** The cost of all attempts in USD, a decimal string. */
  readonly costUsd: string;
}

/**
 * Probes one link like a walk would: temporary failures are retried according to the entry's policy until the deadline.
 * Throws CancelError if the signal is aborted.
 */
export async function probeLink(probe: Probe, world: ProbeWorld): Promise<Proof> {
  const { clock, random, signal } = world;
  const endMs = clock.monotonic() + world.timeoutMs;
  const steps: WalkStepTaken[] = [];
  try {
    await walk(
      [probe],
      probe.policy,
      () => world.send(probe, Math.max(1, Math.ceil(endMs - clock.monotonic()))),
      { clock: endingAt(clock, endMs), random, signal },
      (event) => {
        if (event.type !== 'step') return;
        steps.push(event.step);
        world.onStep?.(probe, event.step);
      },
    );
  } catch (error) {
    if (!(error instanceof OutOfTime)) throw error;
  }
  const last = steps.at(-1);
  if (last === undefined) throw new Error('A walk over one link took no step');
  return { step: last, attempts: steps.length, costUsd: sumOf(steps) };
}

class OutOfTime extends Error {}

/** A clock that refuses to sleep past the deadline. */
function endingAt(clock: Clock, endMs: number): Clock {
  return {
    ...clock,
    async sleep(ms, signal) {
      if (clock.monotonic() + ms >= endMs) throw new OutOfTime();
      await clock.sleep(ms, signal);
    },
  };
}

/** The total cost of all replies in USD, a decimal string. */
export function sumOf(steps: readonly { readonly reply: ChatReply }[]): string {
  return steps
    .reduce((sum, { reply }) => sum.plus(reply.usage?.costUsd ?? 0), new Big(0))
    .toFixed();
}

/** The result of an entry's primary model. */
export interface PrimaryReport extends LinkReport {
  readonly entry: string;
}

/** Sends a small live request to the primary model of each entry. */
export async function probePrimaries(
  deps: Deps,
  keyed: readonly KeyedEntry[],
  timeoutMs: number,
): Promise<readonly PrimaryReport[]> {
  const primaries = keyed.map((one) => ({
    ...one,
    entry: { ...one.entry, fallbackModels: [], complexModel: null },
  }));
  const clients = new Map<string, Client>();
  const report = await certify(planProbes(primaries, {}, []), {
    ...deps,
    timeoutMs,
    concurrency: 4,
    async send({ key, body, headers }, leftMs) {
      const client = clients.get(key) ?? clientFor(deps, key, timeoutMs);
      clients.set(key, client);
      return sendChat(client, { body, headers, stream: true, timeoutMs: leftMs });
    },
  });
  return report.entries.flatMap(({ entry, links }) => links.map((link) => ({ ...link, entry })));
}
