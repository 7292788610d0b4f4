import { setTimeout as sleep } from 'node:timers/promises';
import Libsql from 'libsql';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ledgerPath } from '../../../src/spend/open-ledger.ts';
import { runBin } from '../../helpers/bin.ts';
import { hasPostgres, startPostgres } from '../../helpers/postgres.ts';
import type { TestWorld } from '../../helpers/world.ts';
import type { Seen } from '../../openrouter/serve.ts';
import {
  chat,
  dollarUpstream,
  gatewayIn,
  ledgerOf,
  upstreamOf,
  worldBefore,
} from './gateway-bin.ts';

const posts = (seen: readonly Seen[]) => seen.filter(({ method }) => method === 'POST').length;

describe('kill -9 under load', () => {
  it('counts every answer that a client has, as settled or reserved, and the limit holds', async () => {
    const { baseUrl, seen } = await dollarUpstream(2);
    const limit = 60;
    const world = worldBefore(baseUrl, { dailyLimit: limit });
    let answered = 0;
    for (let round = 0; round < 3; round += 1) {
      const { url, child, ended } = await gatewayIn(world);
      const clients = Array.from({ length: 8 }, async () => {
        for (let status = 200; status === 200; ) {
          status = await chat(url);
          if (status === 200) answered += 1;
        }
      });
      while (answered < (round + 1) * 12) await sleep(1);
      child.kill('SIGKILL');
      await Promise.all([ended, ...clients]);
      const { day, reserved } = await (await ledgerOf(world)).totals('main', new Date());
      expect(Number(day) + Number(reserved)).toBeGreaterThanOrEqual(answered);
    }
    const last = await gatewayIn(world);
    const statuses = await Promise.all(Array.from({ length: 100 }, () => chat(last.url)));
    expect(statuses.filter((status) => status === 200 || status === 402)).toHaveLength(100);
    // A call that a kill cut off may have been charged: what was asked is never more than the limit.
    expect(posts(seen)).toBeLessThanOrEqual(limit);
  });
});

/** Takes every request and never answers. */
const silentUpstream = () => upstreamOf(() => undefined);

/** Asks four times at once, and kills the gateway once each was sent on or refused. */
async function askAndKill(
  world: TestWorld,
  seen: readonly Seen[],
  args: readonly string[],
): Promise<number[]> {
  const { url, child, ended } = await gatewayIn(world, args);
  const before = posts(seen);
  let answered = 0;
  const asked = Array.from({ length: 4 }, () =>
    chat(url).finally(() => {
      answered += 1;
    }),
  );
  while (posts(seen) - before + answered < 4) await sleep(5);
  child.kill('SIGKILL');
  await ended;
  return Promise.all(asked);
}

/** Kills five gateways in a row, with twice as many requests as fit; gives what `spend` then says of the day. */
async function killInARow(
  world: TestWorld,
  args: readonly string[],
  lapse: () => Promise<void>,
  seen: readonly Seen[],
) {
  for (let round = 0; round < 5; round += 1) await askAndKill(world, seen, args);
  expect(posts(seen)).toBe(10);
  await lapse();
  const spent = async () => {
    const options = { home: world.home, env: { ...world.deps.env } as Record<string, string> };
    const { stdout } = await runBin(['spend', '--offline', '--json', ...args], options);
    return JSON.parse(stdout).today;
  };
  const before = await spent();
  const { url, child, ended } = await gatewayIn(world, args);
  expect(await chat(url)).toBe(402);
  child.kill('SIGTERM');
  await ended;
  expect(await spent()).toEqual(before);
  return before;
}

describe('requests that never ended because their gateway was killed', () => {
  it('count as spent, kill after kill', async () => {
    const { baseUrl, seen } = await silentUpstream();
    const world = worldBefore(baseUrl, { dailyLimit: 10 });
    const lapse = async () => {
      const database = new Libsql(ledgerPath(world.deps));
      database.exec("UPDATE held SET until = strftime('%Y-%m-%dT00:00:00.000Z', 'now')");
      database.close();
    };
    const today = await killInARow(world, [], lapse, seen);
    expect(today).toMatchObject({ ledgerUsd: '10', estimatedUsd: '10' });
  });

  it.skipIf(!hasPostgres)('count in PostgreSQL too', async () => {
    const postgres = await startPostgres();
    onTestFinished(() => postgres.stop());
    const { baseUrl, seen } = await silentUpstream();
    const world = worldBefore(baseUrl, { dailyLimit: 10 });
    const lapse = async () => {
      const { default: pg } = await import('pg');
      const client = new pg.Client(postgres.url);
      await client.connect();
      await client.query(
        "UPDATE openclaw_openrouter.held SET until = date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'",
      );
      await client.end();
    };
    const today = await killInARow(world, ['--ledger', postgres.url], lapse, seen);
    expect(today).toMatchObject({ ledgerUsd: '10', estimatedUsd: '10' });
  });
});
