import Big from 'big.js';
import { sendChat } from '../../openrouter/chat.ts';
import { type Client, clientFor } from '../../openrouter/client.ts';
import type { Deps } from '../../platform/deps.ts';
import { CancelError, UsageError, UserError } from '../../platform/errors.ts';
import { formatUsd } from '../../platform/money.ts';
import { plural } from '../../platform/wording.ts';
import type { ProbeWorld } from '../../probe/certify.ts';
import { certify } from '../../probe/certify.ts';
import { type Estimate, estimateCost, planProbes } from '../../probe/plan.ts';
import type { TestReport } from '../../probe/report.ts';
import type { Entry } from '../../setup-file/entry.ts';
import { withProgress } from '../../terminal/progress.ts';
import { withKeys } from './entries.ts';
import { defaultTimeoutMs, type TestOptions } from './options.ts';
import { pricesFor } from './prices.ts';
import { renderProgress } from './progress.ts';
import { type Note, recorded } from './recorded.ts';

/** Sends live requests to every link of these entries. Throws UsageError if that could exceed `--max-cost`. */
export async function certifyEntries(
  world: Deps,
  entries: readonly Entry[],
  options: TestOptions,
): Promise<TestReport> {
  const timeoutMs = options.timeout ?? defaultTimeoutMs;
  const [keyed, models] = await Promise.all([
    withKeys(world, entries),
    pricesFor(world, options, timeoutMs),
  ]);
  const plan = planProbes(keyed, options, models ?? []);
  const estimate = estimateCost(plan.probes, models ?? []);
  if (options.maxCost !== undefined) keepWithin(options.maxCost, estimate, models !== null);
  const requests = plural(plan.probes.length, 'request');
  await agreeTo(world, estimate, requests, options);
  const links = plan.entries.flatMap((entry) => entry.links);
  const words = `Sending ${requests}, ${maxCostText(estimate)}`;
  const report = await recorded(world, options, (note) =>
    withProgress(world.io, words, (progress) =>
      certify(plan, {
        ...proberWorld(world, timeoutMs, note),
        place: world.place,
        concurrency: options.concurrency,
        onProof: (reports) => progress.update(renderProgress(world.io.stderr, links, reports)),
      }),
    ),
  );
  return { ...report, estimatedCostUsd: estimate.usd };
}

/** How probes reach OpenRouter: one client per key. */
function proberWorld(world: Deps, timeoutMs: number, note: Note): ProbeWorld {
  const clients = new Map<string, Client>();
  const { clock, random, signal } = world;
  return {
    clock,
    random,
    signal,
    timeoutMs,
    onStep: (probe, step) => note(probe.entry, step),
    async send(probe, leftMs) {
      const { key, body, headers } = probe;
      const client = clients.get(key) ?? clientFor(world, key, timeoutMs);
      clients.set(key, client);
      return sendChat(client, { body, headers, stream: true, timeoutMs: leftMs });
    },
  };
}

const askAboveUsd = '0.05';

async function agreeTo(
  { prompter }: Deps,
  estimate: Estimate,
  requests: string,
  { yes }: TestOptions,
): Promise<void> {
  const isLittle = estimate.unpriced.length === 0 && new Big(estimate.usd).lte(askAboveUsd);
  if (yes === true || !prompter.canPrompt || isLittle) return;
  const message = `Sending ${requests} costs ${maxCostText(estimate)}. Continue?`;
  if (await prompter.confirm({ message, default: true })) return;
  throw new CancelError('Cancelled; nothing was sent');
}

function maxCostText({ usd, unpriced: [unknown] }: Estimate): string {
  if (unknown === undefined) return `${formatUsd(usd)} at most`;
  return `${formatUsd(usd)} and more: ${unknown.unpriced}`;
}

function keepWithin(maxCost: string, { usd, unpriced }: Estimate, priced: boolean): void {
  const [unknown] = unpriced;
  if (unknown !== undefined) {
    throw new UsageError(`--max-cost cannot be enforced: ${unknown.unpriced}`, {
      hint: `Nothing was sent. In the parameters of the entry ${unknown.fix}, or leave --max-cost out`,
    });
  }
  if (!priced) {
    throw new UserError('The prices could not be read, so --max-cost cannot be enforced', {
      type: 'network',
      hint: 'Try again, or leave --max-cost out',
    });
  }
  if (new Big(usd).lte(maxCost)) return;
  throw new UsageError(`This could cost ${formatUsd(usd)}, more than --max-cost ${maxCost}`, {
    hint: 'Nothing was sent. Name fewer entries, or raise --max-cost',
  });
}
