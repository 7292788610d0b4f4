import { LockHeldError } from '../config/lock.ts';
import type { Deps } from '../platform/deps.ts';
import { UserError } from '../platform/errors.ts';
import { tildePath } from '../platform/paths.ts';
import { pendingIds } from './records.ts';
import { EditedSinceError, undo } from './undo.ts';

/**
 * Takes back what a killed process has left half done, and says so on stderr. Every command that writes begins with
 * this, before it reads what it is about to change. A change that somebody has edited since stays, for `undo --force`.
 */
export async function recoverInterrupted(deps: Deps): Promise<void> {
  for (const id of await pendingIds(deps)) {
    try {
      await recover(deps, id);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      deps.io.err(`  An interrupted change cannot be undone now: ${error.message}\n`);
    }
  }
}

async function recover(deps: Deps, id: string): Promise<void> {
  try {
    // With another `written`: the last message of this run is about its own writes.
    const { record, restored, removed } = await undo(
      { ...deps, written: new Set() },
      { id, waitMs: 0, onlyPending: true },
    );
    const paths = [...restored, ...removed].map((path) => tildePath(path, deps.place));
    if (paths.length === 0) return;
    const change = `${record.command} of ${record.time}`;
    deps.io.err(`  Undid the interrupted ${change}: ${paths.join(', ')}\n`);
  } catch (error) {
    // The process that holds the lock is at work on the change, or has just finished it.
    if (error instanceof LockHeldError) return;
    if (error instanceof UserError && error.type === 'not_found') return;
    if (!(error instanceof EditedSinceError)) throw error;
    deps.io.err(`  An interrupted change stays: ${error.message} (undo --force undoes it)\n`);
  }
}
