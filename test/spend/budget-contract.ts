import { describe, expect, it } from 'vitest';
import type { Batch, BudgetLedger, ReservationRequest } from '../../src/spend/budget-ledger.ts';
import type { LedgerRow } from '../../src/spend/ledger.ts';
import { ledgerRow } from './ledger-row.ts';

const at = new Date('2026-11-22T12:00:00Z');
const later = (minutes: number) => new Date(at.getTime() + minutes * 60_000);

/** A batch of a gateway that has nothing reserved for `main`, but for what is given. */
export function batchWith(given: Partial<Batch> = {}): Batch {
  return {
    at,
    reservedUntil: later(10),
    settled: [],
    reserved: [{ entry: 'main', usd: '0' }],
    requests: [],
    ...given,
  };
}

export function reserved(usd: string): Batch['reserved'] {
  return [{ entry: 'main', usd }];
}

export function ask(
  usd: string,
  day: string | null,
  month: string | null = null,
): ReservationRequest {
  return { entry: 'main', usd, limits: { day, month } };
}

export function settledRow(given: Partial<LedgerRow> = {}): LedgerRow {
  return ledgerRow({ at, entry: 'main', costUsd: '0.1', ...given });
}

type Open = (...owners: string[]) => Promise<BudgetLedger[]>;

/** What every engine of a shared ledger promises. `open` gives gateways on one and the same empty ledger. */
export function keepsTheContract(open: Open): void {
  describe('a budget', () => budgetTests(open));
  describe('the reservations of a gateway that died', () => abandonedTests(open));

  it('adds up what came from caches and what that saved', async () => {
    const [a, b] = await two(open);
    const cache = { cachedTokens: 100, writtenTokens: 10, savedUsd: '0.3' };
    const written = { cachedTokens: 0, writtenTokens: 50, savedUsd: '-0.1' };
    await a.commit(batchWith({ settled: [settledRow({ cache }), settledRow()] }));
    await b.commit(batchWith({ settled: [settledRow({ cache: written })] }));
    await b.commit(batchWith({ settled: [settledRow({ servedModel: 'other/one' })] }));
    const days = await a.daily({ from: '2026-11-22', to: '2026-11-22' });
    expect(days.map((day) => day.cache)).toEqual(
      expect.arrayContaining([
        { cachedTokens: 100, writtenTokens: 60, savedUsd: '0.2' },
        undefined,
      ]),
    );
  });

  it('counts the rows that correct an estimate as amounts, not as requests', async () => {
    const [a, b] = await two(open);
    const row = settledRow({ costUsd: '6', estimated: true });
    const correction = { ...row, outcome: 'corrected' };
    await a.commit(batchWith({ settled: [row] }));
    await a.commit(
      batchWith({
        settled: [
          { ...correction, costUsd: '-6' },
          { ...correction, costUsd: '0.5', estimated: false },
        ],
      }),
    );
    const corrected = { requests: 1, answered: 1, usd: '0.5', estimatedUsd: '0' };
    expect(await b.daily({ from: '2026-11-22', to: '2026-11-22' })).toMatchObject([corrected]);
    for (const ledger of [a, b])
      expect(await ledger.totals('main', at)).toEqual({ day: '0.5', month: '0.5', reserved: '0' });
  });

  it('adds up what came from channels, and leaves out the rest', async () => {
    const [a, b] = await two(open);
    const telegram = settledRow({ channel: 'telegram' });
    const slack = settledRow({ channel: 'slack', entry: 'other', costUsd: null });
    const before = settledRow({ channel: 'slack', at: new Date('2026-11-21T23:59:59.999Z') });
    await a.commit(batchWith({ settled: [telegram, settledRow(), telegram, before] }));
    await b.commit(batchWith({ settled: [slack, settledRow({ ...telegram, costUsd: '0.05' })] }));
    const counts = { requests: 1, promptTokens: 10, completionTokens: 5 };
    const thrice = { requests: 3, promptTokens: 30, completionTokens: 15 };
    const today = [
      { day: '2026-11-22', entry: 'main', channel: 'telegram', ...thrice, usd: '0.25' },
      { day: '2026-11-22', entry: 'other', channel: 'slack', ...counts, usd: '0' },
    ];
    expect(await b.channels({ from: '2026-11-22', to: '2026-11-22' })).toEqual(today);
    expect(await a.channels({ from: '2026-11-01', to: '2026-11-30' })).toEqual([
      { day: '2026-11-21', entry: 'main', channel: 'slack', ...counts, usd: '0.1' },
      ...today,
    ]);
    const [main] = await a.daily({ from: '2026-11-22', to: '2026-11-22' });
    expect(main).toMatchObject({ requests: 4, usd: '0.35' });
  });

  it('lets only one gateway claim an alert', async () => {
    const [a, b] = await two(open);
    expect(await a.claim('alert main 2026-11-22', at)).toBe(true);
    expect(await b.claim('alert main 2026-11-22', at)).toBe(false);
    expect(await a.claim('alert main 2026-11-22', at)).toBe(false);
    expect(await b.claim('alert main 2026-11-23', at)).toBe(true);
  });
}

async function one(open: Open): Promise<BudgetLedger> {
  const [ledger] = await open('a');
  if (ledger === undefined) throw new Error('The engine opened no ledger');
  return ledger;
}

async function two(open: Open): Promise<[BudgetLedger, BudgetLedger]> {
  const [a, b] = await open('a', 'b');
  if (a === undefined || b === undefined) throw new Error('The engine opened no ledgers');
  return [a, b];
}

/** Whether each of the requests was granted. */
async function grantedBy(ledger: BudgetLedger, batch: Partial<Batch>): Promise<boolean[]> {
  const { answers } = await ledger.commit(batchWith(batch));
  return answers.map(({ granted }) => granted);
}

function budgetTests(open: Open): void {
  it('can be reached exactly but never exceeded', async () => {
    const ledger = await one(open);
    const requests = Array.from({ length: 12 }, () => ask('0.1', '1'));
    expect(await grantedBy(ledger, { requests })).toEqual([
      ...Array.from({ length: 10 }, () => true),
      false,
      false,
    ]);
    expect(await ledger.totals('main', at)).toEqual({ day: '0', month: '0', reserved: '1' });
  });

  it('counts settled amounts in place of reservations', async () => {
    const ledger = await one(open);
    await ledger.commit(batchWith({ requests: [ask('0.9', '1')] }));
    const { totals } = await ledger.commit(batchWith({ settled: [settledRow()] }));
    const after = { day: '0.1', month: '0.1', reserved: '0' };
    expect(totals.get('main')).toEqual(after);
    expect(await ledger.totals('main', at)).toEqual(after);
    const requests = [ask('0.9', '1'), ask('0.000000001', '1')];
    expect(await grantedBy(ledger, { requests })).toEqual([true, false]);
  });

  it('counts a month as well as a day', async () => {
    const ledger = await one(open);
    await ledger.record(settledRow({ at: new Date('2026-11-02T00:00:00Z'), costUsd: '3' }));
    await ledger.record(settledRow({ at: new Date('2026-10-31T23:59:59Z'), costUsd: '50' }));
    const requests = [ask('2', '5', '4.99'), ask('2', '5', '5')];
    expect(await grantedBy(ledger, { requests })).toEqual([false, true]);
  });

  it('resets with the UTC day', async () => {
    const ledger = await one(open);
    await ledger.commit(batchWith({ settled: [settledRow({ costUsd: '1' })] }));
    const tomorrow = new Date('2026-11-23T00:00:00Z');
    const requests = [ask('0.1', '1')];
    expect(await grantedBy(ledger, { requests })).toEqual([false]);
    expect(await grantedBy(ledger, { at: tomorrow, requests })).toEqual([true]);
    expect((await ledger.totals('main', tomorrow)).month).toBe('1');
  });

  it('admits free requests even when it is used up', async () => {
    const ledger = await one(open);
    const settled = [settledRow({ costUsd: '1' })];
    expect(await grantedBy(ledger, { settled, requests: [ask('0', '1')] })).toEqual([true]);
  });

  it('is shared by several gateways', async () => {
    const [a, b] = await two(open);
    const requests = [ask('0.6', '1')];
    await a.commit(batchWith({ requests }));
    const { answers } = await b.commit(batchWith({ requests }));
    expect(answers).toEqual([
      { granted: false, totals: { day: '0', month: '0', reserved: '0.6' } },
    ]);
    await a.commit(batchWith());
    expect(await grantedBy(b, { requests })).toEqual([true]);
  });

  it('replaces the reservations of a gateway by those of its next batch', async () => {
    const [a, b] = await two(open);
    await a.commit(batchWith({ requests: [ask('0.9', '1')] }));
    await a.commit(batchWith({ reserved: reserved('0.2'), requests: [ask('0.1', '1')] }));
    expect((await b.totals('main', at)).reserved).toBe('0.3');
  });

  it('is reserved in advance for a busy gateway, up to a part of what is left', async () => {
    const [a, b] = await two(open);
    const wanted = batchWith({ leases: [ask('6.4', '100')] });
    expect((await a.commit(wanted)).leases).toEqual([{ entry: 'main', usd: '3.125' }]);
    expect((await b.commit(wanted)).leases).toEqual([{ entry: 'main', usd: '3.02734375' }]);
    expect((await a.totals('main', at)).reserved).toBe('6.15234375');
    expect((await a.commit(batchWith())).totals.get('main')?.reserved).toBe('3.02734375');
  });

  it('is not reserved in advance once half of it is used up', async () => {
    const ledger = await one(open);
    const settled = [settledRow({ costUsd: '51' })];
    const { leases } = await ledger.commit(batchWith({ settled, leases: [ask('1', '100')] }));
    expect(leases).toEqual([]);
    const month = batchWith({ leases: [ask('1', '1000', '100')] });
    expect((await ledger.commit(month)).leases).toEqual([]);
    expect((await ledger.totals('main', at)).reserved).toBe('0');
  });

  it('is not reserved in advance for a fraction of what is wanted', async () => {
    const ledger = await one(open);
    const { leases } = await ledger.commit(batchWith({ leases: [ask('64', '100')] }));
    expect(leases).toEqual([]);
  });

  it('adds up exactly with several writers', async () => {
    const [a, b] = await two(open);
    const cents = Array.from({ length: 30 }, () => settledRow({ costUsd: '0.0000001' }));
    await Promise.all(
      cents.map((row, i) => (i % 2 === 0 ? a : b).commit(batchWith({ settled: [row] }))),
    );
    const usd = '0.000003';
    expect(await a.totals('main', at)).toEqual({ day: usd, month: usd, reserved: '0' });
    const [day] = await b.daily({ from: '2026-11-22', to: '2026-11-22' });
    expect(day).toMatchObject({ requests: 30, answered: 30, usd, promptTokens: 300 });
  });

  it('keeps the estimated part separately', async () => {
    const [a, b] = await two(open);
    await a.commit(batchWith({ settled: [settledRow(), settledRow({ estimated: true })] }));
    await b.commit(batchWith({ settled: [settledRow({ estimated: true, costUsd: '0.03' })] }));
    const [day] = await a.daily({ from: '2026-11-22', to: '2026-11-22' });
    expect(day).toMatchObject({ usd: '0.23', estimatedUsd: '0.13' });
  });
}

function abandonedTests(open: Open): void {
  const november = { from: '2026-11-01', to: '2026-11-30' };
  const abandonedDay = { model: 'unknown', requests: 1, answered: 0 };

  it('count as spent and estimated once none of its requests can be running', async () => {
    const [a, b] = await two(open);
    await a.commit(batchWith({ requests: [ask('0.7', '1')] }));
    const requests = [ask('0.5', '1')];
    expect(await grantedBy(b, { at: later(9), requests })).toEqual([false]);
    const { answers } = await b.commit(batchWith({ at: later(11), requests }));
    expect(answers).toEqual([
      { granted: false, totals: { day: '0.7', month: '0.7', reserved: '0' } },
    ]);
    expect(await b.daily(november)).toMatchObject([
      { ...abandonedDay, usd: '0.7', estimatedUsd: '0.7' },
    ]);
  });

  it('are settled once, however many gateways find them at the same time', async () => {
    const [dead, ...others] = await open('dead', 'b', 'c', 'd', 'e');
    await dead?.commit(batchWith({ requests: [ask('0.7', '10')] }));
    const found = batchWith({
      at: later(11),
      reservedUntil: later(21),
      requests: [ask('0.1', '10')],
    });
    await Promise.all(others.map((ledger) => ledger.commit(found)));
    expect(await others[0]?.totals('main', later(11))).toMatchObject({
      day: '0.7',
      reserved: '0.4',
    });
  });

  it('count in addition to what a gateway that was only asleep settles', async () => {
    const [a, b] = await two(open);
    await a.commit(batchWith({ requests: [ask('0.7', '1')] }));
    // The laptop of `a` slept, and `b` took it for dead.
    await b.commit(batchWith({ at: later(11) }));
    await a.commit(batchWith({ at: later(12), settled: [settledRow()] }));
    expect(await a.totals('main', later(12))).toEqual({ day: '0.8', month: '0.8', reserved: '0' });
  });

  it('stay reserved for the gateway itself, however long it slept', async () => {
    const ledger = await one(open);
    await ledger.commit(batchWith({ requests: [ask('0.7', '1')] }));
    const { totals } = await ledger.commit(
      batchWith({ at: later(60), reserved: reserved('0.7'), requests: [ask('0.2', '1')] }),
    );
    expect(totals.get('main')).toEqual({ day: '0', month: '0', reserved: '0.9' });
  });

  it('are visible to readers before another gateway has settled them', async () => {
    const [a, b] = await two(open);
    await a.commit(batchWith({ requests: [ask('0.7', '1')] }));
    expect(await b.abandoned(later(9))).toEqual([]);
    expect(await b.abandoned(later(11))).toMatchObject([
      { at: later(10), entry: 'main', costUsd: '0.7', estimated: true, outcome: 'abandoned' },
    ]);
    await b.commit(batchWith({ at: later(12) }));
    expect(await b.abandoned(later(12))).toEqual([]);
  });

  it('leave nothing behind where nothing was reserved', async () => {
    const [a, b] = await two(open);
    await a.commit(batchWith());
    await b.commit(batchWith({ at: later(11) }));
    expect(await b.daily(november)).toEqual([]);
  });
}
