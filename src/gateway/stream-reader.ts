import { type Reader, shaped } from '../openrouter/answer.ts';
import type { ChatDraft } from '../openrouter/chat-draft.ts';
import { chatChunk } from '../openrouter/chat-shapes.ts';
import { failureFromBody, isErrorBody } from '../openrouter/error-body.ts';
import { retryAfterOf } from '../openrouter/retry-after.ts';
import { createSseParser, EventTooLarge } from '../openrouter/sse.ts';
import { plainFailure, WireError, type WireFailure } from '../openrouter/wire-error.ts';
import { roomLimits } from './room.ts';
import type { UpstreamAnswer } from './upstream.ts';

/** Reads the copy of a stream: its first token, its end, its usage, its error. Never throws. */
export interface StreamReader {
  push(bytes: Uint8Array): void;
  end(): void;
  hasToken(): boolean;
  /** `[DONE]` came. */
  isDone(): boolean;
  failure(): WireFailure | null;
  /** How many tokens came, from above: one a chunk at least, one for every three bytes of text. */
  tokens(): number;
}

export function createStreamReader(
  reader: Reader,
  answer: Pick<UpstreamAnswer, 'status'>,
  draft: ChatDraft,
): StreamReader {
  const parser = createSseParser(roomLimits.answerBytes);
  let done = false;
  let failure: WireFailure | null = null;
  let token = false;
  let chunks = 0;
  let textBytes = 0;

  function take(data: string): void {
    if (done || failure !== null) return;
    if (data.trim() === '[DONE]') {
      done = true;
      return;
    }
    chunks += 1;
    textBytes += bytesOfText(data);
    if (token && !isTelling(data)) return;
    failure = attempt(data);
    token ||= draft.hasToken();
  }

  function attempt(data: string): WireFailure | null {
    try {
      return read(data);
    } catch (error) {
      if (error instanceof WireError) return error.failure;
      throw error;
    }
  }

  function read(data: string): WireFailure | null {
    const body = parsed(data);
    if (body === undefined) {
      const words = `A chunk in the stream of ${reader.host} is no JSON`;
      return plainFailure('garbled', words, { status: answer.status });
    }
    const chunk = shaped(reader, chatChunk, body);
    draft.take(chunk);
    if (isErrorBody(body)) return failureOf(body);
    const failed = chunk.choices.find(
      (choice) => choice.error !== null || choice.finish_reason === 'error',
    );
    if (failed === undefined) return null;
    return failureOf({
      error: failed.error ?? { code: 502, message: 'The provider ended the answer with an error' },
    });
  }

  function failureOf(body: unknown): WireFailure {
    const retryAfterMs = retryAfterOf(answer.status, new Headers(), reader.clock.now());
    return failureFromBody(body, {
      kind: 'stream',
      status: answer.status,
      retryAfterMs,
      key: reader.key,
    });
  }

  return {
    push(bytes) {
      if (done || failure !== null) return;
      try {
        for (const { data } of parser.push(bytes)) take(data);
      } catch (error) {
        if (!(error instanceof EventTooLarge)) throw error;
        const words = `An event in the stream of ${reader.host} is larger than one may be`;
        failure = plainFailure('garbled', words, { status: answer.status });
      }
    },
    end() {
      if (done || failure !== null) return;
      for (const { data } of parser.end()) take(data);
    },
    hasToken: () => token,
    isDone: () => done,
    failure: () => failure,
    tokens: () => Math.max(chunks, Math.ceil(textBytes / 3)),
  };
}

// After the first token a chunk is read only if it says more than text: parsing each would cost more than passing it.
function isTelling(data: string): boolean {
  return data.includes('"usage"') || data.includes('"error"') || /"finish_reason":\s*"/.test(data);
}

/** What a model wrote in a chunk, as JSON spells it, which is never shorter. */
function bytesOfText(data: string): number {
  let bytes = 0;
  for (const { 0: start, index } of data.matchAll(/"(?:content|reasoning|arguments)":\s*"/g)) {
    const from = index + start.length;
    bytes += Buffer.byteLength(data.slice(from, endOfText(data, from)));
  }
  return bytes;
}

// By hand: a regular expression runs out of stack in a chunk of some megabytes.
function endOfText(data: string, from: number): number {
  for (let end = data.indexOf('"', from); end >= 0; end = data.indexOf('"', end + 1)) {
    let slashes = 0;
    while (data[end - 1 - slashes] === '\\') slashes += 1;
    if (slashes % 2 === 0) return end;
  }
  return data.length;
}

function parsed(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}
