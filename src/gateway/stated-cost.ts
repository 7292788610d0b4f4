import type { Reader } from '../openrouter/answer.ts';
import { type ChatDraft, createDraft } from '../openrouter/chat-draft.ts';
import type { ChatReply } from '../openrouter/chat-reply.ts';
import { chatFormat } from '../openrouter/formats/format.ts';
import { createSseParser, EventTooLarge, type SseParser } from '../openrouter/sse.ts';
import { plainFailure, WireError, type WireFailure } from '../openrouter/wire-error.ts';
import type { CancelError } from '../platform/errors.ts';
import { parseJson } from '../text/parse-json.ts';
import type { UpstreamAnswer } from './upstream.ts';

/** Reads a copy of any endpoint's answer to find its cost. None of its methods throws. */
export interface StatedCost {
  /** For `/generation`; null if there is none. */
  readonly generationId: string | null;
  push(part: Buffer): void;
  end(): void;
  brokeOff(reason: CancelError | WireError): void;
  reply(): ChatReply;
}

/** For a non-streaming answer. The cost of a longer one, such as pictures, can only come from `/generation`. */
const maxBytes = 32 * 1024 * 1024;

export function createStatedCost(
  reader: Reader,
  { status, headers }: UpstreamAnswer,
  elapsedMs: () => number,
): StatedCost {
  const draft = createDraft(elapsedMs);
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

  function readEvents(each: (parser: SseParser) => readonly { readonly data: string }[]): void {
    if (events === null) return;
    try {
      for (const { data } of each(events))
        if (data.includes('"usage"')) takeStated(reader, draft, data);
    } catch (error) {
      if (!(error instanceof EventTooLarge)) throw error;
      events = null;
    }
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
      if (!isJson || bytes > maxBytes) return;
      takeStated(reader, draft, Buffer.concat(parts.splice(0)).toString('utf8'));
    },
    brokeOff(reason) {
      if (!(reason instanceof WireError)) return;
      hasBrokenOff = failure === null;
      failure ??= reason.failure;
    },
    reply: () => (failure === null ? draft.answered() : draft.failed(failure, hasBrokenOff)),
  };
}

/** Takes the fields that all endpoints share, such as `usage.cost`, from the JSON of an answer or error. */
export function takeStated(reader: Reader, draft: ChatDraft, text: string): void {
  try {
    draft.take(chatFormat.readEvent(reader, parseJson(text)).chunk);
  } catch {
    // The text has nothing that could be read.
  }
}
