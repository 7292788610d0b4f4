import Big from 'big.js';
import { sendChat } from '../../openrouter/chat.ts';
import { type Client, clientFor } from '../../openrouter/client.ts';
import type { Deps } from '../../platform/deps.ts';
import { CancelError, UsageError, UserError } from '../../platform/errors.ts';
import { formatUsd } from '../../platform/money.ts';
import { setupFilePath } from '../../platform/paths.ts';
import { plural } from '../../platform/wording.ts';
import { certify, type ProbeWorld } from '../../probe/certify.ts';
import { type Estimate, estimateCost, planProbes } from '../../probe/plan.ts';
import type { TestReport } from '../../probe/report.ts';
import { chooseEntry } from '../../routing/choose.ts';
import type { Entry } from '../../setup-file/entry.ts';
import { assertShape } from '../../setup-file/problems.ts';
import { assertSetupExists, readSetup, type Setup } from '../../setup-file/setup-file.ts';
import { withProgress } from '../../terminal/progress.ts';
import type { AskReport } from './ask.ts';
import {
  defaultTimeoutMs,
  pricesFor,
  selectEntries,
  type TestOptions,
  withKeys,
} from './inputs.ts';
import { renderProgress } from './progress.ts';
import { type Note, recorded } from './recorded.ts';
import type { HostReport } from './rehearse-host.ts';

/** What was run, with the setup that its line numbers refer to. */
export type TestRun =
  | {
      readonly kind: 'certified' | 'rehearsed';
      readonly ok: boolean;
      readonly report: TestReport;
      readonly setup: Setup;
    }
  | {
      readonly kind: 'in-host';
      readonly ok: boolean;
      readonly report: HostReport;
      readonly setup: Setup;
    }
  | {
      readonly kind: 'asked';
      readonly ok: boolean;
      readonly report: AskReport;
      readonly setup: Setup;
    };

/**
 * Certifies every link, rehearses the walk under faults, or sends one prompt. Throws UserError if there is nothing to
 * test or no key to test with, and CancelError on Ctrl-C.
 */
export async function runTest(world: Deps, options: TestOptions): Promise<TestRun> {
  const setup = await readSetup(world.files, setupFilePath(world, options.config));
  assertSetupExists(setup, world.place);
  assertShape(setup);
  const entries = selectEntries(setup, options);
  if (options.prompt !== undefined) {
    const { ask } = await import('./ask.ts');
    const report = await ask(world, setup, { ...options, prompt: options.prompt });
    return { kind: 'asked', ok: report.ok, report, setup };
  }
  if (options.host === true) {
    const { rehearseInHost } = await import('./rehearse-host.ts');
    const report = await rehearseInHost(world, entriesForHost(setup, options), options);
    return { kind: 'in-host', ok: report.ok, report, setup };
  }
  if (options.simulate !== undefined) {
    // Imports the sandbox, which a certification does not need.
    const { rehearseEntries } = await import('./rehearse.ts');
    const report = await rehearseEntries(world, entries, options.simulate, options);
    return { kind: 'rehearsed', ok: report.ok, report, setup };
  }
  const report = await certifyEntries(world, entries, options);
  return { kind: 'certified', ok: report.ok, report, setup };
}

/** Each rehearsal takes minutes, so only one entry is used unless several are named. */
function entriesForHost(setup: Setup, options: TestOptions): readonly Entry[] {
  const isNamed = options.entries.length > 0 || options.channel !== undefined;
  return isNamed ? selectEntries(setup, options) : [chooseEntry(setup, {}).entry];
}

/** Sends live requests to every link of these entries. Throws UsageError if that could exceed `--max-cost`. */
async function certifyEntries(
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
