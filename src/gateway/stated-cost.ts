import { errorAnswer, type Reader } from '../openrouter/answer.ts';
import { type ChatDraft, createDraft } from '../openrouter/chat-draft.ts';
import type { ChatReply } from '../openrouter/chat-reply.ts';
import { chatFormat } from '../openrouter/formats/format.ts';
import { createSseParser, EventTooLarge, type SseParser } from '../openrouter/sse.ts';
import { plainFailure, WireError, type WireFailure } from '../openrouter/wire-error.ts';
import type { CancelError } from '../platform/errors.ts';
import { isRecord } from '../platform/record.ts';
import { jsonOrUndefined } from '../text/parse-json.ts';
import { exchangeOf, textOf, type UpstreamAnswer } from './upstream.ts';

/** Reads a copy of any endpoint's answer to find its cost. None of its methods throws. */
export interface StatedCost {
  /** For `/generation`; null if there is none. */
  readonly generationId: string | null;
  push(part: Buffer): void;
  end(): void;
  /** With a CancelError if the client left. */
  brokeOff(reason: CancelError | WireError): void;
  reply(): ChatReply;
  /** The JSON of an answer that is not a stream; undefined if there is none or it is incomplete. */
  body(): unknown;
}

/** For a non-streaming answer. The cost of a longer one, such as pictures, can only come from `/generation`. */
const maxBytes = 32 * 1024 * 1024;

export function createStatedCost(
  reader: Reader,
  answer: UpstreamAnswer,
  elapsedMs: () => number,
): StatedCost {
  const { status, headers } = answer;
  const draft = createDraft(elapsedMs, reader.redactor);
  draft.status(status);
  const type = headers['content-type'] ?? '';
  const isJson = /^\s*application\/([\w.-]+\+)?json/i.test(type);
  let events: SseParser | null = /^\s*text\/event-stream/i.test(type)
    ? createSseParser(maxBytes)
    : null;
  let failure: WireFailure | null =
    status >= 400 ? plainFailure('http', `HTTP ${status}`, { status }) : null;
  let hasBrokenOff = false;
  const parts: Buffer[] = [];
  let bytes = 0;
  let body: unknown;

  function readEvents(each: (parser: SseParser) => readonly { readonly data: string }[]): void {
    if (events === null) return;
    try {
      for (const { data } of each(events))
        if (data.includes('"usage"') || (draft.id() === null && data.includes('"gen-')))
          takeStated(reader, draft, data);
    } catch (error) {
      if (!(error instanceof EventTooLarge)) throw error;
      events = null;
    }
  }

  function readWhole(): void {
    if (!isJson || bytes > maxBytes || body !== undefined) return;
    const whole = Buffer.concat(parts.splice(0));
    body = jsonOrUndefined(textOf(whole));
    if (body === undefined) return;
    takeFields(reader, draft, body);
    // An error that is a text says why a job has failed, and answers a poll.
    if (status >= 400 || (isRecord(body) && isRecord(body.error)))
      failure = errorAnswer(reader, exchangeOf(answer, whole), body, 'http');
  }

  return {
    generationId:
      typeof headers['x-generation-id'] === 'string' ? headers['x-generation-id'] : null,
    push(part) {
      readEvents((parser) => parser.push(part));
      bytes += part.length;
      if (!isJson) return;
      if (bytes <= maxBytes) parts.push(part);
      else parts.length = 0;
    },
    end() {
      readEvents((parser) => parser.end());
      readWhole();
    },
    brokeOff(reason) {
      readWhole();
      hasBrokenOff = failure === null;
      failure ??=
        reason instanceof WireError
          ? reason.failure
          : plainFailure('network', 'The client left before the end of the answer', { status });
    },
    reply: () => (failure === null ? draft.answered() : draft.failed(failure, hasBrokenOff)),
    body: () => body,
  };
}

/** Takes the fields that all endpoints share, such as `usage.cost`, from the JSON of an answer or error. */
export function takeStated(reader: Reader, draft: ChatDraft, text: string): void {
  const body = jsonOrUndefined(text);
  if (body !== undefined) takeFields(reader, draft, body);
}

function takeFields(reader: Reader, draft: ChatDraft, body: unknown): void {
  try {
    draft.take(chatFormat.readEvent(reader, body).chunk);
  } catch {
    // It has nothing that could be read.
  }
}
