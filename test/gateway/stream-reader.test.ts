import { expect, it } from 'vitest';
import { createStreamReader } from '../../src/gateway/stream-reader.ts';
import { createDraft } from '../../src/openrouter/chat-draft.ts';
import { clientOf } from '../openrouter/serve.ts';

function tokensOf(...deltas: readonly object[]): number {
  const { reader } = clientOf('http://127.0.0.1:9/api/v1');
  const reading = createStreamReader(
    reader,
    { status: 200 },
    createDraft(() => 0),
  );
  for (const delta of deltas) {
    reading.push(Buffer.from(`data: ${JSON.stringify({ choices: [{ delta }] })}\n\n`));
  }
  return reading.tokens();
}

it.each([
  ['one a chunk at least', [{ content: 'a' }, { content: '' }, { content: 'b' }], 3],
  ['one for every three bytes', [{ content: 'x'.repeat(300) }], 100],
  ['a Chinese character as one', [{ content: '分析'.repeat(50) }], 100],
  ['thoughts beside the answer', [{ reasoning: 'x'.repeat(30), content: 'y'.repeat(30) }], 20],
  ['calls of tools', [{ tool_calls: [{ function: { arguments: '{"a":1}'.repeat(3) } }] }], 9],
  ['what is escaped', [{ content: 'say "x\\" ' }, { content: '"' }], 5],
  ['a chunk of many megabytes', [{ content: '\n'.repeat(12_000_000) }], 8_000_000],
])('counts %s', (_, deltas, tokens) => {
  expect(tokensOf(...deltas)).toBe(tokens);
});

it('gives up an event that is larger than one may be, and reads no further', () => {
  const { reader } = clientOf('http://127.0.0.1:9/api/v1');
  const reading = createStreamReader(
    reader,
    { status: 200 },
    createDraft(() => 0),
  );
  const piece = Buffer.alloc(8 * 1024 * 1024, 'data: x');
  for (let i = 0; i < 10; i += 1) reading.push(piece);
  expect(reading.failure()).toMatchObject({ kind: 'garbled' });
  reading.end();
  expect(reading.hasToken()).toBe(false);
});
