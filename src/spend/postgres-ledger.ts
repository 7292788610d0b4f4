import type { BudgetLedger } from './budget-ledger.ts';
import { LedgerError } from './ledger-error.ts';

export async function openPostgresLedger(url: string, _owner: string): Promise<BudgetLedger> {
  throw new LedgerError('shared ledgers are not there yet', url);
}
