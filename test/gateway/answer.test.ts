import { expect, it } from 'vitest';
import { createStreamReader } from '../../src/gateway/answer.ts';
import { createDraft } from '../../src/openrouter/chat-draft.ts';
import { chatFormat } from '../../src/openrouter/formats/format.ts';
import { clientOf } from '../openrouter/serve.ts';

it('an event above the size limit ends the reading of a stream', () => {
  const { reader } = clientOf('http://127.0.0.1:9/api/v1');
  const reading = createStreamReader(
    chatFormat,
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
