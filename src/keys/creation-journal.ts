import { isAlive, type ProcessMark, processMark, withLock } from '../config/lock.ts';
import { baseUrlFrom } from '../openrouter/base-url.ts';
import type { Deps } from '../platform/deps.ts';
import { isRecord } from '../platform/record.ts';
import { journalPath, readJournalFile, writeJournalFile } from './journal-file.ts';
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

type World = Pick<Deps, 'env' | 'place' | 'files' | 'exec'>;

export async function beginCreation(deps: Deps, name: string): Promise<Creation> {
  const baseUrl = baseUrlFrom(deps.env);
  const temporaryName = temporaryNameOf(name, 'new');
  const creation = { ...(await processMark(deps)), baseUrl, name, temporaryName, hash: null };
  await change(deps, (all) => [...all, creation]);
  return creation;
}

/** Replaces a creation in the journal; null takes it out. */
export async function updateCreation(
  deps: Deps,
  creation: Creation,
  next: Creation | null,
): Promise<void> {
  await change(deps, (all) => [
    ...all.filter(({ temporaryName }) => temporaryName !== creation.temporaryName),
    ...(next === null ? [] : [next]),
  ]);
}

/** Those of runs that were killed, at this API. */
export async function unfinishedCreations(world: World): Promise<readonly Creation[]> {
  if (world.place.home === null) return [];
  const baseUrl = baseUrlFrom(world.env);
  const here = (await read(world)).filter((one) => one.baseUrl === baseUrl);
  const alive = await Promise.all(here.map((one) => isAlive(world, one)));
  return here.filter((_one, index) => alive[index] === false);
}

async function change(
  deps: Deps,
  next: (all: readonly Creation[]) => readonly Creation[],
): Promise<void> {
  await withLock(deps, pathOf(deps), async () => {
    const after = next(await read(deps));
    if (after.length > 0) await writeJournalFile(deps, pathOf(deps), after);
    else await deps.files.remove(pathOf(deps));
  });
}

async function read(world: Pick<Deps, 'env' | 'place' | 'files'>): Promise<readonly Creation[]> {
  const value = await readJournalFile(world, pathOf(world));
  return Array.isArray(value) ? value.filter(isCreation) : [];
}

function pathOf(world: Pick<Deps, 'env' | 'place'>): string {
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
