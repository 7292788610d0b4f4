export interface SseEvent {
  /** The `event:` field; OpenRouter sends none. */
  readonly event: string | null;
  /** The `data:` lines, joined by line feeds. */
  readonly data: string;
}

/** An event, finished or not, has become larger than the parser was told to take. */
export class EventTooLarge extends Error {
  override readonly name = 'EventTooLarge';
}

export interface SseParser {
  /** The events that these bytes complete. Throws EventTooLarge, and is of no use afterwards. */
  push(bytes: Uint8Array): SseEvent[];
  /** The stream has ended: what stands there without its closing blank line counts as an event, if it has data. */
  end(): SseEvent[];
}

/**
 * Server-sent events from bytes in any split (HTML standard, 9.2.6): LF, CRLF and CR, comments, several data lines,
 * a BOM. Unlike the standard, an event cut off at the end is handed out: whoever reads its JSON sees that it is cut.
 * `mostChars` is the limit of one event.
 */
export function createSseParser(mostChars = Number.POSITIVE_INFINITY): SseParser {
  const decoder = new TextDecoder();
  const lines = createLines();
  let data: string[] = [];
  let dataChars = 0;
  let event: string | null = null;

  function dispatch(): SseEvent[] {
    const events = data.length === 0 ? [] : [{ event, data: data.join('\n') }];
    data = [];
    dataChars = 0;
    event = null;
    return events;
  }

  function completed(text: string): SseEvent[] {
    const events = lines.push(text).flatMap(take);
    if (dataChars + lines.pending() > mostChars) throw new EventTooLarge();
    return events;
  }

  function take(line: string): SseEvent[] {
    if (line === '') return dispatch();
    const [field, value] = fieldOf(line);
    if (field === 'data') {
      data.push(value);
      dataChars += value.length + 1;
    }
    if (field === 'event') event = value;
    return [];
  }

  return {
    push: (bytes) => completed(decoder.decode(bytes, { stream: true })),
    end: () => [...lines.push(decoder.decode()), lines.rest()].flatMap(take).concat(dispatch()),
  };
}

/** A comment line has an empty field name, and so means nothing. */
function fieldOf(line: string): [field: string, value: string] {
  const colon = line.indexOf(':');
  if (colon === -1) return [line, ''];
  const value = line.slice(colon + 1);
  return [line.slice(0, colon), value.startsWith(' ') ? value.slice(1) : value];
}

interface Lines {
  push(text: string): string[];
  /** How many characters stand after the last line end, */
  pending(): number;
  /** and which. */
  rest(): string;
}

/** Keeps an unfinished line in pieces, so that a long one costs no more than its length. */
function createLines(): Lines {
  let pieces: string[] = [];
  let chars = 0;
  let endedInCr = false;

  return {
    push(text) {
      if (text === '') return [];
      // The LF of a CRLF whose CR ended the line before.
      const fresh = endedInCr && text.startsWith('\n') ? text.slice(1) : text;
      endedInCr = text.endsWith('\r');
      const parts = fresh.split(/\r\n|\r|\n/);
      const last = parts.pop() ?? '';
      const [first, ...others] = parts;
      if (first === undefined) {
        pieces.push(last);
        chars += last.length;
        return [];
      }
      const finished = [pieces.join('') + first, ...others];
      pieces = [last];
      chars = last.length;
      return finished;
    },
    pending: () => chars,
    rest: () => pieces.join(''),
  };
}
