import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { BudgetLedger } from '../../src/spend/budget-ledger.ts';
import { LedgerError } from '../../src/spend/ledger.ts';
import { openPostgresLedger, readPostgresLedger } from '../../src/spend/postgres-ledger.ts';
import { hasPostgres, type Postgres, startPostgres } from '../helpers/postgres.ts';
import { closedPort } from '../openrouter/serve.ts';
import { ask, batchWith, keepsTheContract, reserved, settledRow } from './budget-contract.ts';

describe.skipIf(!hasPostgres)('a PostgreSQL ledger (needs the package postgresql)', () => {
  const server: { postgres: Postgres | null; databases: number } = {
    postgres: null,
    databases: 0,
  };

  beforeAll(async () => {
    server.postgres = await startPostgres();
  });
  afterAll(() => server.postgres?.stop());

  /** A database of its own for each test. */
  async function freshUrl(): Promise<string> {
    const { default: pg } = await import('pg');
    const url = server.postgres?.url ?? '';
    server.databases += 1;
    const name = `test_${server.databases}`;
    const client = new pg.Client(url);
    await client.connect();
    await client.query(`CREATE DATABASE ${name}`);
    await client.end();
    return url.replace(/\/postgres$/, `/${name}`);
  }

  async function open(...owners: string[]) {
    return openAt(await freshUrl(), owners);
  }

  async function openAt(url: string, owners: readonly string[]) {
    const ledgers = await Promise.all(owners.map((owner) => openPostgresLedger(url, owner)));
    onTestFinished(async () => {
      for (const ledger of ledgers) await ledger.close();
    });
    return ledgers;
  }

  async function read(url: string) {
    const reader = await readPostgresLedger(url);
    return reader.daily({ from: '2026-11-01', to: '2026-11-30' }).finally(() => reader.close());
  }

  keepsTheContract(open);

  it('admits exactly what fits when four gateways compete for one limit', async () => {
    const gateways = await open('a', 'b', 'c', 'd');
    const granted = await Promise.all(gateways.map(reserveDimes));
    expect(granted.reduce((sum, count) => sum + count, 0)).toBe(10);
  });

  it('can be opened by many at once', async () => {
    const ledgers = await open(...Array.from({ length: 8 }, (_, i) => `owner-${i}`));
    expect(ledgers).toHaveLength(8);
  });

  it('shows readers the sum of all gateways', async () => {
    const url = await freshUrl();
    const [one, other] = await openAt(url, ['a', 'b']);
    await one?.record(settledRow());
    await other?.record(settledRow({ costUsd: '0.2' }));
    expect(await read(url)).toMatchObject([{ day: '2026-11-22', requests: 2, usd: '0.3' }]);
  });

  it('is read where an older version created it', async () => {
    const url = await freshUrl();
    const [ledger] = await openAt(url, ['a']);
    await ledger?.record(settledRow({ channel: 'telegram' }));
    const channels = async () => {
      const reader = await readPostgresLedger(url);
      const range = { from: '2026-11-01', to: '2026-11-30' };
      return reader.channels(range).finally(() => reader.close());
    };
    expect(await channels()).toMatchObject([{ channel: 'telegram', usd: '0.1' }]);
    const { default: pg } = await import('pg');
    const client = new pg.Client(url);
    await client.connect();
    await client.query('DROP TABLE openclaw_openrouter.daily_channel');
    await client.end();
    expect(await channels()).toEqual([]);
  });

  it('is not created by readers', async () => {
    const url = await freshUrl();
    for (const _time of [1, 2]) await expect(read(url)).rejects.toThrow(LedgerError);
  });

  it('reports an unusable database without its password', async () => {
    const port = await closedPort();
    const failed = openPostgresLedger(`postgres://me:hunter2-secret@127.0.0.1:${port}/db`, 'a');
    const error = await failed.catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(LedgerError);
    expect(String(error)).toContain(`postgres://127.0.0.1:${port}/db`);
    expect(JSON.stringify(error) + String(error)).not.toContain('hunter2-secret');
  });
});

/** How many of fifty, asked for two at a time below a limit of a dollar, the gateway gets. */
async function reserveDimes(gateway: BudgetLedger): Promise<number> {
  let granted = 0;
  for (let batch = 0; batch < 25; batch += 1) {
    const requests = [ask('0.1', '1'), ask('0.1', '1')];
    const { answers } = await gateway.commit(
      batchWith({ reserved: reserved(String(granted / 10)), requests }),
    );
    granted += answers.filter((answer) => answer.granted).length;
  }
  return granted;
}

it('accepts no other URL', async () => {
  await expect(openPostgresLedger('redis://127.0.0.1', 'a')).rejects.toMatchObject({
    type: 'usage',
  });
});

it.each(['4711/secret', 'word/secret', '47?secret', '47#secret', 'p@ss/secret'])(
  'asks for the password %s to be percent-encoded, without repeating it',
  async (password) => {
    const failed = openPostgresLedger(`postgres://me:${password}@127.0.0.1:5432/db`, 'a');
    const error = await failed.catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      type: 'usage',
      message: 'The password in the URL of the ledger is not percent-encoded',
    });
    expect(JSON.stringify(error) + String(error)).not.toContain(password);
  },
);

describe('a database on another machine', () => {
  // Whoever connects to 0.0.0.0 reaches this machine, and it is no address of loopback.
  async function firstBytes(settings: string): Promise<string> {
    const received: Buffer[] = [];
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', (bytes) => {
        received.push(bytes);
        socket.end('N');
      });
    });
    onTestFinished(() => void server.close());
    await new Promise<void>((listening) => server.listen(0, '0.0.0.0', listening));
    const { port } = server.address() as AddressInfo;
    const opened = openPostgresLedger(`postgres://me@0.0.0.0:${port}/db${settings}`, 'a');
    await expect(opened).rejects.toThrow(LedgerError);
    return received[0]?.toString('hex') ?? '';
  }

  const sslRequest = '0000000804d2162f';

  it.each(['', '?ssl=0', '?sslmode=require', '?application_name=x'])(
    'is asked for TLS with %j',
    async (settings) => {
      expect(await firstBytes(settings)).toBe(sslRequest);
    },
  );

  it('is connected to without TLS where the URL says so', async () => {
    expect(await firstBytes('?sslmode=disable')).not.toBe(sslRequest);
  });
});
