import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { createDraft } from '../openrouter/chat-draft.ts';
import type { AnswerFormat } from '../openrouter/formats/format.ts';
import { WireError, type WireFailure } from '../openrouter/wire-error.ts';
import { CancelError } from '../platform/errors.ts';
import type { Received } from './answer.ts';
import { createStreamReader, endedEarly } from './answer.ts';
import { cutOffWhenStuck, stopWaitingForClient } from './http-response.ts';
import type { Credential } from './live-setup.ts';
import { createStreamRedactor } from './stream-redactor.ts';
import type { UpstreamAnswer } from './upstream.ts';

/** The longest a client goes without data while a model sends only comments, in milliseconds. */
const maxHoldMs = 10_000;

/** The most bytes of a stream that are held back before its first token. */
const maxHeldBytes = 4 * 1024 * 1024;

/** How long to wait for the connection to close after the answer has ended, in milliseconds. */
const maxEndMs = 1_000;

export interface Relay {
  readonly response: ServerResponse;
  /** Sends the status and headers. After this no other link can answer. */
  begin(): void;
  /** Keeps the connection of a waiting client alive, whichever link will answer. */
  keepAlive(): void;
  readonly signal: AbortSignal;
  readonly elapsedMs: () => number;
  /** Called when the stream is over, with the id of the answer if there was one. */
  onId(id: string | null): void;
}

interface Streamed extends Received {
  /** The stream broke off, so the client's has to break off too. */
  readonly brokeOff: boolean;
}

/**
 * Forwards a stream as it arrives and reads a copy of it. Bytes are held back until the first token, however many
 * comments arrive, so that if a link fails before then the next one can be tried. After that they are forwarded at the
 * client's pace. Throws CancelError if the client has disconnected.
 */
export async function relayStream(
  format: AnswerFormat,
  answer: UpstreamAnswer,
  { reader, forClients }: Pick<Credential, 'reader' | 'forClients'>,
  relay: Relay,
): Promise<Streamed> {
  const draft = createDraft(relay.elapsedMs, reader.redactor);
  draft.status(answer.status);
  const copy = createStreamReader(format, reader, answer, draft);
  const keyHider = createStreamRedactor(forClients);
  const state = { held: [] as Buffer[], heldBytes: 0, begun: false };
  const mayBegin = () => copy.hasToken() || state.heldBytes > maxHeldBytes;

  /** Synchronous unless the client first has to read what it was sent. */
  function pass(bytes: Buffer): Promise<void> | undefined {
    if (!state.begun && mayBegin()) {
      relay.begin();
      state.begun = true;
      for (const earlier of state.held.splice(0)) relay.response.write(earlier);
    }
    if (!state.begun) {
      state.held.push(bytes);
      state.heldBytes += bytes.length;
      if (relay.elapsedMs() > maxHoldMs) relay.keepAlive();
    } else if (!relay.response.write(bytes)) return drained(relay);
    return undefined;
  }

  let broken: WireFailure | null = null;
  let closing: NodeJS.Timeout | undefined;
  try {
    for await (const bytes of answer.message) {
      copy.push(bytes);
      const failure = copy.failure();
      if (failure !== null && !state.begun) break;
      const shown = keyHider.push(bytes);
      const mayBeCut = copy.hasToken() && !draft.isFinished() && failure?.kind !== 'stream';
      const waiting = pass(mayBeCut ? beforeEnd(shown) : shown);
      if (waiting !== undefined) await waiting;
      if (failure?.kind === 'garbled') break;
      if (copy.isDone()) closing ??= setTimeout(answer.close, maxEndMs);
    }
  } catch (error) {
    const hasLeft = relay.signal.aborted || error instanceof CancelError;
    // Clients leave as soon as they have the end, often before OpenRouter closes the stream.
    const isOver = copy.isDone() || copy.failure() !== null || draft.isFinished();
    if (hasLeft && !isOver) throw new CancelError();
    if (!hasLeft) broken = asWireError(answer.failureOf()).failure;
  } finally {
    clearTimeout(closing);
    relay.onId(draft.id());
    answer.close();
  }
  copy.end();
  const isWhole = copy.isDone() || (broken === null && draft.isFinished());
  const failure = copy.failure() ?? (isWhole ? null : (broken ?? endedEarly(reader, answer)));
  const brokeOff = failure !== null && failure.kind !== 'stream';
  // Do not send part of an event: the client would only see invalid JSON.
  const isToEnd = failure === null || (state.begun && !brokeOff);
  if (isToEnd && !relay.signal.aborted) await pass(keyHider.end());
  const { status, rawHeaders } = answer;
  const bytes = Buffer.concat(state.held);
  return {
    reply: failure === null ? draft.answered(state.begun) : draft.failed(failure, state.begun),
    buffered:
      state.begun || failure !== null ? null : { status, rawHeaders, bytes, isStream: true },
    brokeOff: brokeOff && state.begun,
  };
}

/** Drops the `[DONE]` marker, which would make a client take the answer for complete. */
function beforeEnd(lines: Buffer): Buffer {
  if (!lines.includes('[DONE]')) return lines;
  const marker = /^data: ?\[DONE\]/m.exec(lines.toString('latin1'));
  return marker === null ? lines : lines.subarray(0, marker.index);
}

function asWireError(error: CancelError | WireError): WireError {
  if (error instanceof WireError) return error;
  throw error;
}

async function drained({ response, signal }: Relay): Promise<void> {
  cutOffWhenStuck(response);
  await once(response, 'drain', { signal }).catch(() => {
    throw new CancelError();
  });
  stopWaitingForClient(response);
}
