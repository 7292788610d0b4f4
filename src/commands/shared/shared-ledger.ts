import type { Deps } from '../../platform/deps.ts';
import { ledgerVariable, secretsInLedgerUrl } from '../../spend/ledger-url.ts';
import { createStyle } from '../../terminal/style.ts';

/** The shared ledger of `--ledger` or else the environment. Warns if a password is visible on the command line. */
export function sharedLedger({ io, env }: Deps, flag: string | undefined): string | undefined {
  if (flag !== undefined && secretsInLedgerUrl(flag).length > 0) {
    io.err(
      `  ${createStyle(io.stderr).symbol('warn')} Every user of this machine can read the password in --ledger (ps shows it): put the URL into ${ledgerVariable}, or the password into ~/.pgpass\n`,
    );
  }
  return flag ?? (env[ledgerVariable] || undefined);
}
