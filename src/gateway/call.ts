import type { ServerResponse } from 'node:http';
import type { ChatReply } from '../openrouter/chat-reply.ts';
import type { Clock } from '../platform/deps.ts';
import { CancelError } from '../platform/errors.ts';
import { sumUsd } from '../platform/money.ts';
import { isFreeLink, type Link, linksOf } from '../routing/choose.ts';
import { policyOf, type WalkResult, walk } from '../routing/walk.ts';
import { notReceived, type Received, receiveWhole, type WholeAnswer } from './answer.ts';
import { type Attempt, costOf, rowOf } from './attempt-cost.ts';
import type { Breakers } from './breakers.ts';
import { type Budgets, cheaperLinks, OverBudget } from './budget.ts';
import { combineHeaders, flat, passedOn, routeHeaders } from './headers.ts';
import type { LateCosts } from './late-costs.ts';
import { linkBody } from './link-body.ts';
import type { Credential, LiveEntry } from './live-setup.ts';
import type { Prices } from './prices.ts';
import { Problem } from './problem.ts';
import type { Stay } from './room.ts';
import { relayStream } from './stream.ts';
import type { ChatBody, Target } from './target.ts';
import type { Upstream, UpstreamAnswer } from './upstream.ts';

/** What a call works with. */
export interface CallWorld {
  readonly upstream: Upstream;
  readonly budgets: Budgets;
  readonly lateCosts: LateCosts;
  readonly breakers: Breakers;
  readonly clock: Clock;
  readonly random: () => number;
  readonly prices: Prices;
}

export interface Call {
  readonly target: Target;
  readonly body: ChatBody;
  /** The client's headers that go on. */
  readonly headers: Readonly<Record<string, string>>;
  readonly response: ServerResponse;
  /** Aborted when the client has gone or the gateway ends. */
  readonly signal: AbortSignal;
  readonly startedMs: number;
  /** The room that its answer may take. */
  readonly stay: Stay;
}

export interface CallResult {
  readonly walk: WalkResult;
  /** The answer of the last attempt, where it was not passed on while it came. */
  readonly whole: WholeAnswer | null;
  readonly attempts: number;
  /** Of all attempts together. */
  readonly costUsd: string | null;
  /** The stream broke off: the client has to see that. */
  readonly brokeOff: boolean;
  /** The target's, and whether the budget had a say. */
  readonly reason: string;
}

/**
 * Walks the links of one chat request. A stream goes to the client while it comes; anything else is handed back.
 * Throws Problem where no model may be asked, CancelError when the client has gone.
 */
export async function runCall(world: CallWorld, call: Call): Promise<CallResult> {
  const { entry } = call.target;
  const credential = credentialOf(entry);
  const attempts = createAttempts(world, call, credential);
  const { links: first, probes } = admitted(world, credential, call.target.links);
  let links = first;
  try {
    for (;;) {
      try {
        const result = await walk(
          links,
          policyOf(entry),
          attempts.send,
          walkWorld(world, call),
          (event) => {
            if (event.type === 'step') world.breakers.learn(credential, event.step);
          },
        );
        return { walk: result, ...attempts.outcome() };
      } catch (error) {
        if (!(error instanceof OverBudget)) throw error;
        links = await cheaperLinks(entry, linksOf(entry), error, call.body, world.prices);
        if (links.length === 0) throw error;
        attempts.downgrade();
      }
    }
  } finally {
    if (probes) world.breakers.letGo(credential);
  }
}

function credentialOf({ name, credential, keyProblem }: LiveEntry): Credential {
  if (credential !== null) return credential;
  throw new Problem(
    401,
    'key_missing',
    `The entry ${JSON.stringify(name)} has no key: ${keyProblem} where the gateway runs`,
  );
}

interface Admitted {
  readonly links: readonly Link[];
  /** This call tries whether the key works again. */
  readonly probes: boolean;
}

/** Without credit the free links are still open (DESIGN, "The walk"). */
function admitted(world: CallWorld, credential: Credential, links: readonly Link[]): Admitted {
  const now = world.clock.now();
  const admission = world.breakers.admit(credential, now);
  if (admission.open === null) return { links, probes: admission.probes };
  const { open } = admission;
  const free = open.outcome === 'billing' ? links.filter(isFreeLink) : [];
  if (free.length > 0) return { links: free, probes: false };
  const retryAt = open.retryAt.toISOString();
  const message = `${open.message} (${credential.name} is not used until ${retryAt})`;
  throw new Problem(open.status, open.outcome, message, {
    metadata: { breaker: 'open', since: open.since.toISOString(), retry_at: retryAt },
    retryAfterS: Math.max(1, Math.ceil((open.retryAt.getTime() - now.getTime()) / 1000)),
  });
}

function walkWorld({ clock, random }: CallWorld, { signal }: Call) {
  return { clock, random, signal };
}

function createAttempts(world: CallWorld, call: Call, credential: Credential) {
  const { entry } = call.target;
  const state = {
    attempts: 0,
    whole: null as WholeAnswer | null,
    costUsd: null as string | null,
    brokeOff: false,
    reason: call.target.reason,
  };

  async function send(link: Link): Promise<ChatReply> {
    const body = linkBody(entry, link.model, call.body);
    const allowance = await world.budgets.reserve(entry, link, body);
    const attempt: Attempt = {
      reservation: allowance?.reservation ?? null,
      costOfTokens: allowance?.worst.costOfTokens ?? null,
      wasSent: false,
      generationId: null,
    };
    // The client may have left meanwhile: nothing is sent, and nothing costs.
    if (call.signal.aborted) {
      await settle(link, attempt, null);
      throw new CancelError();
    }
    state.attempts += 1;
    const received = await exchange(link, body, attempt).catch(async (error: unknown) => {
      await settle(link, attempt, null);
      throw error;
    });
    state.whole = received.whole;
    await settle(link, attempt, received.reply);
    return received.reply;
  }

  /** Writes what an attempt cost before anything else is tried, so that each try counts. */
  async function settle(link: Link, attempt: Attempt, reply: ChatReply | null): Promise<void> {
    const cost = costOf(attempt, reply);
    state.costUsd = together(state.costUsd, cost.usd);
    const row = rowOf(world.clock.now(), entry.name, link, reply, cost);
    const { reservation } = attempt;
    const generationId = attempt.generationId ?? reply?.id ?? null;
    if (cost.from === 'reserved' && reservation !== null && generationId !== null) {
      return world.lateCosts.settle({ entry, credential, generationId, row, reservation });
    }
    return world.budgets.settle(entry, row, reservation);
  }

  async function exchange(link: Link, body: ChatBody, attempt: Attempt): Promise<Received> {
    const startedMs = world.clock.monotonic();
    const elapsedMs = () => world.clock.monotonic() - startedMs;
    const onSent = () => {
      attempt.wasSent = true;
    };
    const answer = await post(world, call, credential, body, onSent).catch(notReceived);
    if ('reply' in answer) return answer;
    onSent();
    attempt.generationId = single(answer.headers['x-generation-id']);
    if (!isStream(answer)) return receiveWhole(answer, credential, elapsedMs, call.stay);
    const relay = {
      response: call.response,
      signal: call.signal,
      elapsedMs,
      begin: (status: number, rawHeaders: readonly string[]) => {
        const notice = world.budgets.notice(entry);
        const target = { ...call.target, reason: state.reason };
        const route = routeHeaders(target, link, state.attempts, notice);
        const own = flat({ ...route, ...trailerFor(call.response) });
        call.response.writeHead(status, [...passedOn(rawHeaders, credential.forClients), ...own]);
      },
      identify: (id: string | null) => {
        attempt.generationId ??= id;
      },
    };
    const streamed = await relayStream(answer, credential, relay);
    state.brokeOff = streamed.brokeOff;
    return streamed;
  }

  return {
    send,
    downgrade() {
      state.reason = `${call.target.reason}+downgrade`;
    },
    outcome: () => state,
  };
}

function together(usd: string | null, more: string | null): string | null {
  return usd === null || more === null ? (usd ?? more) : sumUsd([usd, more]);
}

/** HTTP/1.0 has no chunks, and so no place for a trailer. */
function trailerFor({ req }: ServerResponse): Record<string, string> {
  return req.httpVersion === '1.0' ? {} : { trailer: 'x-openclaw-cost' };
}

function post(
  world: CallWorld,
  call: Call,
  { authorization }: Credential,
  body: ChatBody,
  onSent: () => void,
): Promise<UpstreamAnswer> {
  const { entry } = call.target;
  return world.upstream.post('/chat/completions', {
    headers: {
      ...combineHeaders(entry.headers, call.headers),
      authorization,
      accept: body.stream === true ? 'text/event-stream, application/json' : 'application/json',
      'content-type': 'application/json',
    },
    body: bytesOf(body),
    signal: call.signal,
    onSent,
  });
}

/** A short text goes into the same packet as the head; of a long one Node sets three bytes aside for each character. */
function bytesOf(body: ChatBody): string | Buffer {
  const text = JSON.stringify(body);
  return text.length > 65_536 ? Buffer.from(text) : text;
}

function single(value: string | string[] | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

/** An error comes as plain JSON even where a stream was asked for. */
function isStream({ status, headers }: UpstreamAnswer): boolean {
  return (
    status >= 200 && status < 300 && /^\s*text\/event-stream/i.test(headers['content-type'] ?? '')
  );
}
