import type { ChatReply } from '../../openrouter/chat-reply.ts';
import type { Deps } from '../../platform/deps.ts';
import { CancelError, UserError } from '../../platform/errors.ts';
import type { Link } from '../../routing/choose.ts';
import { judge } from '../../routing/outcomes.ts';
import type { LedgerRow } from '../../spend/ledger.ts';
import { createStyle } from '../../terminal/style.ts';
import { count } from './words.ts';

/** Whom a request was for. */
interface AskedLink extends Link {
  readonly entry: string;
}

/** Told of every reply as it comes. */
export type Note = (asked: AskedLink, reply: ChatReply) => void;

/**
 * Runs `body` and writes every request that it notes to the ledger, also where it fails or is cancelled: what was
 * answered was paid for, and a cancellation says so. A ledger that cannot be written is said on stderr and stops nothing. The sandbox's money is
 * none, and the ledger stays out of it.
 */
export async function recorded<T>(
  world: Deps,
  { sandbox }: { readonly sandbox: boolean },
  body: (note: Note) => Promise<T>,
): Promise<T> {
  const rows: LedgerRow[] = [];
  try {
    return await body((asked, reply) => rows.push(rowOf(asked, reply, world.clock.now())));
  } catch (error) {
    if (!(error instanceof CancelError) || rows.length === 0) throw error;
    throw new CancelError(`Cancelled; ${count(rows.length, 'request')} had been answered`);
  } finally {
    if (!sandbox && rows.length > 0) await world.holdExit(() => save(world, rows));
  }
}

function rowOf({ entry, role, model }: AskedLink, reply: ChatReply, at: Date): LedgerRow {
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
    outcome: judge(reply).name,
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
    const missed = `${count(rows.length, 'request')} could not be recorded for spend`;
    io.err(`  ${createStyle(io.stderr).symbol('warn')} ${missed}: ${error.message}\n`);
  }
}
