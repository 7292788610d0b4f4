import { expect, it } from 'vitest';
import { requestRow } from '../../../src/gateway/page/slots.ts';
import { requestEvent } from '../event.ts';

const at = new Date('2026-11-22T12:00:00Z');

it.each([
  ['the models that failed before the last one', 'c/d', 'c/d <span class="dim">after a/b</span>'],
  ['a model once that failed before its request was cancelled', 'a/b', 'a/b'],
])('the row of a request names %s', (_, model, text) => {
  const failed = [{ model: 'a/b', outcome: 'timeout' }] as const;
  const event = requestEvent({ model, failed, outcome: 'cancelled' });
  expect(requestRow({ number: 1, at, event })).toContain(`class="model">${text}</td>`);
});
