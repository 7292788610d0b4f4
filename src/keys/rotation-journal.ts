import { LockHeldError, withLock } from '../config/lock.ts';
import { baseUrlFrom } from '../openrouter/base-url.ts';
import type { Deps } from '../platform/deps.ts';
import { UserError } from '../platform/errors.ts';
import { isRecord } from '../platform/record.ts';
import { journalPath, readJournalFile, writeJournalFile } from './journal-file.ts';

/**
 * How far a rotation is, for the run that goes on after a kill. It holds hashes and never a key: a new key that stands in
 * no file yet is lost, and is deleted at OpenRouter.
 */
export interface RotationJournal {
  /** Of the API that has both keys. */
  readonly baseUrl: string;
  /** Of the key that is replaced. */
  readonly oldHash: string;
  readonly oldPrefix: string;
  /** The name of the new key until the end: by it one is found that was made just before a kill. */
  readonly temporaryName: string;
  readonly name: string;
  readonly workspaceId: string | null;
  /** Null until OpenRouter has made it. */
  readonly newHash: string | null;
  /** When the new key was written to every place, in milliseconds since 1970; null before. */
  readonly writtenMs: number | null;
  /** Every user was seen with the new key: the old one may be disabled by now. */
  readonly isRetiring: boolean;
  /** Delete the old key instead. */
  readonly deletes: boolean;
}

type World = Pick<Deps, 'env' | 'place' | 'files'>;

/** Runs `body` as the only rotation. Throws UserError, of type `conflict`, while another one runs. */
export async function asOnlyRotation<T>(deps: Deps, body: () => Promise<T>): Promise<T> {
  try {
    return await withLock(deps, pathOf(deps), body, { waitMs: 0 });
  } catch (error) {
    if (!(error instanceof LockHeldError) || !error.message.startsWith(pathOf(deps))) throw error;
    throw new UserError('Another rotation of a key is under way', {
      type: 'conflict',
      hint: 'Wait until it is done; nothing was changed by this one',
      cause: error,
    });
  }
}

/** Null where no rotation is unfinished. */
export async function readJournal(world: World): Promise<RotationJournal | null> {
  if (world.place.home === null) return null;
  const path = pathOf(world);
  const value = await readJournalFile(world, path);
  if (value === undefined) return null;
  if (isJournal(value)) return value;
  throw new UserError(`${path} is damaged`, {
    hint: `See which keys are in use with key status, then remove it: rm '${path}'`,
  });
}

/** Throws UserError for a rotation at another API, such as one that runs while a sandbox is used. */
export function assertSameApi({ env }: Pick<World, 'env'>, journal: RotationJournal): void {
  if (journal.baseUrl === baseUrlFrom(env)) return;
  throw new UserError(
    `The rotation of ${journal.oldPrefix} at ${new URL(journal.baseUrl).host} is not finished`,
    {
      type: 'conflict',
      hint: (program) =>
        `Finish it first, with that API and not the present one: ${program} key rotate`,
    },
  );
}

/** To be called in `asOnlyRotation`, as the next one. */
export async function writeJournal(deps: Deps, journal: RotationJournal): Promise<RotationJournal> {
  await writeJournalFile(deps, pathOf(deps), journal);
  return journal;
}

export async function removeJournal(world: World): Promise<void> {
  await world.files.remove(pathOf(world));
}

function pathOf(world: Pick<Deps, 'env' | 'place'>): string {
  return journalPath(world, 'rotation.json');
}

function isJournal(value: unknown): value is RotationJournal {
  return (
    isRecord(value) &&
    typeof value.baseUrl === 'string' &&
    typeof value.oldHash === 'string' &&
    typeof value.oldPrefix === 'string' &&
    typeof value.temporaryName === 'string' &&
    typeof value.name === 'string' &&
    (value.workspaceId === null || typeof value.workspaceId === 'string') &&
    (value.newHash === null || typeof value.newHash === 'string') &&
    (value.writtenMs === null || typeof value.writtenMs === 'number') &&
    typeof value.isRetiring === 'boolean' &&
    typeof value.deletes === 'boolean'
  );
}
