import Big from 'big.js';
import type { Place } from '../platform/deps.ts';
import { reportOf, withoutKey, withoutModel } from './link-report.ts';
import type { Plan, PlannedEntry, PlannedLink, Probe } from './plan.ts';
import { type ProbeWorld, type Proof, probeLink } from './probe-link.ts';
import type { EntryReport, LinkReport, TestReport } from './report.ts';
import { servingLink, verdictOf } from './verdict.ts';

export interface CertifyWorld extends ProbeWorld {
  /** Fixes name our program. */
  readonly place: Pick<Place, 'program'>;
  /** Probes on the wire at a time. */
  readonly concurrency: number;
  /** Told after every proof: how each link of the plan stands; null while it is not known. */
  onProof?(links: readonly (LinkReport | null)[]): void;
}

/** Asks every probe of the plan, side by side, and judges every entry. Throws CancelError when the signal is aborted. */
export async function certify(plan: Plan, world: CertifyWorld): Promise<TestReport> {
  const proofs = new Map<Probe, Proof>();
  const links = plan.entries.flatMap((entry) => entry.links);
  await eachSideBySide(plan.probes, world.concurrency, async (probe) => {
    proofs.set(probe, await probeLink(probe, world));
    world.onProof?.(links.map((link) => linkReport(link, proofs, world)));
  });
  const entries = plan.entries.map((entry) => entryReport(entry, proofs, world));
  const cost = [...proofs.values()].reduce((sum, proof) => sum.plus(proof.costUsd), new Big(0));
  return { ok: entries.every(({ ok }) => ok), costUsd: cost.toFixed(), entries };
}

async function eachSideBySide<T>(
  items: readonly T[],
  width: number,
  body: (item: T) => Promise<void>,
): Promise<void> {
  const left = items.values();
  const worker = async () => {
    for (const item of left) await body(item);
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker));
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
  { place: { program } }: CertifyWorld,
): LinkReport | null {
  if ('lacks' in link) {
    return link.lacks === 'key'
      ? withoutKey(link, link.variable, program)
      : withoutModel(link, program);
  }
  const proof = proofs.get(link.probe);
  if (proof === undefined) return null;
  const { question } = link.probe;
  return reportOf(link, proof.step, proof.attempts, (reply) => question.shortfall(reply));
}
