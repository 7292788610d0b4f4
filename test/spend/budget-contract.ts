import { describe, expect, it } from 'vitest';
import type { BudgetLedger, HoldRequest, Turn } from '../../src/spend/budget-ledger.ts';
import type { LedgerRow } from '../../src/spend/ledger.ts';

const at = new Date('2026-11-22T12:00:00Z');

export function turnWith(given: Partial<Turn> = {}): Turn {
  return {
    at,
    holdUntil: new Date(at.getTime() + 600_000),
    settled: [],
    released: [],
    asked: [],
    ...given,
  };
}

export function ask(usd: string, day: string | null, month: string | null = null): HoldRequest {
  return { entry: 'main', usd, limits: { day, month } };
}

export function settledRow(given: Partial<LedgerRow> = {}): LedgerRow {
  return {
    at,
    entry: 'main',
    role: 'primary',
    model: 'openai/gpt-4o',
    servedModel: 'openai/gpt-4o',
    provider: 'OpenAI',
    promptTokens: 10,
    completionTokens: 5,
    costUsd: '0.1',
    outcome: 'ok',
    ...given,
  };
}

/** What every engine of a shared ledger promises. `open` gives gateways on one and the same empty ledger. */
export function holdsTheContract(open: (...owners: string[]) => Promise<BudgetLedger[]>): void {
  async function one(): Promise<BudgetLedger> {
    const [ledger] = await open('a');
    if (ledger === undefined) throw new Error('The engine opened no ledger');
    return ledger;
  }

  async function two(): Promise<[BudgetLedger, BudgetLedger]> {
    const [a, b] = await open('a', 'b');
    if (a === undefined || b === undefined) throw new Error('The engine opened no ledgers');
    return [a, b];
  }

  describe('a budget', () => {
    it('may be reached exactly and never passed', async () => {
      const ledger = await one();
      const asked = Array.from({ length: 12 }, () => ask('0.1', '1'));
      const { answers } = await ledger.turn(turnWith({ asked }));
      expect(answers.map(({ granted }) => granted)).toEqual([
        ...Array.from({ length: 10 }, () => true),
        false,
        false,
      ]);
      expect(await ledger.totals('main', at)).toEqual({ day: '0', month: '0', held: '1' });
    });

    it('counts what is settled in place of what was held', async () => {
      const ledger = await one();
      await ledger.turn(turnWith({ asked: [ask('0.9', '1')] }));
      const { totals } = await ledger.turn(
        turnWith({ settled: [settledRow()], released: [{ entry: 'main', usd: '0.9' }] }),
      );
      expect(totals.get('main')).toEqual({ day: '0.1', month: '0.1', held: '0' });
      expect(await ledger.totals('main', at)).toEqual({ day: '0.1', month: '0.1', held: '0' });
      const {
        answers: [fits, tooMuch],
      } = await ledger.turn(turnWith({ asked: [ask('0.9', '1'), ask('0.000000001', '1')] }));
      expect([fits?.granted, tooMuch?.granted]).toEqual([true, false]);
    });

    it('counts a month beside a day', async () => {
      const ledger = await one();
      await ledger.record(settledRow({ at: new Date('2026-11-02T00:00:00Z'), costUsd: '3' }));
      await ledger.record(settledRow({ at: new Date('2026-10-31T23:59:59Z'), costUsd: '50' }));
      const {
        answers: [inMonth, inDay],
      } = await ledger.turn(turnWith({ asked: [ask('2', '5', '4.99'), ask('2', '5', '5')] }));
      expect([inMonth?.granted, inDay?.granted]).toEqual([false, true]);
    });

    it('begins anew with the UTC day', async () => {
      const ledger = await one();
      await ledger.turn(turnWith({ settled: [settledRow({ costUsd: '1' })] }));
      const tomorrow = new Date('2026-11-23T00:00:00Z');
      const {
        answers: [today],
      } = await ledger.turn(turnWith({ asked: [ask('0.1', '1')] }));
      const {
        answers: [next],
      } = await ledger.turn(turnWith({ at: tomorrow, asked: [ask('0.1', '1')] }));
      expect([today?.granted, next?.granted]).toEqual([false, true]);
      expect((await ledger.totals('main', tomorrow)).month).toBe('1');
    });

    it('admits what costs nothing even when it is used up', async () => {
      const ledger = await one();
      const {
        answers: [free],
      } = await ledger.turn(
        turnWith({ settled: [settledRow({ costUsd: '1' })], asked: [ask('0', '1')] }),
      );
      expect(free?.granted).toBe(true);
    });

    it('is one for several gateways', async () => {
      const [a, b] = await two();
      await a.turn(turnWith({ asked: [ask('0.6', '1')] }));
      const {
        answers: [second],
      } = await b.turn(turnWith({ asked: [ask('0.6', '1')] }));
      expect(second).toEqual({ granted: false, totals: { day: '0', month: '0', held: '0.6' } });
      await a.turn(turnWith({ released: [{ entry: 'main', usd: '0.6' }] }));
      const {
        answers: [third],
      } = await b.turn(turnWith({ asked: [ask('0.6', '1')] }));
      expect(third?.granted).toBe(true);
    });

    it('forgets what a killed gateway held once none of its requests can be under way', async () => {
      const [a, b] = await two();
      await a.turn(turnWith({ asked: [ask('1', '1')] }));
      const later = new Date(at.getTime() + 600_001);
      const {
        answers: [early],
      } = await b.turn(turnWith({ asked: [ask('0.5', '1')] }));
      const {
        answers: [late],
      } = await b.turn(turnWith({ at: later, asked: [ask('0.5', '1')] }));
      expect([early?.granted, late?.granted]).toEqual([false, true]);
    });

    it('adds up exactly, whoever writes', async () => {
      const [a, b] = await two();
      const cents = Array.from({ length: 30 }, () => settledRow({ costUsd: '0.0000001' }));
      await Promise.all(
        cents.map((row, i) => (i % 2 === 0 ? a : b).turn(turnWith({ settled: [row] }))),
      );
      expect(await a.totals('main', at)).toEqual({ day: '0.000003', month: '0.000003', held: '0' });
      const [day] = await b.daily({ from: '2026-11-22', to: '2026-11-22' });
      expect(day).toMatchObject({ requests: 30, answered: 30, usd: '0.000003', promptTokens: 300 });
    });
  });

  it('lets one gateway claim a thing once', async () => {
    const [a, b] = await two();
    expect(await a.claim('alert main 2026-11-22', at)).toBe(true);
    expect(await b.claim('alert main 2026-11-22', at)).toBe(false);
    expect(await a.claim('alert main 2026-11-22', at)).toBe(false);
    expect(await b.claim('alert main 2026-11-23', at)).toBe(true);
  });
}
