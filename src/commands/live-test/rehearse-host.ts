import { join } from 'node:path';
import { findModel } from '../../catalog/model.ts';
import { readText } from '../../config/snapshot.ts';
import { writeAtomic } from '../../config/write.ts';
import { chatMessage } from '../../gateway/chat-error.ts';
import { type HostModel, modelFor } from '../../host/model.ts';
import { hostErrorIn } from '../../host/program.ts';
import { forEachConcurrently } from '../../platform/concurrency.ts';
import type { Deps, Env } from '../../platform/deps.ts';
import { UserError } from '../../platform/errors.ts';
import { isRecord, valueAt } from '../../platform/record.ts';
import { askOf, questionFor } from '../../probe/plan.ts';
import { linksOf } from '../../routing/choose.ts';
import type { WalkResult } from '../../routing/walk.ts';
import { startSandbox } from '../../sandbox/server.ts';
import type { Entry } from '../../setup-file/entry.ts';
import { withProgress } from '../../terminal/progress.ts';
import { jsonOrUndefined } from '../../text/parse-json.ts';
import type { TestOptions } from './inputs.ts';
import { cachedModels } from './inputs.ts';
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

type World = Pick<Deps, 'env' | 'exec' | 'files' | 'place' | 'clock' | 'random'>;

/** One message to an agent of the host, and its result. */
interface HostTurn {
  /** What the user sees in the chat; null if the turn did not finish in time. */
  readonly text: string | null;
  readonly tookMs: number;
}

const startMs = 30_000;

/** The version of OpenClaw. Throws UserError if it is not installed or does not start. */
async function assertHostStarts({ env, exec }: World): Promise<string> {
  const { notFound, timedOut, exitCode, stdout, stderr } = await exec('openclaw', ['--version'], {
    env,
    timeoutMs: startMs,
  });
  const hint = 'npm install -g openclaw; it needs Node 24.16 or newer';
  if (notFound) throw new UserError('OpenClaw is not on PATH', { type: 'not_found', hint });
  if (timedOut) throw new UserError(`openclaw did not start within ${startMs / 1000} s`);
  if (exitCode !== 0) {
    throw new UserError(
      `openclaw does not start: ${hostErrorIn(stderr) ?? `exit code ${exitCode}`}`,
      {
        hint,
      },
    );
  }
  return /\d+\.\d+\.\d+\S*/.exec(stdout)?.[0] ?? 'unknown';
}

interface TurnOptions {
  readonly model: HostModel;
  /** The address that stands in for OpenRouter, and its key. */
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly message: string;
  readonly timeoutMs: number;
}

/**
 * Has the installed OpenClaw take one turn in a temporary home. Nothing of the user's own is read or written, and all
 * requests go to `baseUrl`.
 */
async function takeTurn(deps: World, options: TurnOptions): Promise<HostTurn> {
  const { clock, exec, files, place, env } = deps;
  const home = await files.makeTemporaryFolder(join(place.temporaryFolder, 'openclaw-openrouter-'));
  try {
    const path = join(home, '.openclaw', 'openclaw.json');
    const config = JSON.stringify(configFor(options));
    await writeAtomic(deps, await readText(files, path), config, { mode: 0o600 });
    const began = clock.monotonic();
    const args = ['agent', '--local', '--agent', 'main', '--message', options.message, '--json'];
    const { stdout, timedOut } = await exec('openclaw', args, {
      env: environmentFor(env, home),
      cwd: home,
      timeoutMs: options.timeoutMs,
    });
    return { text: timedOut ? null : textOf(stdout), tookMs: clock.monotonic() - began };
  } finally {
    await files.removeTree(home);
  }
}

function configFor({ model, baseUrl, apiKey }: TurnOptions) {
  return {
    agents: { defaults: { model } },
    models: { providers: { openrouter: { baseUrl, apiKey, auth: 'api-key', models: [] } } },
  };
}

/** Only what programs need to be found and to print; nothing that leads to keys or other files of the user. */
function environmentFor(env: Env, home: string): Env {
  const kept = /^(?:PATH|LANG|LC_\w+|TERM|TMPDIR|(?:VOLTA|ASDF|MISE|NVM|FNM)_\w+)$/;
  return {
    ...Object.fromEntries(Object.entries(env).filter(([name]) => kept.test(name))),
    HOME: home,
  };
}

/** The texts of the answer, or the error message. */
function textOf(stdout: string): string {
  const result = jsonOrUndefined(stdout);
  const payloads = valueAt(result, ['payloads']);
  const texts = (Array.isArray(payloads) ? payloads : []).flatMap((payload) => {
    const text = isRecord(payload) ? payload.text : null;
    return typeof text === 'string' ? [text] : [];
  });
  return texts.join('\n') || String(valueAt(result, ['error', 'message']) ?? '');
}
