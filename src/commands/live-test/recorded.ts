import type { Deps } from '../../platform/deps.ts';
import { CancelError, UserError } from '../../platform/errors.ts';
import { plural } from '../../platform/wording.ts';
import type { WalkStepTaken } from '../../routing/walk.ts';
import type { LedgerRow } from '../../spend/ledger.ts';
import { createStyle } from '../../terminal/style.ts';

/** Records each attempt at a link of the entry as it ends. */
export type Note = (entry: string, step: WalkStepTaken) => void;

/**
 * Runs `body` and records every attempt in the ledger, even if `body` fails or is cancelled: the answers were paid for,
 * and the cancel message says how many there were. If the ledger cannot be written, a warning goes to stderr. Sandbox
 * requests cost nothing and are not recorded.
 */
export async function recorded<T>(
  world: Deps,
  { sandbox = false }: { readonly sandbox?: boolean },
  body: (note: Note) => Promise<T>,
): Promise<T> {
  const rows: LedgerRow[] = [];
  try {
    return await body((entry, step) => rows.push(rowOf(entry, step, world.clock.now())));
  } catch (error) {
    if (!(error instanceof CancelError) || rows.length === 0) throw error;
    throw new CancelError(`Cancelled; ${plural(rows.length, 'request')} had been answered`);
  } finally {
    if (!sandbox && rows.length > 0) await world.holdExit(() => save(world, rows));
  }
}

function rowOf(entry: string, step: WalkStepTaken, at: Date): LedgerRow {
  const { role, model, reply, outcome } = step;
  return {
    at,
    entry,
    role,
    model,
    servedModel: reply.model,
    provider: reply.provider,
    promptTokens: reply.usage?.promptTokens ?? null,
    completionTokens: reply.usage?.completionTokens ?? null,
    costUsd: reply.usage?.costUsd ?? null,
    estimated: false,
    outcome,
  };
}

async function save(world: Deps, rows: readonly LedgerRow[]): Promise<void> {
  try {
    const { openLedger } = await import('../../spend/open-ledger.ts');
    const ledger = await openLedger(world);
    await ledger.recordAll(rows).finally(() => ledger.close());
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { io } = world;
    const missed = `${plural(rows.length, 'request')} could not be recorded for spend`;
    io.err(`  ${createStyle(io.stderr).symbol('warn')} ${missed}: ${error.message}\n`);
  }
}
