import { LockHeldError } from '../config/lock.ts';
import type { Deps } from '../platform/deps.ts';
import { UserError } from '../platform/errors.ts';
import { tildePath } from '../platform/paths.ts';
import { EditedSinceError, undo } from './history.ts';
import { pendingIds, settle } from './records.ts';

/**
 * Takes back what a killed process has left half done, and says so on stderr. Every command that writes begins with
 * it, before it reads what it is about to change. A change that somebody has edited since stays, for `undo --force`.
 */
export async function recoverInterrupted(deps: Deps): Promise<void> {
  for (const id of await pendingIds(deps)) {
    try {
      await recover(deps, id);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      deps.io.err(`  A change that was cut off cannot be taken back now: ${error.message}\n`);
    }
  }
}

async function recover(deps: Deps, id: string): Promise<void> {
  try {
    // Not what this run is about: what it says of itself goes by its own writes.
    const { record, restored, removed } = await undo(
      { ...deps, written: new Set() },
      { id, waitMs: 0 },
    );
    const paths = [...restored, ...removed].map((path) => tildePath(path, deps.place));
    if (paths.length === 0) return;
    const what = `The ${record.command} of ${record.time} was cut off`;
    deps.io.err(`  ${what}; what it had written is taken back: ${paths.join(', ')}\n`);
  } catch (error) {
    // The process that holds it is at work on it, or has just finished.
    if (error instanceof LockHeldError) return;
    if (error instanceof UserError && error.type === 'not_found') return;
    if (!(error instanceof EditedSinceError)) throw error;
    await settle(deps, id);
    deps.io.err(
      `  A change was cut off, and stays: ${error.message} (undo --force takes it back)\n`,
    );
  }
}
