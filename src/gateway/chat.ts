import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { CancelError } from '../platform/errors.ts';
import { judge } from '../routing/outcomes.ts';
import { type Call, type CallResult, type CallWorld, runCall } from './call.ts';
import type { GatewayEvent, RequestEvent } from './event.ts';
import { flat, forwarded, passedOn, routeHeaders } from './headers.ts';
import type { Credential, LiveEntry, LiveSetup } from './live-setup.ts';
import { Problem } from './problem.ts';
import { readChatBody } from './read-body.ts';
import { eventOf, type Known, shortEvent } from './request-event.ts';
import type { Room, Stay } from './room.ts';
import { type Target, targetOf } from './target.ts';
import { cutOffWhenStuck, writeProblem } from './write.ts';

export interface ChatWorld extends CallWorld {
  readonly setup: () => { readonly live: LiveSetup };
  /** Done when another key is in use in place of a rejected one, or there is none. */
  readonly keyRejected: (credential: Credential) => Promise<void>;
  readonly defaultEntry: string | null;
  /** A call under way for longer than this is cut off. */
  readonly longestMs: number;
  readonly tell: (event: GatewayEvent) => void;
  readonly room: Room;
}

export interface ChatHandler {
  /** Answers `POST /v1/chat/completions`; throws only what is a bug. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  inFlight(): number;
  /** Of those in flight, the ones that still wait for their answer. */
  unanswered(): number;
  /** Done when nothing is under way; after `graceMs` what is left is cut off. */
  drain(graceMs: number): Promise<void>;
}

interface Running {
  readonly startedMs: number;
  readonly gone: AbortController;
  readonly response: ServerResponse;
  /** Null until there was room for it. */
  stay: Stay | null;
  /** Called when the client has the whole answer, or has gone. */
  taken: () => void;
}

export function createChatHandler(world: ChatWorld): ChatHandler {
  const running = new Set<Running>();
  const connections = new WeakMap<Socket, AbortController>();
  let unanswered = 0;
  let draining = false;
  let whenIdle: () => void = () => undefined;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const startedMs = world.clock.monotonic();
    const gone = goneOf(request.socket);
    const run: Running = { startedMs, gone, response, stay: null, taken() {} };
    running.add(run);
    unanswered += 1;
    cutOffOld(startedMs);
    if (draining) response.setHeader('connection', 'close');
    try {
      const event = await answer(world, request, response, run).finally(() => {
        unanswered -= 1;
      });
      world.tell(event);
      await taken(run);
    } finally {
      running.delete(run);
      run.stay?.leave();
      if (running.size === 0) whenIdle();
    }
  }

  // One for each connection: a client that leaves takes its connection along, and one for each request costs more
  // than finding out where the request goes.
  function goneOf(socket: Socket): AbortController {
    const known = connections.get(socket);
    if (known !== undefined) return known;
    const gone = new AbortController();
    connections.set(socket, gone);
    if (socket.destroyed) gone.abort();
    socket.once('close', () => {
      gone.abort();
      // An answer that waits behind another one on its connection never closes when that ends.
      for (const run of running) if (run.gone === gone) run.taken();
    });
    return gone;
  }

  // Looked at whenever a request comes: a call that hangs while nothing comes harms nobody.
  function cutOffOld(nowMs: number): void {
    for (const run of running) {
      if (nowMs - run.startedMs <= world.longestMs) return;
      cutOff(run);
    }
  }

  return {
    handle,
    inFlight: () => running.size,
    unanswered: () => unanswered,
    async drain(graceMs) {
      draining = true;
      if (running.size === 0) return;
      const idle = new Promise<void>((resolve) => {
        whenIdle = resolve;
      });
      const timer = new AbortController();
      const late = world.clock.sleep(graceMs, timer.signal).catch(() => undefined);
      await Promise.race([idle, late]);
      timer.abort();
      for (const run of running) cutOff(run);
      if (running.size > 0) await idle;
    },
  };
}

function cutOff({ gone, response }: Running): void {
  gone.abort();
  response.destroy();
}

function taken(run: Running): Promise<void> | void {
  const { response, gone } = run;
  if (response.writableFinished || gone.signal.aborted) return;
  cutOffWhenStuck(response);
  return new Promise((resolve) => {
    run.taken = resolve;
    response.once('close', resolve);
  });
}

async function answer(
  world: ChatWorld,
  request: IncomingMessage,
  response: ServerResponse,
  run: Running,
): Promise<RequestEvent> {
  const { startedMs, gone } = run;
  const known: Known = { body: null, target: null };
  const elapsedMs = () => Math.round(world.clock.monotonic() - startedMs);
  try {
    const stay = world.room.enter();
    run.stay = stay;
    const body = await readChatBody(request, stay);
    known.body = body;
    const channel = single(request.headers['x-openclaw-channel']);
    const { defaultEntry } = world;
    const headers = forwarded(request.headers);
    const { signal } = gone;
    const callNow = (): Call => {
      const target = targetOf(world.setup().live, { body, channel, defaultEntry });
      known.target = target;
      return { target, body, headers, response, signal, startedMs, stay };
    };
    const { call, result } = await runWithKeyOfNow(world, callNow);
    const status = finish(world, call, result);
    return eventOf(known, result, status, elapsedMs());
  } catch (error) {
    if (error instanceof CancelError) {
      response.destroy();
      return shortEvent(known, 'cancelled', 499, elapsedMs(), null);
    }
    if (!(error instanceof Problem)) throw error;
    refuse(world, response, error, known.target);
    return shortEvent(known, error.type, error.status, elapsedMs(), error.message);
  }
}

/** The key may have been replaced just now: a call that fails for its key is made again where there is another. */
async function runWithKeyOfNow(
  world: ChatWorld,
  callNow: () => Call,
): Promise<{ readonly call: Call; readonly result: CallResult }> {
  const call = callNow();
  try {
    const result = await runCall(world, call);
    const { reply } = result.walk;
    const isOfKey = reply !== null && judge(reply).walk === 'stop' && !call.response.headersSent;
    if (!isOfKey || !(await hasOtherKey(world, call.target.entry))) return { call, result };
  } catch (error) {
    const isOfKey = error instanceof Problem && error.metadata.breaker === 'open';
    if (!isOfKey || !(await hasOtherKey(world, call.target.entry))) throw error;
  }
  const again = callNow();
  return { call: again, result: await runCall(world, again) };
}

async function hasOtherKey(world: ChatWorld, { name, credential }: LiveEntry): Promise<boolean> {
  if (credential === null) return false;
  await world.keyRejected(credential);
  const now = world.setup().live.entries.find((entry) => entry.name === name)?.credential ?? null;
  return now !== null && now !== credential;
}

function single(value: string | string[] | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

/** Ends the answer; gives the status that the client saw. */
function finish(world: ChatWorld, { target, response }: Call, result: CallResult): number {
  if (response.headersSent) {
    if (result.brokeOff) response.destroy();
    else {
      if (result.costUsd !== null) response.addTrailers({ 'x-openclaw-cost': result.costUsd });
      response.end();
    }
    return response.statusCode;
  }
  const last = result.walk.steps.at(-1);
  const link = last ?? { role: 'primary', model: '' };
  const notice = world.budgets.notice(target.entry);
  const { whole, reason, attempts, costUsd } = result;
  const route = routeHeaders({ ...target, reason }, link, attempts, notice, costUsd);
  const reply = last?.reply;
  if (whole !== null) {
    const status =
      reply?.failure == null ? whole.status : failedStatus(whole.status, reply.failure.status);
    const own = flat({ ...route, 'content-length': String(whole.bytes.length) });
    response.writeHead(status, [
      ...passedOn(whole.rawHeaders, target.entry.credential?.forClients ?? null),
      ...own,
    ]);
    endWith(response, whole.bytes);
    return status;
  }
  return refuse(world, response, problemOf(result), target, route);
}

/** Node puts a text of single bytes into the same packet as the head; the bytes are the same. */
function endWith(response: ServerResponse, bytes: Buffer): void {
  if (bytes.length > 65_536) response.end(bytes);
  else response.end(bytes.toString('latin1'), 'latin1');
}

/** A 200 that holds an error gets the status of the error: what a client would take for an answer is none. */
function failedStatus(status: number, said: number | null): number {
  if (status >= 400) return status;
  return said !== null && said >= 400 ? said : 502;
}

function problemOf({ walk }: CallResult): Problem {
  const { reply } = walk;
  const row = reply === null ? null : judge(reply);
  const status = row?.name === 'timeout' ? 504 : (reply?.failure?.status ?? 502);
  const tried = walk.steps.map(({ model, attempt, outcome }) => ({ model, attempt, outcome }));
  const message = `${row?.headline ?? 'no model'}: ${reply?.failure?.message ?? ''}. ${row?.fix ?? ''}`;
  return new Problem(status < 400 ? 502 : status, row?.name ?? 'not_found', message.trim(), {
    metadata: { tried },
    ...(reply?.retryAfterMs == null ? {} : { retryAfterS: Math.ceil(reply.retryAfterMs / 1000) }),
  });
}

function refuse(
  world: ChatWorld,
  response: ServerResponse,
  problem: Problem,
  target: Target | null,
  route: Readonly<Record<string, string>> = {},
): number {
  const notice = target === null ? null : world.budgets.notice(target.entry);
  const headers = { ...(notice === null ? {} : { 'x-openclaw-budget': notice }), ...route };
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  writeProblem(response, problem);
  return problem.status;
}
