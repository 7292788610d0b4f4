import { createParser } from 'eventsource-parser';

export interface SseEvent {
  /** The `event:` field; OpenRouter sends none. */
  readonly event: string | null;
  /** The `data:` lines, joined by line feeds. */
  readonly data: string;
}

/** An event, complete or not, exceeds the limit of the parser. */
export class EventTooLarge extends Error {
  override readonly name = 'EventTooLarge';
}

export interface SseParser {
  /** The events that these bytes complete. Throws EventTooLarge, after which the parser is unusable. */
  push(bytes: Uint8Array): SseEvent[];
  /** The last event of the stream, if it has data but no closing blank line. */
  end(): SseEvent[];
}

/**
 * Parses server-sent events from arbitrary chunks of bytes. Unlike the standard, it also returns an event that is cut
 * off at the end of the stream; parsing its JSON shows whether it is complete. `maxChars` limits one event.
 */
export function createSseParser(maxChars?: number): SseParser {
  const decoder = new TextDecoder();
  let events: SseEvent[] = [];
  const parser = createParser({
    maxBufferSize: maxChars,
    onEvent({ event = null, data }) {
      // Some proxies send empty events as keep-alives.
      if (data.trim() !== '') events.push({ event, data });
    },
    onError({ type }) {
      if (type === 'max-buffer-size-exceeded') throw new EventTooLarge();
    },
  });
  function feed(text: string): SseEvent[] {
    parser.feed(text);
    const complete = events;
    events = [];
    return complete;
  }
  return {
    push: (bytes) => feed(decoder.decode(bytes, { stream: true })),
    end: () => feed(`${decoder.decode()}\n\n`),
  };
}
