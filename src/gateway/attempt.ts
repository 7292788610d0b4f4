import type { ServerResponse } from 'node:http';
import { failedReply } from '../openrouter/chat.ts';
import type { CacheUse, ChatReply } from '../openrouter/chat-reply.ts';
import type { Model } from '../openrouter/models.ts';
import { WireError } from '../openrouter/wire-error.ts';
import type { Clock } from '../platform/deps.ts';
import { CancelError } from '../platform/errors.ts';
import { sumUsd } from '../platform/money.ts';
import { joined } from '../platform/record.ts';
import { cacheUseOf } from '../pricing/cache-use.ts';
import type { RequestBody } from '../pricing/measure.ts';
import type { Link } from '../routing/choose.ts';
import type { OutcomeName } from '../routing/outcomes.ts';
import { type BufferedAnswer, type Received, receiveBuffered } from './answer.ts';
import type { LateCosts } from './attempt-cost.ts';
import { type Attempt, costOf, isUnstated, rowOf } from './attempt-cost.ts';
import type { Breakers } from './breakers.ts';
import type { Budgets } from './budget.ts';
import type { FailedModel } from './event.ts';
import type { Format } from './formats.ts';
import { combineHeaders, flat, passedOn, routeHeaders } from './headers.ts';
import type { RequestSlot } from './limits.ts';
import type { Credential } from './live-setup.ts';
import type { Prices } from './prices.ts';
import {
  type Conversation,
  conversationOf,
  type ServedProviders,
  withCacheMarkers,
} from './prompt-cache.ts';
import { jsonOf, linkBody } from './request-body.ts';
import { relayStream } from './stream.ts';
import type { Target } from './target.ts';
import type { Upstream, UpstreamAnswer } from './upstream.ts';

/** The services that a call uses. */
export interface CallServices {
  readonly upstream: Upstream;
  readonly budgets: Budgets;
  readonly lateCosts: LateCosts;
  readonly breakers: Breakers;
  readonly clock: Clock;
  readonly random: () => number;
  readonly prices: Prices;
  readonly models: () => readonly Model[];
  readonly servedProviders: ServedProviders;
}

export interface Call {
  readonly format: Format;
  /** The query string, including the question mark; empty if there is none. */
  readonly query: string;
  readonly target: Target;
  readonly body: RequestBody;
  /** The client's headers that are forwarded. */
  readonly headers: Readonly<Record<string, string>>;
  readonly response: ServerResponse;
  /** Aborted when the client disconnects or the gateway shuts down. */
  readonly signal: AbortSignal;
  /** The memory allowance for its answer. */
  readonly slot: RequestSlot;
}

/** The combined state of all attempts for one request, which also outlives a call that throws. */
export interface AttemptState {
  attempts: number;
  /** The link of the last attempt; null if there was none. */
  link: Link | null;
  /** Of the last attempt; null until its reply is judged. */
  outcome: OutcomeName | null;
  /** The models tried before the last one. */
  failed: readonly FailedModel[];
  /** Milliseconds between attempts. */
  waitedMs: number;
  /** The answer of the last attempt, unless it was streamed to the client. */
  buffered: BufferedAnswer | null;
  /** USD, for all attempts together; null if no cost is known. */
  costUsd: string | null;
  /** USD, for the last attempt, which is not in the ledger's totals yet. */
  unsettledUsd: string | null;
  /** For the last attempt; null if no cache was used. */
  cache: CacheUse | null;
  /** The response headers were sent before it was known which link would answer. */
  keptAlive: boolean;
  /** The stream broke off, and the client has to be able to tell. */
  brokeOff: boolean;
  /** Why this entry and this model were chosen, e.g. `channel+trigger`; empty until a model may be asked. */
  reason: string;
}

export function createAttemptState(): AttemptState {
  return {
    attempts: 0,
    link: null,
    outcome: null,
    failed: none,
    waitedMs: 0,
    buffered: null,
    costUsd: null,
    unsettledUsd: null,
    cache: null,
    keptAlive: false,
    brokeOff: false,
    reason: '',
  };
}

const none: readonly FailedModel[] = [];

/** One call's attempts at its links. Each attempt is reserved, sent, read and settled. */
export interface Attempts {
  readonly state: AttemptState;
  send(link: Link): Promise<ChatReply>;
  /** Records the outcome of the last attempt's reply. */
  judged(outcome: OutcomeName): void;
  /**
   * Records what the last attempt cost. Each new attempt settles the previous one first, so that it counts towards the
   * budget; the last one is settled after the client has its answer.
   */
  settle(): void;
}

export function createAttempts(
  services: CallServices,
  call: Call,
  credential: Credential,
  state: AttemptState,
): Attempts {
  const { budgets, clock, lateCosts, servedProviders } = services;
  const { entry, channel } = call.target;
  const conversation = conversationOf(credential, entry, channel, call);
  state.reason = call.target.reason;
  let unsettled: (() => void) | null = null;

  function settle(): void {
    unsettled?.();
    unsettled = null;
    state.unsettledUsd = null;
  }

  function finishAttempt(link: Link, attempt: Attempt, reply: ChatReply | null): void {
    const cost = costOf(attempt, reply);
    state.unsettledUsd = cost.usd;
    state.costUsd = sumOf(state.costUsd, cost.usd);
    state.cache = cacheUseOf(services.models(), [reply?.model ?? '', link.model], reply?.usage);
    if (conversation !== null) {
      const isHealthy = reply !== null && reply.failure === null;
      servedProviders.served(conversation, isHealthy ? reply.provider : null);
    }
    const { cache } = state;
    unsettled = () => {
      // An attempt without a reply was not judged.
      const outcome = (reply === null ? null : state.outcome) ?? 'cut_off';
      const row = rowOf(clock.now(), call.target, link, reply, outcome, cost, cache);
      const { reservation } = attempt;
      const generationId = attempt.generationId ?? reply?.id ?? null;
      if (generationId !== null && isUnstated(attempt, cost, reply)) {
        lateCosts.settle({ credential, generationId, row, reservation });
      } else budgets.settle(row, reservation);
    };
  }

  function begin(link: Link): void {
    const { link: last, outcome } = state;
    if (last !== null && outcome !== null && last.model !== link.model) {
      state.failed = [...state.failed, { model: last.model, outcome }];
    }
    state.attempts += 1;
    state.link = link;
    state.outcome = null;
  }

  async function send(link: Link): Promise<ChatReply> {
    settle();
    const plain = withCacheMarkers(
      entry,
      call.format,
      linkBody(entry, link.model, call.format, call.body),
    );
    const body =
      conversation === null
        ? plain
        : servedProviders.prefer(conversation, withSession(conversation, plain));
    const allowance = await budgets.reserve(entry, link, body);
    const attempt: Attempt = {
      reservation: allowance?.reservation ?? null,
      costOfTokens: allowance?.worst.costOfTokens ?? null,
      wasSent: false,
      generationId: null,
    };
    try {
      // If the client has left in the meantime, send nothing and spend nothing.
      if (call.signal.aborted) throw new CancelError();
      begin(link);
      const { reply, buffered } = await exchange(services, call, credential, {
        attempt,
        state,
        link,
        body,
      });
      state.buffered = buffered;
      finishAttempt(link, attempt, reply);
      return reply;
    } catch (error) {
      finishAttempt(link, attempt, null);
      throw error;
    }
  }

  return {
    state,
    send,
    judged(name) {
      state.outcome = name;
    },
    settle,
  };
}

/** Sends one attempt and reads the reply. Throws CancelError. */
async function exchange(
  services: CallServices,
  call: Call,
  credential: Credential,
  { attempt, state, link, body }: Exchange,
): Promise<Received> {
  const { clock } = services;
  const startedMs = clock.monotonic();
  const elapsedMs = () => clock.monotonic() - startedMs;
  let answer: UpstreamAnswer;
  try {
    answer = await post(services, call, credential, body, attempt);
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    return { reply: failedReply(error.failure), buffered: null };
  }
  attempt.wasSent = true;
  const generationId = answer.headers['x-generation-id'];
  attempt.generationId = typeof generationId === 'string' ? generationId : null;
  const { answers } = call.format;
  if (!isStream(answer)) return receiveBuffered(answers, answer, credential, elapsedMs, call.slot);
  const streamed = await relayStream(answers, answer, credential, {
    response: call.response,
    signal: call.signal,
    elapsedMs,
    begin: () => beginStream(services.budgets, call, state, link, answer),
    keepAlive() {
      state.keptAlive = true;
      keepAlive(call);
    },
    onId: (id) => {
      attempt.generationId ??= id;
    },
  });
  state.brokeOff = streamed.brokeOff;
  return streamed;
}

interface Exchange {
  readonly attempt: Attempt;
  readonly state: AttemptState;
  readonly link: Link;
  readonly body: RequestBody;
}

function withSession({ id, isOwn }: Conversation, body: RequestBody): RequestBody {
  return isOwn ? body : joined<unknown>(body, { session_id: id });
}

function sumOf(usd: string | null, more: string | null): string | null {
  return usd === null || more === null ? (usd ?? more) : sumUsd([usd, more]);
}

const metadataWanted = { 'x-openrouter-metadata': 'enabled' };

function post(
  { upstream }: CallServices,
  call: Call,
  { authorization }: Credential,
  body: RequestBody,
  attempt: Attempt,
): Promise<UpstreamAnswer> {
  const { entry } = call.target;
  return upstream.post(`${call.format.answers.path}${call.query}`, {
    headers: joined<string>(metadataWanted, combineHeaders(entry.headers, call.headers), {
      authorization,
      accept: body.stream === true ? 'text/event-stream, application/json' : 'application/json',
      'content-type': 'application/json',
    }),
    body: bytesOf(jsonOf(call.body, body)),
    signal: call.signal,
    onSent: () => {
      attempt.wasSent = true;
    },
  });
}

/**
 * Node sends a short string in the same packet as the headers, but reserves three bytes per character of a long one.
 */
function bytesOf(text: string): string | Buffer {
  return text.length > 65_536 ? Buffer.from(text) : text;
}

/** Sends the headers of a stream. After this no other link can answer. */
function beginStream(
  budgets: Budgets,
  { target, response }: Call,
  { reason, attempts }: AttemptState,
  link: Link,
  { status, rawHeaders }: UpstreamAnswer,
): void {
  if (response.headersSent) return;
  const notice = budgets.notice(target.entry, null);
  const route = routeHeaders(target, reason, link, attempts, notice);
  const own = flat({ ...route, ...trailerFor(response) });
  response.writeHead(status, [
    ...passedOn(rawHeaders, target.entry.credential?.forClients ?? null),
    ...own,
  ]);
}

/** Sends an SSE comment, which clients ignore. The route then has to follow in a trailer. */
function keepAlive({ response }: Call): void {
  if (!response.headersSent) {
    const head = { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' };
    response.writeHead(200, { ...head, ...trailerFor(response, 'x-openclaw-route, ') });
  }
  response.write(': still waiting\n\n');
}

/** HTTP/1.0 has no chunked encoding, so it cannot have trailers. */
function trailerFor({ req }: ServerResponse, before = ''): Record<string, string> {
  return req.httpVersion === '1.0' ? {} : { trailer: `${before}x-openclaw-cost, x-openclaw-cache` };
}

/** Errors arrive as plain JSON even if a stream was requested. */
function isStream({ status, headers }: UpstreamAnswer): boolean {
  return (
    status >= 200 && status < 300 && /^\s*text\/event-stream/i.test(headers['content-type'] ?? '')
  );
}
