import { type Reader, shaped } from '../openrouter/answer.ts';
import type { ChatDraft } from '../openrouter/chat-draft.ts';
import { chatChunk, choiceError } from '../openrouter/chat-shapes.ts';
import { failureFromBody, isErrorBody } from '../openrouter/error-body.ts';
import { retryAfterOf } from '../openrouter/retry-after.ts';
import { createSseParser, EventTooLarge } from '../openrouter/sse.ts';
import { plainFailure, WireError, type WireFailure } from '../openrouter/wire-error.ts';
import { parseJson } from '../text/parse-json.ts';
import { defaultLimits } from './limits.ts';
import type { UpstreamAnswer } from './upstream.ts';

/** Reads the copy of a stream: its first token, its end, its usage, its error. Never throws. */
export interface StreamReader {
  push(bytes: Uint8Array): void;
  end(): void;
  hasToken(): boolean;
  /** `[DONE]` came. */
  isDone(): boolean;
  failure(): WireFailure | null;
}

export function createStreamReader(
  reader: Reader,
  answer: Pick<UpstreamAnswer, 'status'>,
  draft: ChatDraft,
): StreamReader {
  const parser = createSseParser(defaultLimits.answerBytes);
  let done = false;
  let failure: WireFailure | null = null;
  let token = false;

  function take(data: string): void {
    if (done || failure !== null) return;
    if (data.trim() === '[DONE]') {
      done = true;
      return;
    }
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
      const words = `A chunk in the stream of ${reader.host} is not JSON`;
      return plainFailure('garbled', words, { status: answer.status });
    }
    const chunk = shaped(reader, chatChunk, body);
    draft.take(chunk);
    if (isErrorBody(body)) return failureOf(body);
    const error = choiceError(chunk);
    return error === null ? null : failureOf({ error });
  }

  function failureOf(body: unknown): WireFailure {
    const retryAfterMs = retryAfterOf(answer.status, new Headers(), reader.clock.now());
    return failureFromBody(body, {
      kind: 'stream',
      status: answer.status,
      retryAfterMs,
      redactor: reader.redactor,
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
  };
}

// After the first token a chunk is read only if it says more than text: parsing each would cost more than passing it.
function isTelling(data: string): boolean {
  return data.includes('"usage"') || data.includes('"error"') || /"finish_reason":\s*"/.test(data);
}

function parsed(data: string): unknown {
  try {
    return parseJson(data);
  } catch {
    return undefined;
  }
}
