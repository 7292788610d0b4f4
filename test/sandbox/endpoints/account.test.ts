import Big from 'big.js';
import { expect, test } from 'vitest';
import type { Sandbox } from '../../../src/sandbox/server.ts';
import { ask, get, handClock, start } from '../start.ts';

const dayMs = 86_400_000;

test('usage is reset with the UTC day, with Monday, with the month', async () => {
  const clock = handClock('2026-11-22T23:30:00Z'); // a Sunday
  const sandbox = await start({ clock });
  expect(await usage(sandbox)).toEqual({ daily: 0.5, weekly: 1.25, monthly: 3, total: 8 });
  clock.pass(3_600_000);
  expect(await usage(sandbox)).toEqual({ daily: 0, weekly: 0, monthly: 3, total: 8 });
  clock.pass(10 * dayMs);
  expect(await usage(sandbox)).toEqual({ daily: 0, weekly: 0, monthly: 0, total: 8 });
});

test('a longer window has at least the usage of a shorter one', async () => {
  const sandbox = await start({ usage: { daily: '2' } });
  expect(await usage(sandbox)).toEqual({ daily: 2, weekly: 2, monthly: 2, total: 2 });
});

test.each([
  ['monthly', 17],
  ['weekly', 18.75],
  ['daily', 19.5],
  [null, 12],
] as const)('a limit that is reset %s leaves %d', async (limitReset, remaining) => {
  const sandbox = await start({ limitReset });
  expect((await get(sandbox, '/key')).json).toMatchObject({
    data: { limit: 20, limit_remaining: remaining, limit_reset: limitReset },
  });
});

test('a key without a limit has no remaining limit', async () => {
  expect((await get(await start({ limit: null }), '/key')).json).toMatchObject({
    data: { limit: null, limit_remaining: null },
  });
});

test('the label shows the ends of the key only', async () => {
  const sandbox = await start();
  const { text } = await get(sandbox, '/key');
  expect(text).not.toContain(sandbox.key);
  expect(text).toContain(`${sandbox.key.slice(0, 12)}...`);
});

test('an account that never bought credits is on the free tier', async () => {
  const sandbox = await start({ credits: '0', usage: {} });
  expect((await get(sandbox, '/key')).json).toMatchObject({ data: { is_free_tier: true } });
});

test.each(['/credits', '/activity'])('%s needs a management key', async (path) => {
  const sandbox = await start();
  expect(await get(sandbox, path)).toMatchObject({
    status: 403,
    json: { error: { message: 'Only management keys can perform this operation' } },
  });
  expect((await get(sandbox, path, sandbox.managementKey)).status).toBe(200);
});

test('the usage of the month is the activity so far plus the usage of today', async () => {
  const sandbox = await start();
  const rows = await activity(sandbox);
  const sum = rows.reduce((total, row) => total.plus(row.usage), new Big('0.5'));
  expect(sum.toFixed()).toBe('3');
  expect(rows.every((row) => row.date >= '2026-11-01' && row.date <= '2026-11-21')).toBe(true);
});

test('the usage of today is in the activity once the day is over', async () => {
  const clock = handClock();
  const sandbox = await start({ clock });
  await ask(sandbox);
  await ask(sandbox);
  expect(await activity(sandbox, '?date=2026-11-21')).toHaveLength(1);
  clock.pass(dayMs);
  const [row] = await activity(sandbox, '?date=2026-11-22');
  expect(row).toMatchObject({ model: 'openai/gpt-4o', provider_name: 'OpenAI', requests: 2 });
});

test.each(['2026-11-22', '2026-10-22', 'today', '2026-11-31'])(
  'activity of %s is 400: not one of the last 30 completed days',
  async (date) => {
    const sandbox = await start();
    const got = await get(sandbox, `/activity?date=${date}`, sandbox.managementKey);
    expect(got.status).toBe(400);
  },
);

test('a generation is found with the key of its request, and with no other', async () => {
  const sandbox = await start();
  const id = (await ask(sandbox)).headers.get('x-generation-id');
  expect((await get(sandbox, `/generation?id=${id}`)).json).toMatchObject({
    data: { id, model: 'openai/gpt-4o', streamed: false },
  });
  expect((await get(sandbox, `/generation?id=${id}`, sandbox.managementKey)).status).toBe(404);
  expect((await get(sandbox, '/generation')).status).toBe(404);
});

async function usage(sandbox: Sandbox): Promise<Record<string, number>> {
  const { data } = JSON.parse((await get(sandbox, '/key')).text);
  const { usage_daily: daily, usage_weekly: weekly, usage_monthly: monthly, usage: total } = data;
  return { daily, weekly, monthly, total };
}

interface Row {
  readonly date: string;
  readonly usage: number;
}

async function activity(sandbox: Sandbox, query = ''): Promise<Row[]> {
  return JSON.parse((await get(sandbox, `/activity${query}`, sandbox.managementKey)).text).data;
}
