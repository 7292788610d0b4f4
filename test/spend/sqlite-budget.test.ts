import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, onTestFinished } from 'vitest';
import { openSqliteBudgetLedger } from '../../src/spend/sqlite-budget.ts';
import { temporaryFolder } from '../helpers/world.ts';
import { keepsTheContract } from './budget-contract.ts';

describe('the SQLite budget ledger', () => {
  keepsTheContract(async (...owners) => {
    const path = join(temporaryFolder(), 'ledger.db');
    writeFileSync(path, '');
    const ledgers = await Promise.all(owners.map((owner) => openSqliteBudgetLedger(path, owner)));
    onTestFinished(async () => {
      for (const ledger of ledgers) await ledger.close();
    });
    return ledgers;
  });
});
