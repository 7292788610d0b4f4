import { findModel } from '../../catalog/model.ts';
import { chatMessage } from '../../gateway/chat-error.ts';
import { modelFor } from '../../host/model.ts';
import { assertHostStarts, takeTurn } from '../../host/turn.ts';
import { forEachConcurrently } from '../../platform/concurrency.ts';
import type { Deps } from '../../platform/deps.ts';
import { askOf, questionFor } from '../../probe/plan.ts';
import { linksOf } from '../../routing/choose.ts';
import type { WalkResult } from '../../routing/walk.ts';
import { startSandbox } from '../../sandbox/server.ts';
import type { Entry } from '../../setup-file/entry.ts';
import { withProgress } from '../../terminal/progress.ts';
import type { TestOptions } from './options.ts';
import { cachedModels } from './prices.ts';
import { type PlannedFaults, planFaults, rehearse, type Stage, sandboxModels } from './rehearse.ts';

/** How OpenClaw handles faults on its own, compared with `serve`. */
export interface HostReport {
  /** Whether OpenClaw got an answer under every fault. */
  readonly ok: boolean;
  /** The version of OpenClaw. */
  readonly version: string;
  readonly rehearsals: readonly HostRehearsal[];
}

interface HostRehearsal {
  readonly entry: string;
  /** In the syntax of `--simulate`. */
  readonly faults: string;
  readonly host: RehearsedTurn;
  readonly serve: RehearsedTurn;
}

/** One message in a chat. */
export interface RehearsedTurn {
  /** The requested models, in order. */
  readonly requests: readonly { readonly model: string; readonly count: number }[];
  /** The model that answered. */
  readonly served: string | null;
  readonly tookMs: number;
  /** The error that the chat user sees instead of an answer; null if an answer came, or nothing in time. */
  readonly error: string | null;
}

/** Three ways for the primary model to fail: briefly unavailable, out of credit, rate limited. */
const usualFaults = ['primary:503', 'primary:402', 'primary:429'];
/** OpenClaw retries a 503 for 90 s, and may start slowly. */
const defaultTurnMs = 300_000;
/** Each turn starts OpenClaw, which uses a full core for half a minute. */
const turnsAtOnce = 3;

/**
 * Lets the installed OpenClaw answer a message while the faults occur, with a temporary home and against the sandbox.
 * Needs no key and no network, but runs in real time. Throws UserError if OpenClaw does not start.
 */
export async function rehearseInHost(
  world: Deps,
  entries: readonly Entry[],
  { simulate, timeout = defaultTurnMs }: Pick<TestOptions, 'simulate' | 'timeout'>,
): Promise<HostReport> {
  const cases = (simulate === undefined ? usualFaults : [simulate]).flatMap((text) => {
    const planned = planFaults(text, entries);
    return entries.map((entry, index) => ({ entry, text, planned: planned[index] ?? noFaults }));
  });
  const version = await assertHostStarts(world);
  const models = await cachedModels(world);
  const found = new Map<(typeof cases)[number], HostRehearsal>();
  const minutes = Math.ceil(timeout / 60_000);
  const progress = `Rehearsing with OpenClaw ${version}, for up to ${minutes} minutes`;
  await withProgress(world.io, progress, () =>
    forEachConcurrently(cases, turnsAtOnce, async (one) => {
      const stage = { faults: one.planned.faults, models, timeoutMs: timeout };
      found.set(one, {
        entry: one.entry.name,
        faults: one.text,
        host: await turnOfHost(world, one.entry, stage),
        serve: await turnOfServe(world, one.entry, one.planned, stage),
      });
    }),
  );
  const rehearsals = cases.flatMap((one) => found.get(one) ?? []);
  return { ok: rehearsals.every(({ host }) => host.served !== null), version, rehearsals };
}

const noFaults: PlannedFaults = { faults: [], role: 'primary' };
const message = 'Say OK';

async function turnOfHost(world: Deps, entry: Entry, stage: Stage): Promise<RehearsedTurn> {
  const ids = linksOf(entry).map(({ model }) => model);
  const sandbox = await startSandbox({
    clock: world.clock,
    faults: stage.faults,
    models: sandboxModels(ids, stage.models, world.clock.now()),
    limit: null,
  });
  try {
    const { text, tookMs } = await takeTurn(world, {
      model: modelFor(entry, { throughGateway: false }),
      baseUrl: sandbox.url,
      apiKey: sandbox.key,
      message,
      timeoutMs: stage.timeoutMs,
    });
    const chats = sandbox.requests.filter(({ path }) => path.endsWith('/chat/completions'));
    const last = chats.at(-1);
    const served = text !== null && last?.status === 200 ? last.model : null;
    return {
      requests: inRuns(chats.map(({ model }) => model ?? '')),
      served,
      tookMs: Math.round(tookMs),
      error: served === null ? text : null,
    };
  } finally {
    await sandbox.close();
  }
}

async function turnOfServe(
  world: Deps,
  entry: Entry,
  { role }: PlannedFaults,
  stage: Stage,
): Promise<RehearsedTurn> {
  const requestFor = (model: string) =>
    askOf(
      entry,
      model,
      questionFor({ tools: false, stream: false }, findModel(stage.models, model)),
    );
  const { walked, tookMs } = await rehearse(world, entry, role, requestFor, stage);
  return {
    requests: inRuns(walked.steps.map(({ model }) => model)),
    served: walked.served?.model ?? null,
    tookMs: Math.round(tookMs),
    error: walked.served === null ? chatErrorOf(entry, walked) : null,
  };
}

function chatErrorOf({ name }: Entry, { outcome, steps }: WalkResult): string | null {
  if (outcome === null) return null;
  const tried = steps.map(({ model }) => ({ model }));
  return chatMessage({ type: outcome, message: '', metadata: { entry: name, tried } });
}

function inRuns(models: readonly string[]): RehearsedTurn['requests'] {
  const runs: { model: string; count: number }[] = [];
  for (const model of models) {
    const last = runs.at(-1);
    if (last?.model === model) last.count += 1;
    else runs.push({ model, count: 1 });
  }
  return runs;
}
