import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { LockHeldError, withLock } from '../config/lock.ts';
import { isAlive, isProcessMark, type ProcessMark, processMark } from '../config/process-mark.ts';
import { readText } from '../config/snapshot.ts';
import { writeAtomic } from '../config/write.ts';
import { baseUrlFrom } from '../openrouter/base-url.ts';
import type { Client } from '../openrouter/client.ts';
import { deleteManagedKey, listKeys, updateManagedKey } from '../openrouter/managed-keys.ts';
import { WireError } from '../openrouter/wire-error.ts';
import type { Deps } from '../platform/deps.ts';
import { dayMs } from '../platform/durations.ts';
import { UserError } from '../platform/errors.ts';
import type { OwnCommand } from '../platform/own-command.ts';
import { stateFolder } from '../platform/paths.ts';
import { isRecord } from '../platform/record.ts';
import { jsonOrUndefined } from '../text/parse-json.ts';
import { managing, unlessGone } from './management.ts';

/** A key that a run is creating and has not stored yet. Without its secret, which is lost if the run is killed. */
export interface Creation extends ProcessMark {
  readonly baseUrl: string;
  readonly name: string;
  /** The name of the key until it is stored. */
  readonly temporaryName: string;
  /** Null until OpenRouter has created the key. */
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

/** Replaces a creation in the journal; null removes it. */
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

/**
 * The creations of killed runs, for the current API base URL. Those of other containers and computers are included once
 * the journal is a day old: their runs may still wait for an answer, and would store a key that was deleted meanwhile.
 */
export async function unfinishedCreations(
  world: FileWorld & Pick<Deps, 'exec' | 'clock'>,
): Promise<readonly Creation[]> {
  if (world.place.home === null) return [];
  const baseUrl = baseUrlFrom(world.env);
  const here = (await readCreations(world)).filter((one) => one.baseUrl === baseUrl);
  const writtenMs = (await world.files.stat(creationsPath(world)))?.modifiedMs ?? 0;
  const alive = await Promise.all(here.map((one) => isAlive(world, one, writtenMs + dayMs)));
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
    isProcessMark(value) &&
    isRecord(value) &&
    typeof value.baseUrl === 'string' &&
    typeof value.name === 'string' &&
    typeof value.temporaryName === 'string' &&
    (value.hash === null || typeof value.hash === 'string')
  );
}

/**
 * The progress of a rotation, so that a later run can resume it after a kill. It contains hashes, never a key: a new
 * key that is not in any file yet is lost, and gets deleted at OpenRouter.
 */
export interface RotationJournal {
  /** Hash of the key that is replaced. */
  readonly oldHash: string;
  readonly oldPrefix: string;
  /** The name of the new key until the end. It identifies a key that was created just before the run was killed. */
  readonly temporaryName: string;
  readonly name: string;
  readonly workspaceId: string | null;
  /** Null until OpenRouter has created the new key. */
  readonly newHash: string | null;
  /** When the new key was written to every place, in milliseconds since 1970; null before that. */
  readonly writtenMs: number | null;
  /** Every user was seen with the new key, so the old one may already be disabled. */
  readonly isRetiring: boolean;
  /** Delete the old key instead of disabling it. */
  readonly deletes: boolean;
}

/** Runs `body` as the only rotation. Throws UserError of type `conflict` if another one is running. */
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

/** Null if there is no unfinished rotation. */
export async function readJournal(world: FileWorld): Promise<RotationJournal | null> {
  if (world.place.home === null) return null;
  const path = rotationPath(world);
  const value = await readJournalFile(world, path);
  if (value === undefined) return null;
  if (isJournal(value)) return value;
  throw new UserError(`${path} is damaged`, {
    hint: (command) =>
      `See which keys are in use: ${command('key status')}; then remove it: rm '${path}'`,
  });
}

/** The error for a journal whose keys this API or account does not know, e.g. in a sandbox. */
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

/** Only call this inside `asOnlyRotation`. */
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

/** The JSON in a journal: undefined if there is none, null if it is damaged. */
async function readJournalFile(world: Pick<Deps, 'files'>, path: string): Promise<unknown> {
  const { exists, text } = await readText(world.files, path);
  return exists ? (jsonOrUndefined(text) ?? null) : undefined;
}

/** The file is readable by its owner only. */
async function writeJournalFile(deps: Deps, path: string, value: unknown): Promise<void> {
  const before = await readText(deps.files, path);
  await writeAtomic(deps, before, `${JSON.stringify(value)}\n`, { mode: 0o600, setMode: 0o600 });
}

/** A unique name. It identifies a key that was created just before the connection or the run ended. */
export function temporaryNameOf(name: string, what: 'new' | 'rotation'): string {
  return `${name} (${what} ${randomBytes(6).toString('hex')})`;
}

/**
 * Gives a key its name. If OpenRouter refuses the name, that is reported but not an error: the key works without it,
 * and a retry cannot help. Throws UserError for any other failure.
 */
export async function giveName(
  { io }: Pick<Deps, 'io'>,
  client: Client,
  { hash, name }: { readonly hash: string; readonly name: string },
): Promise<void> {
  const what = 'The new key could not be given its name';
  const again = (command: OwnCommand) =>
    `The new key is in use everywhere. To finish, run again: ${command('key rotate')}`;
  const request = updateManagedKey(client, hash, { name }).catch((error: unknown) => {
    if (!(error instanceof WireError && isRefusal(error))) throw error;
    io.err(`  ${what} ${name}: ${error.message}\n`);
  });
  await managing(what, unlessGone(request), again);
}

function isRefusal({ failure: { kind, status } }: WireError): boolean {
  return kind === 'http' && [400, 403, 405, 409, 422].includes(status ?? 0);
}

/** Deletes a key that is not stored anywhere, if it exists. Returns whether it did. Throws UserError. */
export async function deleteLost(
  client: Client,
  lost: {
    readonly temporaryName: string;
    readonly hash: string | null;
    readonly workspaceId: string | null;
  },
): Promise<boolean> {
  const what = 'The key of an interrupted run could not be deleted';
  const keys = await managing(what, listKeys(client, lost.workspaceId));
  const ours = keys.filter(({ hash, name }) => name === lost.temporaryName || hash === lost.hash);
  for (const { hash } of ours) {
    await managing(what, unlessGone(deleteManagedKey(client, hash)));
  }
  return ours.length > 0;
}
