import { describe, expect, it, vi } from 'vitest';
import { createLedgerBatcher } from '../../src/gateway/ledger-batcher.ts';
import { type LedgerEvent, LedgerTimeout } from '../../src/gateway/ledger-pending.ts';
import type { Batch, BatchResult, BudgetLedger } from '../../src/spend/budget-ledger.ts';
import { realClock } from '../helpers/sandbox.ts';
import { ask, settledRow } from '../spend/budget-contract.ts';
import { longTimeout } from './start.ts';

const totals = { day: '0', month: '0', reserved: '0' };
const reservation = { entry: 'main', usd: '0.5' };

/** Grants everything. */
function granting({ requests, reserved }: Batch): BatchResult {
  return {
    answers: requests.map(() => ({ granted: true })),
    totals: new Map(reserved.map(({ entry }) => [entry, totals])),
  };
}

/** A ledger whose batches end as the test says, and the batcher before it. */
function batcherBefore(
  commit: (batch: Batch) => Promise<BatchResult>,
  monotonic = () => performance.now() * 1_000,
) {
  const batches: Batch[] = [];
  const events: LedgerEvent[] = [];
  const ledger: Pick<BudgetLedger, 'commit'> = {
    commit(batch) {
      // What is handed over may not change under the ledger's hands.
      batches.push(structuredClone(batch));
      return commit(batch);
    },
  };
  const batcher = createLedgerBatcher({
    ledger,
    // A second of patience is a millisecond here.
    clock: {
      ...realClock,
      monotonic,
      sleep: (ms, signal) => realClock.sleep(ms / 1_000, signal),
    },
    maxReservationMs: 60_000,
    inFlight: () => 1,
    report: (event) => events.push(event),
    onTotals: () => undefined,
  });
  return { batcher, batches, events };
}

/** What a promise waits for until it is opened. */
function gate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

describe('a ledger that does not answer', () => {
  it('times out reservations and releases those that it grants too late', async () => {
    const { open, opened } = gate();
    const { batcher, batches } = batcherBefore((batch) => opened.then(() => granting(batch)));
    await expect(batcher.reserve(ask('0.5', '1'))).rejects.toThrow(LedgerTimeout);
    open();
    await vi.waitFor(() => expect(batches).toHaveLength(2), longTimeout);
    expect(batches[1]).toMatchObject({ reserved: [{ entry: 'main', usd: '0' }], requests: [] });
  });

  it('is not asked again for reservations that timed out', async () => {
    const { open, opened } = gate();
    const { batcher, batches } = batcherBefore((batch) => opened.then(() => granting(batch)));
    batcher.settle(settledRow(), null);
    await vi.waitFor(() => expect(batches).toHaveLength(1), longTimeout);
    await expect(batcher.reserve(ask('0.5', '1'))).rejects.toThrow(LedgerTimeout);
    open();
    await batcher.finish();
    expect(batches.flatMap(({ requests }) => requests)).toEqual([]);
  });

  it('gets the rows that were settled meanwhile when it answers again', async () => {
    const { open, opened } = gate();
    const { batcher, batches } = batcherBefore((batch) => opened.then(() => granting(batch)));
    batcher.settle(settledRow(), null);
    await vi.waitFor(() => expect(batches).toHaveLength(1), longTimeout);
    batcher.settle(settledRow({ costUsd: '7' }), reservation);
    open();
    await batcher.finish();
    expect(batches[1]).toMatchObject({ settled: [{ costUsd: '7' }] });
  });
});

describe('a busy entry', () => {
  const atOnce = () => 0;

  /** Grants every lease that is wanted. */
  const leasing = async (batch: Batch): Promise<BatchResult> => ({
    ...granting(batch),
    leases: batch.leases ?? [],
  });

  /** The batcher after two requests in a row, with a lease for 64 of them. */
  async function leased() {
    const all = batcherBefore(leasing, atOnce);
    await Promise.all([
      all.batcher.reserve(ask('0.5', '100')),
      all.batcher.reserve(ask('0.5', '100')),
    ]);
    expect(all.batches[0]?.leases).toMatchObject([{ entry: 'main', usd: '32' }]);
    return all;
  }

  it('has its requests admitted from its lease, without the ledger', async () => {
    const { batcher, batches } = await leased();
    expect(batcher.reserve(ask('0.5', '100'))).toEqual({ granted: true });
    expect(batches).toHaveLength(1);
    batcher.settle(settledRow(), reservation);
    await batcher.finish();
    expect(batches.at(-1)?.reserved).toEqual([{ entry: 'main', usd: '1' }]);
  });

  it('asks the ledger for what its lease does not cover, or under other limits', async () => {
    const { batcher, batches } = await leased();
    expect(batcher.reserve(ask('0.5', '90'))).toBeInstanceOf(Promise);
    expect(batcher.reserve(ask('33', '100'))).toBeInstanceOf(Promise);
    await batcher.finish();
    expect(batches[1]?.requests.map(({ usd }) => usd)).toEqual(['0.5', '33']);
  });

  it('gives back its lease when no more requests come', async () => {
    const { batches } = await leased();
    await vi.waitFor(() => expect(batches).toHaveLength(2), longTimeout);
    expect(batches[1]).toMatchObject({ reserved: [{ usd: '1' }], requests: [], leases: [] });
  });

  it('gives back its lease when the gateway ends', async () => {
    const { batcher, batches } = await leased();
    batcher.reserve(ask('0.5', '100'));
    await batcher.finish();
    expect(batches.at(-1)).toMatchObject({ reserved: [{ usd: '1.5' }], leases: [] });
  });

  it('has no lease after its ledger failed', async () => {
    const { batcher } = batcherBefore(
      vi.fn(leasing).mockImplementationOnce(leasing).mockRejectedValue(new Error('full')),
      atOnce,
    );
    await Promise.all([batcher.reserve(ask('0.5', '100')), batcher.reserve(ask('0.5', '100'))]);
    batcher.settle(settledRow(), reservation);
    await vi.waitFor(() => expect(batcher.isFailing()).toBe(true), longTimeout);
    await expect(batcher.reserve(ask('0.5', '100'))).rejects.toThrow('full');
  });
});

describe('a ledger that fails', () => {
  function failing(times: number) {
    let left = times;
    return batcherBefore(async (batch) => {
      left -= 1;
      if (left >= 0) throw new Error('full');
      return granting(batch);
    });
  }

  it('is reported once, and gets the rows when it works again', async () => {
    const { batcher, batches, events } = failing(3);
    await expect(batcher.reserve(ask('0.5', '1'))).rejects.toThrow('full');
    expect(batcher.isFailing()).toBe(true);
    batcher.settle(settledRow(), reservation);
    await vi.waitFor(() => expect(events).toHaveLength(2), longTimeout);
    expect(events).toMatchObject([{ type: 'failed' }, { type: 'recovered' }]);
    expect(batcher.isFailing()).toBe(false);
    expect(batches.at(-1)?.settled).toHaveLength(1);
    await batcher.finish();
    expect(batches.filter(({ settled }) => settled.length > 0).at(-1)).toBe(batches.at(-1));
  });

  it('gets the sum that is reserved now with each batch', async () => {
    const { batcher, batches } = batcherBefore(async (batch) => granting(batch));
    await batcher.reserve(ask('0.5', '1'));
    await batcher.reserve(ask('0.25', '1'));
    batcher.settle(settledRow(), reservation);
    await batcher.finish();
    expect(batches.map(({ reserved }) => reserved[0]?.usd)).toEqual(['0', '0.5', '0.25']);
  });

  it('keeps all rows of budgets and 10,000 others in memory', async () => {
    let isFull = true;
    const { batcher, batches, events } = batcherBefore(async (batch) => {
      if (isFull) throw new Error('full');
      return granting(batch);
    });
    const many = Array.from({ length: 10_500 }, () => settledRow({ costUsd: null }));
    const refused = (rows: number) =>
      vi.waitFor(() => expect(batches.at(-1)?.settled).toHaveLength(rows), longTimeout);
    batcher.settle(many[0] ?? settledRow(), null);
    await refused(1);
    for (const row of many.slice(1)) batcher.settle(row, null);
    await refused(10_000);
    batcher.settle(settledRow(), reservation);
    await refused(10_001);
    isFull = false;
    await batcher.finish();
    const written = batches.at(-1)?.settled ?? [];
    expect(written.filter(({ costUsd }) => costUsd === null)).toHaveLength(10_000);
    expect(written.filter(({ costUsd }) => costUsd !== null)).toHaveLength(1);
    expect(events.at(-1)).toEqual({ type: 'lost', rows: 500 });
  });

  it('loses its rows when the gateway ends, and that is reported', async () => {
    const { batcher, events } = failing(Number.POSITIVE_INFINITY);
    batcher.settle(settledRow(), reservation);
    await batcher.finish();
    expect(events.map(({ type }) => type)).toEqual(['failed', 'lost']);
  });
});
