import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runBin } from '../../helpers/bin.ts';
import { hasPostgres, startPostgres } from '../../helpers/postgres.ts';
import { testKey } from '../../helpers/world.ts';
import { chat, dollarUpstream, gatewayIn, ledgerOf, worldBefore } from './gateway-bin.ts';

const count = (statuses: readonly number[], status: number) =>
  statuses.filter((one) => one === status).length;

describe('SIGTERM', () => {
  it('waits for requests in flight and exits with 0', async () => {
    const { baseUrl, seen } = await dollarUpstream(400);
    const world = worldBefore(baseUrl, { dailyLimit: 100 });
    const { url, child, ended, printed } = await gatewayIn(world);
    const running = chat(url);
    while (!seen.some(({ method }) => method === 'POST')) await sleep(5);
    child.kill('SIGTERM');
    expect(await running).toBe(200);
    expect(await ended).toBe(0);
    expect((await (await ledgerOf(world)).totals('main', new Date())).day).toBe('1');
    expect(printed()).not.toContain(testKey);
  });
});

describe.skipIf(!hasPostgres)('four gateways on one ledger in PostgreSQL', () => {
  it('serve exactly what one limit admits, and spend reads the total', async () => {
    const postgres = await startPostgres();
    onTestFinished(() => postgres.stop());
    const { baseUrl, seen } = await dollarUpstream();
    const worlds = Array.from({ length: 4 }, () => worldBefore(baseUrl, { dailyLimit: 10 }));
    const args = ['--ledger', postgres.url];
    const gateways = await Promise.all(worlds.map((world) => gatewayIn(world, args)));
    const statuses = await Promise.all(
      Array.from({ length: 200 }, (_, i) => chat(gateways[i % 4]?.url ?? '')),
    );
    expect([count(statuses, 200), count(statuses, 402)]).toEqual([10, 190]);
    expect(seen.filter(({ method }) => method === 'POST')).toHaveLength(10);
    for (const { child } of gateways) child.kill('SIGTERM');
    expect(await Promise.all(gateways.map(({ ended }) => ended))).toEqual([0, 0, 0, 0]);
    const told = await runBin(['spend', '--offline', ...args, '--days', '2', '--json']);
    expect(JSON.parse(told.stdout).byModel).toMatchObject([
      { model: 'a/dollar', usd: '10', requests: 10, source: 'ledger' },
    ]);
  });
});
