import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createStreamRedactor } from '../../src/gateway/stream-redactor.ts';
import { createRedactor } from '../../src/text/redact.ts';

const key = `sk-or-v1-${'3f9a0c7be1d28465'.repeat(4)}`;

function hiding() {
  const redactor = createRedactor({ hint: () => '[key]', knownOnly: true });
  redactor.add(key);
  return createStreamRedactor(redactor);
}

it('hides a key in a stream wherever the stream is cut, and changes nothing else', () => {
  const pieces = fc.array(
    fc.constantFrom(key, 'data: {"a":"模型"}', '\n', '\r\n', ' ', 'sk-or-v1-x'),
  );
  const cuts = fc.array(fc.nat(200));
  fc.assert(
    fc.property(pieces, cuts, (texts, at) => {
      const bytes = Buffer.from(texts.join(' '));
      const stream = hiding();
      const ends = [...at.filter((end) => end < bytes.length).sort((a, b) => a - b), bytes.length];
      const passed = ends.map((end, i) => stream.push(bytes.subarray(ends[i - 1] ?? 0, end)));
      const text = Buffer.concat([...passed, stream.end()]).toString();
      expect(text).toBe(bytes.toString().replaceAll(key, '[key]'));
    }),
  );
});

it('passes whole lines on at once, as the very bytes that came', () => {
  const stream = hiding();
  const line = Buffer.from('data: {"choices":[]}\n\n');
  expect(stream.push(line)).toEqual(line);
  expect(stream.push(Buffer.from('data: half')).length).toBe(0);
  expect(stream.push(Buffer.from(' a line\n')).toString()).toBe('data: half a line\n');
  expect(stream.end().length).toBe(0);
});

it('lets a line without end go on, whatever is in it', () => {
  const stream = hiding();
  const piece = Buffer.alloc(700_000, 0xff);
  expect(stream.push(piece).length).toBe(0);
  expect(stream.push(piece)).toEqual(Buffer.concat([piece, piece]));
  expect(stream.end().length).toBe(0);
});
