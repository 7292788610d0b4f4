import type { LedgerRow } from '../../src/spend/ledger.ts';

/** A row of a ledger: an answered request, with what is given in place of the defaults. */
export function ledgerRow(given: Partial<LedgerRow> = {}): LedgerRow {
  return {
    at: new Date('2026-11-22T12:00:00Z'),
    entry: 'openrouter',
    role: 'primary',
    model: 'openai/gpt-4o',
    servedModel: 'openai/gpt-4o',
    provider: 'OpenAI',
    promptTokens: 10,
    completionTokens: 5,
    costUsd: '0.00006',
    estimated: false,
    outcome: 'ok',
    ...given,
  };
}
