import { createParser } from 'eventsource-parser';

export interface SseEvent {
  /** The `event:` field; OpenRouter sends none. */
  readonly event: string | null;
  /** The `data:` lines, joined by line feeds. */
  readonly data: string;
}

/** An event, complete or not, is larger than the limit of the parser. */
export class EventTooLarge extends Error {
  override readonly name = 'EventTooLarge';
}

export interface SseParser {
  /** The events that these bytes complete. Throws EventTooLarge, after which the parser cannot be used. */
  push(bytes: Uint8Array): SseEvent[];
  /** The event at the end of the stream that has data but no closing blank line. */
  end(): SseEvent[];
}

/**
 * Server-sent events from bytes in any split. Unlike the standard, an event cut off at the end of the stream is returned
 * too: whoever parses its JSON sees that it is cut. `maxChars` is the limit of one event.
 */
export function createSseParser(maxChars?: number): SseParser {
  const decoder = new TextDecoder();
  let events: SseEvent[] = [];
  const parser = createParser({
    maxBufferSize: maxChars,
    onEvent({ event = null, data }) {
      // Some proxies keep a connection alive with these.
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
