import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ChatReply } from '../openrouter/chat-reply.ts';
import { CancelError } from '../platform/errors.ts';
import type { RequestBody } from '../pricing/measure.ts';
import { outcomeNamed } from '../routing/outcomes.ts';
import { type AttemptState, type Call, type CallServices, createAttemptState } from './attempt.ts';
import { type CallResult, runCall } from './call.ts';
import type { FailedModel, RequestEvent } from './event.ts';
import type { Format } from './formats.ts';
import { queryOf } from './formats.ts';
import { forwarded } from './headers.ts';
import { HttpError } from './http-response.ts';
import type { Jobs } from './jobs.ts';
import type { Limiter, RequestSlot } from './limits.ts';
import type { Credential, LiveEntry, LiveSetup } from './live-setup.ts';
import { readModelRequest } from './request-body.ts';
import { respond, respondWithError } from './respond.ts';
import { type Target, targetOf } from './target.ts';

export interface ChatServices extends CallServices {
  readonly setup: () => { readonly live: LiveSetup };
  /** Resolves once a rejected key has been replaced, or there is no replacement. */
  readonly keyRejected: (credential: Credential) => Promise<void>;
  readonly defaultEntry: string | null;
  readonly limiter: Limiter;
  readonly jobs: Jobs;
}

/** The state of one chat request so far. */
export interface ChatRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly signal: AbortSignal;
  readonly elapsedMs: () => number;
  /** Null until the request is admitted; has to be released at the end. */
  slot: RequestSlot | null;
  body: RequestBody | null;
  target: Target | null;
  /** Null until there is a model to ask. */
  attempts: AttemptState | null;
}

/** Answers the request, with an error if necessary, and returns its event. Throws only on bugs. */
export async function answerChat(
  services: ChatServices,
  format: Format,
  chat: ChatRequest,
): Promise<RequestEvent> {
  const { request, response, signal } = chat;
  try {
    const slot = services.limiter.admit();
    chat.slot = slot;
    const body = await readModelRequest(request, format, slot);
    chat.body = body;
    const channel = channelHeader(request);
    const headers = forwarded(request.headers);
    const query = queryOf(request.url);
    const { defaultEntry, budgets } = services;
    const nextCall = (): Call => {
      const target = targetOf(services.setup().live, { format, body, channel, defaultEntry });
      chat.target = target;
      return { format, query, target, body, headers, response, signal, slot };
    };
    chat.attempts = createAttemptState();
    const { call, result } = await runWithCurrentKey(services, nextCall, chat.attempts);
    try {
      return walkedEvent(chat, result, respond(budgets, call, result));
    } finally {
      result.settle();
    }
  } catch (error) {
    if (error instanceof CancelError) {
      response.destroy();
      return requestEvent(chat, 'cancelled', 499, null);
    }
    if (!(error instanceof HttpError)) throw error;
    const status = respondWithError(services.budgets, response, error, chat.target);
    return requestEvent(chat, error.type, status, error.message);
  }
}

export function channelHeader({ headers }: IncomingMessage): string | null {
  const { 'x-openclaw-channel': channel } = headers;
  return typeof channel === 'string' ? channel : null;
}

/** The key may have just been replaced: a call that fails because of its key is repeated if there is another one. */
async function runWithCurrentKey(
  services: ChatServices,
  nextCall: () => Call,
  attempts: AttemptState,
): Promise<{ readonly call: Call; readonly result: CallResult }> {
  const call = nextCall();
  try {
    const result = await runCall(services, call, attempts);
    if (!isKeyRefused(call, result)) return { call, result };
    result.settle();
    if (!(await hasOtherKey(services, call.target.entry))) return { call, result };
  } catch (error) {
    const isOfKey = error instanceof HttpError && error.metadata.breaker === 'open';
    if (!isOfKey || !(await hasOtherKey(services, call.target.entry))) throw error;
  }
  const again = nextCall();
  return { call: again, result: await runCall(services, again, attempts) };
}

function isKeyRefused({ response }: Call, { walk }: CallResult): boolean {
  return (
    walk.outcome !== null && outcomeNamed(walk.outcome).walk === 'stop' && !response.headersSent
  );
}

async function hasOtherKey(
  services: ChatServices,
  { name, credential }: LiveEntry,
): Promise<boolean> {
  if (credential === null) return false;
  await services.keyRejected(credential);
  const { entries } = services.setup().live;
  const current = entries.find((entry) => entry.name === name)?.credential ?? null;
  return current !== null && current !== credential;
}

function walkedEvent(chat: ChatRequest, { walk }: CallResult, status: number): RequestEvent {
  const { reply } = walk;
  const failure = reply?.failure ?? null;
  // Upstream error text may quote the request, so only the client sees it.
  const isOwnText = failure !== null && failure.kind !== 'http' && failure.kind !== 'stream';
  const message = isOwnText ? failure.message : null;
  return requestEvent(chat, walk.outcome ?? 'not_found', status, message, reply);
}

/** The event of a request. `reply` is null if it ended with something else: an error of the gateway, or its client left. */
export function requestEvent(
  { body, target, attempts, elapsedMs }: ChatRequest,
  outcome: string,
  status: number,
  message: string | null,
  reply: ChatReply | null = null,
): RequestEvent {
  return {
    type: 'request',
    entry: target?.entry.name ?? null,
    channel: target?.channel ?? null,
    role: attempts?.link?.role ?? null,
    model: attempts?.link?.model ?? null,
    reason: attempts?.reason || (target?.reason ?? null),
    failed: attempts === null ? [] : failedModels(attempts, reply),
    outcome,
    status,
    stream: body?.stream === true,
    attempts: attempts?.attempts ?? 0,
    waitedMs: attempts?.waitedMs ?? 0,
    provider: reply?.provider ?? null,
    providerAttempts: reply?.providerAttempts ?? [],
    ttftMs: reply?.ttftMs == null ? null : Math.round(reply.ttftMs),
    totalMs: elapsedMs(),
    promptTokens: reply?.usage?.promptTokens ?? null,
    completionTokens: reply?.usage?.completionTokens ?? null,
    cache: reply === null ? null : (attempts?.cache ?? null),
    costUsd: attempts?.costUsd ?? null,
    message,
  };
}

/** Without `reply`, the outcome of the last model is not the outcome of the request, and is listed too. */
function failedModels(
  { failed, link, outcome }: AttemptState,
  reply: ChatReply | null,
): readonly FailedModel[] {
  if (reply !== null || link === null || outcome === null) return failed;
  return [...failed, { model: link.model, outcome }];
}
