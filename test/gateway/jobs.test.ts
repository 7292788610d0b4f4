import { describe, expect, it } from 'vitest';
import type { Clock } from '../../src/platform/deps.ts';
import { realClock } from '../helpers/sandbox.ts';
import type { TestWorld } from '../helpers/world.ts';
import { json, serve } from '../openrouter/serve.ts';
import { requestsOf, type TestGateway, testGateway } from './start.ts';

/** Three dollars at most. */
const film = { model: 'x/y', prompt: 'x', duration: 4 };
const now = () => new Date('2026-11-22T23:59:00Z');
const clock: Clock = { ...realClock, now };

/** An upstream whose jobs are numbered; a poll is answered with the last of `states`. */
async function upstreamOfJobs() {
  const states: object[] = [{ status: 'pending' }];
  let submitted = 0;
  const { baseUrl } = await serve((response, { method, path }) => {
    if (method === 'POST') {
      submitted += 1;
      return json(response, 202, { id: `Job-${submitted}`, status: 'pending' });
    }
    if (!path.includes('/videos/')) return json(response, 200, { data: [] });
    const id = path.split('/').at(-1);
    json(response, 200, { id, ...states.at(-1) });
  });
  return { baseUrl, states };
}

const limited = { budget: { dailyLimit: 10 } };

async function gatewayOfJobs(more: object = limited, given: Partial<Clock> = {}) {
  const { baseUrl, states } = await upstreamOfJobs();
  const models = { main: { defaultModel: 'a/b', ...more } };
  const start = (world?: TestWorld) =>
    testGateway({
      models,
      baseUrl,
      list: [],
      clock: { ...clock, ...given },
      ...(world === undefined ? {} : { world }),
    });
  return { gateway: await start(), start, states };
}

async function submit({ url }: TestGateway, path = '/videos'): Promise<number> {
  const response = await fetch(`${url}${path}`, { method: 'POST', body: JSON.stringify(film) });
  await response.text();
  return response.status;
}

async function poll({ url }: TestGateway, id: string): Promise<void> {
  await (await fetch(`${url}/videos/${id}`)).text();
}

async function recorded({ ledger }: TestGateway) {
  const { day, reserved } = await ledger.totals('main', now());
  const rows = await ledger.daily({ from: '2026-11-22', to: '2026-11-23' });
  return { day, reserved, rows };
}

const done = (cost: number) => ({ status: 'completed', usage: { cost } });

describe('a job', () => {
  it('counts as reserved from the start, so that more cannot be submitted than fit', async () => {
    const { gateway } = await gatewayOfJobs();
    const statuses: number[] = [];
    for (let i = 0; i < 5; i += 1) statuses.push(await submit(gateway));
    expect(statuses).toEqual([202, 202, 202, 402, 402]);
    expect(await recorded(gateway)).toMatchObject({
      day: '9',
      reserved: '0',
      rows: [{ model: '/videos', requests: 3, usd: '9', estimatedUsd: '9' }],
    });
  });

  it('costs what the poll states that finds it done, however often it is polled', async () => {
    const { gateway, states } = await gatewayOfJobs();
    await submit(gateway);
    await poll(gateway, 'Job-1');
    states.push(done(0.5));
    await poll(gateway, 'Job-1');
    await poll(gateway, 'Job-1');
    expect(await recorded(gateway)).toMatchObject({
      day: '0.5',
      reserved: '0',
      rows: [{ model: '/videos', requests: 1, answered: 1, usd: '0.5', estimatedUsd: '0' }],
    });
    const costs = requestsOf(gateway).map(({ costUsd }) => costUsd);
    expect(costs).toEqual([null, null, '0.5', null]);
    const metrics = await fetch(gateway.url.replace(/v1$/, 'metrics'));
    expect(await metrics.text()).toMatch(/cost_usd_total\{entry="main",model="other"\} 0\.5\n/);
  });

  it('is found by another spelling of its path', async () => {
    const { gateway, states } = await gatewayOfJobs();
    await submit(gateway, '/Videos/');
    states.push(done(0.5));
    await poll(gateway, 'Job-1/');
    expect(await recorded(gateway)).toMatchObject({ day: '0.5' });
  });

  it('may cost more than was reserved, but not far more', async () => {
    const { gateway, states } = await gatewayOfJobs();
    await submit(gateway);
    states.push(done(999));
    await poll(gateway, 'Job-1');
    expect(await recorded(gateway)).toMatchObject({ day: '3', rows: [{ estimatedUsd: '3' }] });
    states.push(done(4));
    await poll(gateway, 'Job-1');
    expect(await recorded(gateway)).toMatchObject({ day: '4', rows: [{ estimatedUsd: '0' }] });
  });

  it.each<[string, object, string]>([
    ['has failed', { status: 'failed', error: 'Moderated' }, '0'],
    ['has failed at a cost', { status: 'failed', error: 'No', usage: { cost: 1 } }, '1'],
    ['was cancelled', { status: 'cancelled' }, '3'],
    ['is under way', { status: 'in_progress', usage: { cost: 0 } }, '3'],
    ['is done without a cost', { status: 'completed', usage: { cost: null } }, '3'],
    ['cannot be polled', { error: { code: 500, message: 'No' } }, '3'],
  ])('that %s', async (_, state, usd) => {
    const { gateway, states } = await gatewayOfJobs();
    await submit(gateway);
    states.push(state);
    await poll(gateway, 'Job-1');
    expect(await recorded(gateway)).toMatchObject({ day: usd, reserved: '0' });
  });

  it('that has failed answers its poll', async () => {
    const { gateway, states } = await gatewayOfJobs();
    states.push({ status: 'failed', error: 'Moderated' });
    await poll(gateway, 'Job-1');
    expect(requestsOf(gateway)).toMatchObject([{ outcome: 'ok', status: 200 }]);
  });

  it('counts on the day of its reservation', async () => {
    let at = now();
    const { gateway, states } = await gatewayOfJobs(limited, { now: () => at });
    await submit(gateway);
    states.push(done(4));
    await gateway.ledger.totals('main', at);
    at = new Date('2026-11-23T00:01:00Z');
    await poll(gateway, 'Job-1');
    expect((await recorded(gateway)).rows).toMatchObject([{ day: '2026-11-22', usd: '4' }]);
    expect(await gateway.ledger.totals('main', at)).toMatchObject({ day: '0', month: '4' });
  });

  it('keeps its estimate when the gateway starts again', async () => {
    const { gateway, start, states } = await gatewayOfJobs();
    await submit(gateway);
    await gateway.close(0);
    const next = await start(gateway.world);
    states.push(done(0.5));
    await poll(next, 'Job-1');
    expect(await recorded(next)).toMatchObject({ day: '3', rows: [{ estimatedUsd: '3' }] });
  });

  it('is recorded without a budget, too', async () => {
    const { gateway, states } = await gatewayOfJobs({});
    await submit(gateway);
    states.push(done(0.5));
    await poll(gateway, 'Job-1');
    expect((await recorded(gateway)).rows).toMatchObject([{ requests: 1, usd: '0.5' }]);
  });
});

it('a job of another program is not charged', async () => {
  const { gateway, states } = await gatewayOfJobs();
  states.push(done(0.5));
  await poll(gateway, 'Job-7');
  expect(await recorded(gateway)).toMatchObject({ day: '0', rows: [] });
});
