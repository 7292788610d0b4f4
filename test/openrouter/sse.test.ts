import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSseParser, EventTooLarge, type SseEvent } from '../../src/openrouter/sse.ts';

function parse(chunks: readonly Uint8Array[]): SseEvent[] {
  const parser = createSseParser();
  return [...chunks.flatMap((chunk) => parser.push(chunk)), ...parser.end()];
}

const bytes = (text: string) => new TextEncoder().encode(text);
const dataOf = (text: string) => parse([bytes(text)]).map(({ data }) => data);

function cut(all: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...places.map((place) => place % (all.length + 1)), all.length].sort(
    (a, b) => a - b,
  );
  return ends.map((end, i) => all.subarray(ends[i - 1] ?? 0, end));
}

describe('the SSE parser', () => {
  it.each([
    ['LF', 'data: one\n\ndata: two\n\n'],
    ['CRLF', 'data: one\r\n\r\ndata: two\r\n\r\n'],
    ['CR', 'data: one\r\rdata: two\r\r'],
    ['a BOM', '\ufeffdata: one\n\ndata: two\n\n'],
    ['comments between', ': OPENROUTER PROCESSING\n\ndata: one\n\n:\n: x\n\ndata: two\n\n'],
    ['no space after the colon', 'data:one\n\ndata:two\n\n'],
    ['other fields', 'id: 7\nretry: 10\ndata: one\n\nunknown\ndata: two\n\n'],
    ['no closing blank line', 'data: one\n\ndata: two'],
  ])('reads two events with %s', (_, text) => {
    expect(dataOf(text)).toEqual(['one', 'two']);
  });

  it('joins several data lines, removing only one space', () => {
    expect(dataOf('data: a\ndata:  b\ndata\n\n')).toEqual(['a\n b\n']);
  });

  it('names the event', () => {
    expect(parse([bytes('event: error\ndata: x\n\ndata: y\n\n')])).toEqual([
      { event: 'error', data: 'x' },
      { event: null, data: 'y' },
    ]);
  });

  it('returns an event as soon as it is complete', () => {
    const parser = createSseParser();
    expect(parser.push(bytes('data: on'))).toEqual([]);
    expect(parser.push(bytes('e\n\nda'))).toEqual([{ event: null, data: 'one' }]);
  });

  it('reads the same however the bytes are split', () => {
    const line = fc.constantFrom(
      'data: é模型🙂',
      'data:',
      ': note',
      'event: x',
      'data: [DONE]',
      '',
      'junk',
    );
    const end = fc.constantFrom('\n', '\r\n', '\r');
    const text = fc.array(fc.tuple(line, end)).map((lines) => lines.flat().join(''));
    const any = fc.oneof(text.map(bytes), fc.uint8Array({ maxLength: 200 }));
    fc.assert(
      fc.property(any, fc.array(fc.nat()), (all, places) => {
        expect(parse(cut(all, places))).toEqual(parse([all]));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['a line without an end', 'x'.repeat(10)],
    ['lines without an end of their event', 'xx\ndata: xx\ndata: '],
  ])('throws for an event beyond its limit: %s', (_, piece) => {
    const parser = createSseParser(100);
    expect(parser.push(bytes(`data: ${'x'.repeat(90)}\n\n`))).toHaveLength(1);
    const flood = () => {
      for (let i = 0; i < 30; i += 1) parser.push(bytes(i === 0 ? `data: ${piece}` : piece));
    };
    expect(flood).toThrow(EventTooLarge);
  });
});
