import type { ServerResponse } from 'node:http';
import { joined } from '../platform/record.ts';
import { adviceOn } from '../routing/advice.ts';
import { type OutcomeName, outcomeNamed } from '../routing/outcomes.ts';
import type { Call } from './attempt.ts';
import type { Budgets } from './budget.ts';
import type { CallResult } from './call.ts';
import { isForChat, isFromHost } from './chat-error.ts';
import { formatFor } from './formats.ts';
import { costHeaders, flat, passedOn, routeHeaders } from './headers.ts';
import { HttpError, writeError } from './http-response.ts';
import type { Target } from './target.ts';

/** Finishes the response of a call; returns the status that the client saw. */
export function respond(budgets: Budgets, call: Call, result: CallResult): number {
  const { target, response } = call;
  const { walk, buffered, reason, attempts, costUsd, unsettledUsd } = result;
  if (response.headersSent) {
    endStream(call, result);
    return response.statusCode;
  }
  const last = walk.steps.at(-1);
  const link = last ?? { role: 'primary', model: '' };
  const notice = budgets.notice(target.entry, unsettledUsd);
  const route = routeHeaders(target, reason, link, attempts, notice, costUsd);
  const cost = costHeaders(costUsd, result.cache);
  const failure = last?.reply.failure ?? null;
  const hasFailed = failure !== null || walk.outcome === 'empty';
  if (buffered === null || (hasFailed && isInChat(response, walk.outcome))) {
    return respondWithError(
      budgets,
      response,
      errorOf(result, target),
      target,
      joined(route, cost),
    );
  }
  const status = failure === null ? buffered.status : failedStatus(buffered.status, failure.status);
  response.writeHead(status, [
    ...passedOn(buffered.rawHeaders, redactorOf(target)),
    ...flat(route, cost),
    // The walk has already retried whatever is worth retrying.
    ...(failure === null ? [] : ['x-should-retry', 'false']),
    'content-length',
    String(buffered.bytes.length),
  ]);
  endWith(response, buffered.bytes);
  return status;
}

/**
 * Finishes a response whose headers were already sent: with an error in the endpoint's format, unless the answer was
 * complete or already ended with an error.
 */
function endStream({ format, target, response }: Call, result: CallResult): void {
  const { walk, buffered, brokeOff, reason, attempts, costUsd } = result;
  const { failure = null, afterFirstToken = false } = walk.reply ?? {};
  const isShown = failure?.kind === 'stream' && afterFirstToken;
  if (brokeOff || (failure !== null && !isShown) || buffered?.isStream === false) {
    const event = format.errorEvent(errorOf(result, target));
    // The stream may have broken off inside an event. Destroying the response lets a client that ignores error events
    // see that it is incomplete.
    if (brokeOff) response.write(`\n\n${event}`, () => response.destroy());
    else response.end(event);
    return;
  }
  if (buffered !== null) response.write(buffered.bytes);
  const link = walk.steps.at(-1) ?? { role: 'primary', model: '' };
  const route = routeHeaders(target, reason, link, attempts, null, costUsd);
  const cost = costHeaders(costUsd, result.cache);
  response.addTrailers(result.keptAlive ? { ...route, ...cost } : cost);
  response.end();
}

function redactorOf({ entry }: Target) {
  return entry.credential?.forClients ?? null;
}

/** Node sends a latin1 string in the same packet as the headers; the bytes are the same. */
function endWith(response: ServerResponse, bytes: Buffer): void {
  if (bytes.length > 65_536) response.end(bytes);
  else response.end(bytes.toString('latin1'), 'latin1');
}

/** A 200 that contains an error gets the status of the error, so that clients do not take it for an answer. */
function failedStatus(status: number, stated: number | null): number {
  if (status >= 400) return status;
  return stated !== null && stated >= 400 ? stated : 502;
}

function isInChat({ req }: ServerResponse, outcome: OutcomeName | null): boolean {
  return isFromHost(req.headers) && isForChat(outcome ?? '');
}

function errorOf({ walk }: CallResult, { entry }: Target): HttpError {
  const { reply } = walk;
  const row = walk.outcome === null ? null : outcomeNamed(walk.outcome);
  const status = row?.name === 'timeout' ? 504 : (reply?.failure?.status ?? 502);
  const tried = walk.steps.map(({ model, attempt, outcome }) => ({ model, attempt, outcome }));
  const last = walk.steps.at(-1);
  const advice = row === null || last === undefined ? row : adviceOn(row, last.reply.failure, last);
  const message = `${advice?.headline ?? 'no model'}: ${reply?.failure?.message ?? ''}. ${advice?.fix ?? ''}`;
  return new HttpError(status < 400 ? 502 : status, row?.name ?? 'not_found', message.trim(), {
    metadata: { entry: entry.name, tried },
    advice: advice === row ? null : advice,
    ...(reply?.retryAfterMs == null ? {} : { retryAfterS: Math.ceil(reply.retryAfterMs / 1000) }),
  });
}

/** Returns the status. `target` is null if the request failed before it had one. */
export function respondWithError(
  budgets: Budgets,
  response: ServerResponse,
  error: HttpError,
  target: Target | null,
  route: Readonly<Record<string, string>> = {},
): number {
  const notice = target === null ? null : budgets.notice(target.entry, null);
  // The headers were sent early to keep the connection alive.
  if (response.headersSent) {
    response.end(formatFor(response.req.url).errorEvent(error));
    return response.statusCode;
  }
  const headers = { ...(notice === null ? {} : { 'x-openclaw-budget': notice }), ...route };
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  return writeError(response, error);
}
