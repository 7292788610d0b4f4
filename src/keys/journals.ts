import { join } from 'node:path';
import { isAlive, LockHeldError, type ProcessMark, processMark, withLock } from '../config/lock.ts';
import { readText } from '../config/snapshot.ts';
import { writeAtomic } from '../config/write.ts';
import { baseUrlFrom } from '../openrouter/base-url.ts';
import type { Deps } from '../platform/deps.ts';
import { UserError } from '../platform/errors.ts';
import { stateFolder } from '../platform/paths.ts';
import { isRecord } from '../platform/record.ts';
import { jsonOrUndefined } from '../text/parse-json.ts';
import { temporaryNameOf } from './temporary-name.ts';

/** A key that a run is making and has not stored yet. Without its secret, which nobody knows after a kill. */
export interface Creation extends ProcessMark {
  readonly baseUrl: string;
  readonly name: string;
  /** What the key is called until it is stored. */
  readonly temporaryName: string;
  /** Null until OpenRouter has made it. */
  readonly hash: string | null;
}

type FileWorld = Pick<Deps, 'env' | 'place' | 'files'>;

export async function beginCreation(deps: Deps, name: string): Promise<Creation> {
  const baseUrl = baseUrlFrom(deps.env);
  const temporaryName = temporaryNameOf(name, 'new');
  const creation = { ...(await processMark(deps)), baseUrl, name, temporaryName, hash: null };
  await changeCreations(deps, (all) => [...all, creation]);
  return creation;
}

/** Replaces a creation in the journal; null takes it out. */
export async function updateCreation(
  deps: Deps,
  creation: Creation,
  next: Creation | null,
): Promise<void> {
  await changeCreations(deps, (all) => [
    ...all.filter(({ temporaryName }) => temporaryName !== creation.temporaryName),
    ...(next === null ? [] : [next]),
  ]);
}

/** Those of runs that were killed, at this API. */
export async function unfinishedCreations(
  world: FileWorld & Pick<Deps, 'exec'>,
): Promise<readonly Creation[]> {
  if (world.place.home === null) return [];
  const baseUrl = baseUrlFrom(world.env);
  const here = (await readCreations(world)).filter((one) => one.baseUrl === baseUrl);
  const alive = await Promise.all(here.map((one) => isAlive(world, one)));
  return here.filter((_one, index) => alive[index] === false);
}

async function changeCreations(
  deps: Deps,
  next: (all: readonly Creation[]) => readonly Creation[],
): Promise<void> {
  await withLock(deps, creationsPath(deps), async () => {
    const after = next(await readCreations(deps));
    if (after.length > 0) await writeJournalFile(deps, creationsPath(deps), after);
    else await deps.files.remove(creationsPath(deps));
  });
}

async function readCreations(world: FileWorld): Promise<readonly Creation[]> {
  const value = await readJournalFile(world, creationsPath(world));
  return Array.isArray(value) ? value.filter(isCreation) : [];
}

function creationsPath(world: Pick<Deps, 'env' | 'place'>): string {
  return journalPath(world, 'created-keys.json');
}

function isCreation(value: unknown): value is Creation {
  return (
    isRecord(value) &&
    typeof value.pid === 'number' &&
    (value.startedAt === null || typeof value.startedAt === 'string') &&
    typeof value.baseUrl === 'string' &&
    typeof value.name === 'string' &&
    typeof value.temporaryName === 'string' &&
    (value.hash === null || typeof value.hash === 'string')
  );
}

/**
 * How far a rotation is, for the run that goes on after a kill. It holds hashes and never a key: a new key that stands in
 * no file yet is lost, and is deleted at OpenRouter.
 */
export interface RotationJournal {
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

/** Runs `body` as the only rotation. Throws UserError, of type `conflict`, while another one runs. */
export async function asOnlyRotation<T>(deps: Deps, body: () => Promise<T>): Promise<T> {
  try {
    return await withLock(deps, rotationPath(deps), body, { waitMs: 0 });
  } catch (error) {
    if (!(error instanceof LockHeldError) || !error.message.startsWith(rotationPath(deps)))
      throw error;
    throw new UserError('Another rotation of a key is under way', {
      type: 'conflict',
      hint: 'Wait until it is done; nothing was changed by this one',
      cause: error,
    });
  }
}

/** Null where no rotation is unfinished. */
export async function readJournal(world: FileWorld): Promise<RotationJournal | null> {
  if (world.place.home === null) return null;
  const path = rotationPath(world);
  const value = await readJournalFile(world, path);
  if (value === undefined) return null;
  if (isJournal(value)) return value;
  throw new UserError(`${path} is damaged`, {
    hint: `See which keys are in use with key status, then remove it: rm '${path}'`,
  });
}

/** The error for a journal whose keys this API or account does not know, as in a sandbox. */
export function unknownRotation(world: FileWorld, { oldPrefix }: RotationJournal): UserError {
  return new UserError(
    `The rotation of ${oldPrefix} is not finished, and neither of its keys is known here`,
    {
      type: 'conflict',
      hint: [
        'Finish it with the API and the account where it began',
        `If both keys were deleted there, forget it: rm '${rotationPath(world)}'`,
      ].join('\n'),
    },
  );
}

/** To be called in `asOnlyRotation`, as the next one. */
export async function writeJournal(deps: Deps, journal: RotationJournal): Promise<RotationJournal> {
  await writeJournalFile(deps, rotationPath(deps), journal);
  return journal;
}

export async function removeJournal(world: FileWorld): Promise<void> {
  await world.files.remove(rotationPath(world));
}

function rotationPath(world: Pick<Deps, 'env' | 'place'>): string {
  return journalPath(world, 'rotation.json');
}

function isJournal(value: unknown): value is RotationJournal {
  return (
    isRecord(value) &&
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

function journalPath(world: Pick<Deps, 'env' | 'place'>, name: string): string {
  return join(stateFolder(world), name);
}

/** The JSON in a journal: undefined where there is none, null where it is damaged. */
async function readJournalFile(world: Pick<Deps, 'files'>, path: string): Promise<unknown> {
  const { exists, text } = await readText(world.files, path);
  return exists ? (jsonOrUndefined(text) ?? null) : undefined;
}

/** Only its owner can read it. */
async function writeJournalFile(deps: Deps, path: string, value: unknown): Promise<void> {
  const before = await readText(deps.files, path);
  await writeAtomic(deps, before, `${JSON.stringify(value)}\n`, { mode: 0o600, setMode: 0o600 });
}
