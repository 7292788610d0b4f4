import { sendChat } from '../../openrouter/chat.ts';
import { clientFor } from '../../openrouter/client.ts';
import type { Deps } from '../../platform/deps.ts';
import { sumOf } from '../../probe/certify.ts';
import { walkEntry, walkedStep } from '../../probe/rehearsal.ts';
import type { LinkReport, WalkedStep } from '../../probe/report.ts';
import { adviceOn } from '../../routing/advice.ts';
import { chooseEntry, chooseModel, type EntryChoice } from '../../routing/choose.ts';
import { outcomeNamed } from '../../routing/outcomes.ts';
import { type BuiltRequest, buildRequest } from '../../routing/request.ts';
import type { WalkResult } from '../../routing/walk.ts';
import { isSecretHeader } from '../../setup-file/headers.ts';
import type { Setup } from '../../setup-file/setup-file.ts';
import { withProgress } from '../../terminal/progress.ts';
import type { TestOptions } from './inputs.ts';
import { cachedModels, withKeys } from './inputs.ts';
import { type Note, recorded } from './recorded.ts';

/** Why the prompt is routed to its model, and the answer. */
export interface AskReport
  extends Pick<LinkReport, 'ok' | 'servedModel' | 'provider' | 'outcome' | 'message' | 'fix'> {
  readonly simulated: boolean;
  /** USD, a decimal string. */
  readonly costUsd: string;
  readonly choice: Choice;
  /** As sent to the chosen model, with secrets in headers masked. */
  readonly request: BuiltRequest;
  /** The model of the link that answered. */
  readonly served: string | null;
  readonly answer: string | null;
  readonly walk: readonly WalkedStep[];
}

export interface Choice {
  readonly channel: string | null;
  readonly entry: string;
  readonly why: EntryChoice['why'];
  readonly role: 'primary' | 'complex';
  readonly model: string;
  /** The trigger that the prompt matched. */
  readonly trigger: string | null;
}

type AskOptions = Pick<TestOptions, 'entries' | 'channel' | 'simulate' | 'timeout' | 'sandbox'> & {
  readonly prompt: string;
};

/** Per request, in milliseconds. Answers to a real question may be long. */
const defaultTimeoutMs = 120_000;

/** Sends the prompt as the channel or the entry would, live or, with `simulate`, to a sandbox. */
export async function ask(world: Deps, setup: Setup, options: AskOptions): Promise<AskReport> {
  const { prompt, channel, simulate } = options;
  const [name] = options.entries;
  const { entry, why } = chooseEntry(setup, {
    ...(name === undefined ? {} : { entry: name }),
    ...(channel === undefined ? {} : { channel }),
  });
  const { role, model, trigger } = chooseModel(entry, prompt);
  const requestFor = (id: string) =>
    buildRequest(entry, id, { messages: [{ role: 'user', content: prompt }], stream: true });
  const timeoutMs = options.timeout ?? defaultTimeoutMs;
  const walked = await withProgress(world.io, `Asking ${model}`, async () => {
    if (simulate === undefined) {
      return recorded(world, options, (note) =>
        walkLive(world, entry, role, requestFor, timeoutMs, note),
      );
    }
    const { planFaults, rehearse } = await import('./rehearse.ts');
    const [planned] = planFaults(simulate, [entry]);
    const models = await cachedModels(world);
    const stage = { faults: planned?.faults ?? [], models, timeoutMs };
    return (await rehearse(world, entry, role, requestFor, stage)).walked;
  });
  const choice = { channel: channel ?? null, entry: entry.name, why, role, model, trigger };
  return askReport(choice, requestFor(model), walked, simulate !== undefined);
}

async function walkLive(
  world: Deps,
  entry: Setup['entries'][number],
  role: 'primary' | 'complex',
  requestFor: (model: string) => BuiltRequest,
  timeoutMs: number,
  note: Note,
): Promise<WalkResult> {
  const [keyed] = await withKeys(world, [entry]);
  const client = clientFor(world, keyed?.key ?? null, timeoutMs);
  const { clock, random, signal } = world;
  const send = ({ body, headers }: BuiltRequest) =>
    sendChat(client, { body, headers, stream: true });
  return walkEntry(entry, role, requestFor, {
    clock,
    random,
    signal,
    send,
    onEvent(event) {
      if (event.type === 'step') note(entry.name, event.step);
    },
  });
}

function askReport(
  choice: Choice,
  request: BuiltRequest,
  { steps, served, reply, outcome }: WalkResult,
  simulated: boolean,
): AskReport {
  const row = outcome === null ? null : outcomeNamed(outcome);
  const last = steps.at(-1);
  const advice =
    row === null || row.name === 'ok' || last === undefined
      ? null
      : adviceOn(row, last.reply.failure, last);
  return {
    ok: served !== null,
    simulated,
    costUsd: sumOf(steps),
    choice,
    request: { ...request, headers: withoutSecrets(request.headers) },
    served: served?.model ?? null,
    servedModel: reply?.model ?? null,
    provider: reply?.provider ?? null,
    answer: reply === null || reply.content === '' ? null : reply.content,
    outcome,
    message: reply?.failure?.message ?? advice?.headline ?? null,
    fix: advice?.fix || null,
    walk: steps.map(walkedStep),
  };
}

function withoutSecrets(headers: BuiltRequest['headers']): BuiltRequest['headers'] {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      isSecretHeader(name, value) ? '(hidden)' : value,
    ]),
  );
}
