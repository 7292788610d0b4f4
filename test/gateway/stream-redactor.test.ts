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

it('the redactor hides a key wherever the stream is cut, and changes nothing else', () => {
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

it('the redactor passes whole lines on at once, as the same bytes', () => {
  const stream = hiding();
  const line = Buffer.from('data: {"choices":[]}\n\n');
  expect(stream.push(line)).toEqual(line);
  expect(stream.push(Buffer.from('data: half')).length).toBe(0);
  expect(stream.push(Buffer.from(' a line\n')).toString()).toBe('data: half a line\n');
  expect(stream.end().length).toBe(0);
});

it('the redactor hides a key in an endless line, and buffers little of it', () => {
  const spellings = [
    key,
    key.toUpperCase(),
    key.replaceAll(/./g, (c) => `%25${c.charCodeAt(0).toString(16)}`),
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...spellings),
      fc.nat(200_000),
      fc.integer({ min: 1_000, max: 90_000 }),
      (spelling, at, size) => {
        const [before, after] = ['é'.repeat(at / 2), 'x'.repeat(200_000)];
        const bytes = Buffer.from(`data: ${before} ${spelling} ${after}`);
        const stream = hiding();
        const passed: Buffer[] = [];
        for (let from = 0; from < bytes.length; from += size) {
          passed.push(stream.push(bytes.subarray(from, from + size)));
          const length = passed.reduce((sum, each) => sum + each.length, 0);
          expect(Math.min(from + size, bytes.length) - length).toBeLessThan(70_000);
        }
        const text = Buffer.concat([...passed, stream.end()]).toString();
        expect(
          text === `data: ${before} [key] ${after}` || text === `data: ${before} (hidden) ${after}`,
        ).toBe(true);
      },
    ),
    { numRuns: 60 },
  );
});

it('the redactor hides keys in a row in an endless line', () => {
  const stream = hiding();
  const bytes = Buffer.from(key.repeat(5_000));
  const passed = [stream.push(bytes.subarray(0, 200_000)), stream.push(bytes.subarray(200_000))];
  const text = Buffer.concat([...passed, stream.end()]).toString();
  expect(text.replaceAll('[key]', '').replaceAll('(hidden)', '')).toBe('');
});

it('the redactor passes on the bytes of an endless line unchanged', () => {
  const stream = hiding();
  const piece = Buffer.alloc(700_000, 0xff);
  const passed = [stream.push(piece), stream.push(piece), stream.end()];
  expect(passed.map(({ length }) => length > 0)).toEqual([true, true, true]);
  expect(Buffer.concat(passed).equals(Buffer.concat([piece, piece]))).toBe(true);
});
