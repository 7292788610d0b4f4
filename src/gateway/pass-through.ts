import { pipeline } from 'node:stream/promises';
import { failedReply } from '../openrouter/chat.ts';
import type { ChatReply } from '../openrouter/chat-reply.ts';
import { WireError } from '../openrouter/wire-error.ts';
import { CancelError } from '../platform/errors.ts';
import { judge, type OutcomeName } from '../routing/outcomes.ts';
import { type Attempt, costOf, isUnstated, rowOf } from './attempt-cost.ts';
import { credentialOf } from './call.ts';
import {
  type ChatRequest,
  type ChatServices,
  channelHeader,
  requestEvent,
} from './chat-request.ts';
import type { RequestEvent } from './event.ts';
import { pathOf, queryOf } from './formats.ts';
import { combineHeaders, flat, forwarded, passedOn, routeHeaders } from './headers.ts';
import { HttpError } from './http-response.ts';
import type { Credential } from './live-setup.ts';
import { type PreparedRequest, preparePassed } from './passed-request.ts';
import { respondWithError } from './respond.ts';
import { createStatedCost, type StatedCost } from './stated-cost.ts';
import { createStreamRedactor } from './stream-redactor.ts';
import { type Target, targetOfChannel } from './target.ts';
import type { UpstreamAnswer } from './upstream.ts';

/**
 * Passes a request to any other OpenRouter endpoint, using the entry's key, and streams the answer back. Its cost is
 * recorded if the answer or `/generation` reports it. Throws only on bugs.
 */
export async function passThrough(
  services: ChatServices,
  passed: ChatRequest,
): Promise<RequestEvent> {
  const { request, response } = passed;
  let sending: Sending | null = null;
  try {
    const slot = services.limiter.admit();
    passed.slot = slot;
    const path = passablePath(request.method ?? 'GET', pathOf(request.url));
    const { live } = services.setup();
    const target = targetOfChannel(live, channelHeader(request), services.defaultEntry);
    passed.target = target;
    const credential = credentialOf(target.entry);
    const isFree = /^(GET|HEAD|OPTIONS|DELETE)$/.test(request.method ?? '');
    const prepared = isFree
      ? { body: request, reservation: null, costOfTokens: null, isBilled: false }
      : await preparePassed(services.budgets, target.entry, path, request, slot);
    sending = {
      ...prepared,
      path: pathOf(request.url).slice('/v1'.length),
      isFree,
      wasSent: false,
      reply: null,
      costUsd: null,
    };
    await send(services, passed, target, credential, sending);
    return passedEvent(passed, sending, outcomeOf(sending), response.statusCode, null);
  } catch (error) {
    if (error instanceof CancelError) {
      response.destroy();
      return passedEvent(passed, sending, 'cancelled', 499, null);
    }
    const shown = error instanceof WireError ? gatewayError(error) : error;
    if (!(shown instanceof HttpError)) throw error;
    const status = respondWithError(services.budgets, response, shown, passed.target);
    return passedEvent(passed, sending, shown.type, status, shown.message);
  } finally {
    // Keep reading a rejected body: a client that is cut off while sending never sees the error.
    request.resume();
  }
}

interface Sending extends PreparedRequest {
  /** Without `/v1`. */
  readonly path: string;
  readonly isFree: boolean;
  /** Whether the whole request was sent, or was answered before that: OpenRouter may have worked on it. */
  wasSent: boolean;
  /** Null if the client left before an answer arrived. */
  reply: ChatReply | null;
  /** USD, as recorded; null if nothing was. */
  costUsd: string | null;
}

/** `sending` is null if the request was refused before it could be sent. */
function passedEvent(
  passed: ChatRequest,
  sending: Sending | null,
  outcome: string,
  status: number,
  message: string | null,
): RequestEvent {
  const event = requestEvent(passed, outcome, status, message);
  if (sending === null) return event;
  const { path, costUsd, reply } = sending;
  return {
    ...event,
    model: reply?.model ?? path,
    attempts: 1,
    provider: reply?.provider ?? null,
    promptTokens: reply?.usage?.promptTokens ?? null,
    completionTokens: reply?.usage?.completionTokens ?? null,
    costUsd,
  };
}

async function send(
  services: ChatServices,
  passed: ChatRequest,
  target: Target,
  credential: Credential,
  sending: Sending,
): Promise<void> {
  let cost: StatedCost | null = null;
  try {
    const answer = await openAnswer(services, passed, credential, sending);
    sending.wasSent = true;
    cost = createStatedCost(credential.reader, answer, passed.elapsedMs);
    await relay(passed, answer, credential, cost);
  } catch (error) {
    if (error instanceof WireError) sending.reply = failedReply(error.failure);
    throw error;
  } finally {
    if (cost !== null) sending.reply = cost.reply();
    sending.costUsd = settle(services, { target, credential, sending, cost });
  }
}

function outcomeOf({ reply }: Sending): OutcomeName {
  if (reply === null) return 'cut_off';
  // The gateway does not judge the content: most of these answers are not text.
  return judge(reply.failure === null ? { ...reply, content: 'answered' } : reply).name;
}

function openAnswer(
  { upstream }: ChatServices,
  { request, signal, target }: ChatRequest,
  { authorization }: Credential,
  sending: Sending,
): Promise<UpstreamAnswer> {
  const sent = forwarded(request.headers);
  for (const name of ['accept', 'content-type', 'content-length', 'range', 'if-none-match']) {
    const value = request.headers[name];
    if (typeof value === 'string') sent[name] = value;
  }
  const hasBody =
    request.headers['content-length'] !== undefined ||
    request.headers['transfer-encoding'] !== undefined;
  const body = hasBody ? sending.body : null;
  if (Buffer.isBuffer(body)) delete sent['content-length'];
  else if (hasBody && sent['content-length'] === undefined) sent['transfer-encoding'] = 'chunked';
  const headers = { ...combineHeaders(target?.entry.headers ?? {}, sent), authorization };
  return upstream.pass(
    request.method ?? 'GET',
    `${sending.path}${queryOf(request.url)}`,
    headers,
    body,
    signal,
    () => {
      sending.wasSent = true;
    },
  );
}

/** Streams the answer at the client's pace. Throws CancelError, and WireError before the first byte. */
async function relay(
  { response, signal, target }: ChatRequest,
  answer: UpstreamAnswer,
  { forClients }: Credential,
  cost: StatedCost,
): Promise<void> {
  const isText = /^\s*(text\/|application\/([\w.-]+\+)?json)/i.test(
    answer.headers['content-type'] ?? '',
  );
  const link = { role: 'primary', model: '' } as const;
  const route = target === null ? {} : routeHeaders(target, target.reason, link, 1, null);
  const length = answer.headers['content-length'];
  response.writeHead(answer.status, [
    ...passedOn(answer.rawHeaders, forClients),
    ...flat(route),
    ...(isText || length === undefined ? [] : ['content-length', length]),
  ]);
  const hider = createStreamRedactor(forClients);
  try {
    await pipeline(
      answer.message,
      async function* (parts: AsyncIterable<Buffer>) {
        for await (const part of parts) {
          cost.push(part);
          yield isText ? hider.push(part) : part;
        }
        cost.end();
        yield hider.end();
      },
      response,
      { end: true },
    );
  } catch {
    answer.close();
    const reason = signal.aborted ? new CancelError() : answer.failureOf();
    cost.brokeOff(reason);
    if (reason instanceof CancelError) throw reason;
    response.destroy();
  }
}

interface Passed {
  readonly target: Target;
  readonly credential: Credential;
  readonly sending: Sending;
  readonly cost: StatedCost | null;
}

/** Records the cost and returns it, in USD; null if it is unknown or already recorded. */
function settle(
  { budgets, lateCosts, clock, jobs }: ChatServices,
  { target, credential, sending, cost }: Passed,
): string | null {
  const { path, isFree, reservation, reply } = sending;
  if (isFree) return reply === null ? null : jobs.poll(path, reply, cost?.body());
  const attempt = attemptOf(sending, cost);
  const found = costOf(attempt, reply);
  const link = { role: 'primary', model: reply?.model ?? path } as const;
  const outcome = outcomeOf(sending);
  const row = rowOf(clock.now(), target, link, reply, outcome, found, null);
  const job = found.from === 'stated' ? null : jobPath(sending);
  if (job !== null) {
    jobs.submit(job, row, reservation);
    return null;
  }
  const { generationId } = attempt;
  if (generationId !== null && isUnstated(attempt, found, reply)) {
    lateCosts.settle({ credential, generationId, row, reservation });
  } else budgets.settle(row, reservation);
  return found.usd;
}

/** For a redirect, or an endpoint that is not known to be billed, the reservation is not an estimate of the cost. */
function attemptOf(
  { isBilled, reservation, costOfTokens, wasSent, reply }: Sending,
  cost: StatedCost | null,
): Attempt {
  const isRedirect = reply?.failure === null && (reply.status ?? 0) >= 300;
  const idInBody = isBilled && reply?.id?.startsWith('gen-') === true ? reply.id : null;
  return {
    reservation: isBilled && !isRedirect ? reservation : null,
    costOfTokens,
    wasSent,
    generationId: cost?.generationId ?? idInBody,
  };
}

/** The path to poll if the request has submitted a job, which is charged when it is done. */
function jobPath({ path, reply }: Sending): string | null {
  if (reply === null || reply.id === null || !/^\/videos\/?$/i.test(path)) return null;
  const isAccepted = (reply.status ?? 500) < 300 && reply.failure?.isExplained !== true;
  return isAccepted ? `/videos/${reply.id}` : null;
}

function gatewayError({ failure }: WireError): HttpError {
  const { name, headline, fix } = judge(failedReply(failure));
  const status = name === 'timeout' ? 504 : 502;
  return new HttpError(status, name, `${headline}: ${failure.message}. ${fix}`);
}

/** Manages the account, its keys, members and payments: `serve` does not lend the entry's key for that. */
const management =
  /^\/(keys|auth|byok|guardrails|organization|scim|workspaces|observability)(\/|$)|^\/credits\/./;

/** Model endpoints, where an entry decides. Another spelling of the path must not bypass it. */
const models = /^\/(presets\/[^/]+\/)?(chat\/completions|responses|messages)\/?$/;

/** The path as OpenRouter reads it, without `/v1`. Throws HttpError for a path that is not passed through. */
function passablePath(method: string, path: string): string {
  const plain = decoded(path.slice('/v1'.length)).toLowerCase();
  if (management.test(plain) || (/^\/presets(\/|$)/.test(plain) && method !== 'GET')) {
    throw new HttpError(
      403,
      'management_refused',
      `serve does not pass on ${method} ${path}: it manages the account. Send it to OpenRouter itself`,
    );
  }
  if (models.test(plain)) {
    throw new HttpError(
      404,
      'not_found',
      `${method} ${path} does not exist: use POST /v1/chat/completions, /v1/responses or /v1/messages`,
    );
  }
  return plain;
}

/** Throws HttpError for a path that servers may interpret differently. */
function decoded(path: string): string {
  const plain = decodedOnce(path);
  const isOdd = /%|\\|\/\/|[^\x21-\x7e]|[?#;]|(^|\/)\.{1,2}(\/|$)/.test(plain ?? '%');
  if (plain !== null && !isOdd && plain.split('/').length === path.split('/').length) return plain;
  throw new HttpError(400, 'invalid_request', 'The path of this request is ambiguous');
}

function decodedOnce(path: string): string | null {
  try {
    return decodeURIComponent(path);
  } catch {
    return null;
  }
}
