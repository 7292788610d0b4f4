import { describe, expect, it } from 'vitest';
import { createLog, jsonLine, textLine } from '../../../src/commands/serve/render.ts';
import type { GatewayEvent } from '../../../src/gateway/event.ts';
import { createStyle } from '../../../src/terminal/style.ts';
import { requestEvent } from '../../gateway/event.ts';
import { createWorld } from '../../helpers/world.ts';

const at = new Date('2026-11-22T12:00:00Z');
const style = createStyle({ color: false, unicode: true });
const line = (event: GatewayEvent) => textLine(event, at, style).trimEnd();

describe('the text of an event', () => {
  it.each<[GatewayEvent, string]>([
    [requestEvent(), '  12:00:00 ✓ 200  main  primary  a/b  0.1 s 10+5 tokens $0.00001'],
    [
      requestEvent({ channel: 'whatsapp', attempts: 3 }),
      '  12:00:00 ! 200  whatsapp → main  primary  a/b  0.1 s 10+5 tokens $0.00001 3 attempts',
    ],
    [
      requestEvent({
        ...{ role: null, model: null, outcome: 'budget_exceeded', status: 402, message: 'Full' },
        ...{ promptTokens: null, completionTokens: null, costUsd: null, attempts: 0 },
      }),
      '  12:00:00 ✗ 402  main  0.1 s  budget_exceeded: Full',
    ],
    [
      {
        type: 'alert',
        entry: 'main',
        window: 'day',
        status: 'alert',
        spentUsd: '1.7',
        limitUsd: '2',
      },
      '  12:00:00 ! budget alert: main has spent $1.7 of $2 this day',
    ],
    [{ type: 'drain', inFlight: 1 }, '  12:00:00 – stopping; 1 request in flight'],
    [{ type: 'ledger', ok: false, message: 'It fails' }, '  12:00:00 ✗ It fails'],
    [{ type: 'ledger', ok: true, message: 'It works' }, '  12:00:00 ✓ It works'],
    [{ type: 'reload', ok: false, message: 'no' }, '  12:00:00 ! setup file cannot be used: no'],
  ])('%#', (event, text) => expect(line(event)).toBe(text));
});

it('an event as JSON is one line with time, level and all of its members', () => {
  const text = jsonLine(requestEvent({ outcome: 'rate_limit' }), at);
  expect(text.indexOf('\n')).toBe(text.length - 1);
  expect(JSON.parse(text)).toEqual({
    time: '2026-11-22T12:00:00.000Z',
    level: 'error',
    ...requestEvent({ outcome: 'rate_limit' }),
  });
});

it('the log writes events of one moment together, in order', async () => {
  const { deps, printed } = createWorld();
  const log = createLog(deps, 'json', 'stdout');
  for (const status of [200, 201, 202]) log(requestEvent({ status }));
  expect(printed.out).toBe('');
  await new Promise((resolve) => setImmediate(resolve));
  expect(
    printed.out
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text).status),
  ).toEqual([200, 201, 202]);
});
