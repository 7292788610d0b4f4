import { relative } from 'node:path';
import type { FileSnapshot } from '../config/snapshot.ts';
import { octal } from '../config/write.ts';
import type { Deps, FileFacts } from '../platform/deps.ts';
import { CancelError, UserError } from '../platform/errors.ts';
import { isInside, tildePath } from '../platform/paths.ts';
import { shellWord } from '../text/escape.ts';
import { type ChangeSet, changedFiles, type PlannedFile } from './change-set.ts';
import { trackingOf } from './version-control.ts';

/** Why others could get a key that is written to a file. */
export interface Exposure {
  /** A sentence about the file. */
  readonly message: string;
  /** A command to run or an edit to make. */
  readonly fix: string;
  readonly kind: ExposureKind;
}

/**
 * - `leak`: others would get the key. It is only written if the user agrees.
 * - `shared`: others can read or write the file and would lose that access. The user is asked, or else informed.
 * - `risk`: nobody else has access yet. A warning is enough.
 */
type ExposureKind = 'leak' | 'shared' | 'risk';

/** Whether a key may be written to such a file: `ask` first, the user has already `agreed`, or `refuse`. */
export type ExposureConsent = 'ask' | 'agreed' | 'refuse';

/** Sentences about the files that get a key, for the user. */
export async function keyNotes(deps: Deps, changeSet: ChangeSet): Promise<readonly string[]> {
  const exposures = await exposuresIn(deps, changeSet);
  const closed = changedFiles(changeSet).flatMap((file) => closedNote(deps, file) ?? []);
  return [...exposures.map(({ message }) => message), ...closed];
}

function closedNote({ place }: Deps, file: PlannedFile): string | null {
  const { path, holdsKey, holdsToken } = file;
  const modes = modeChange(file);
  if (modes === null || (!holdsKey && holdsToken !== true)) return null;
  const secret = holdsKey ? 'the key' : 'the token of the gateway';
  return `${tildePath(path, place)} becomes readable by its owner only (${modes}), since it contains ${secret}`;
}

/** E.g. `mode 0600, was 0644`; null for a new file and for one that keeps its mode. */
export function modeChange({
  before,
  setMode,
}: Pick<PlannedFile, 'before' | 'setMode'>): string | null {
  const mode = before.facts?.mode;
  if (mode === undefined || setMode === undefined || mode === setMode) return null;
  return `mode ${octal(setMode)}, was ${octal(mode)}`;
}

function keyFiles(changeSet: ChangeSet): readonly PlannedFile[] {
  return changedFiles(changeSet).filter(({ holdsKey }) => holdsKey);
}

async function exposuresIn(deps: Deps, changeSet: ChangeSet): Promise<readonly Exposure[]> {
  // If only the mode changes, the file already had the key.
  const receiving = keyFiles(changeSet).filter(({ before, after }) => before.text !== after);
  const exposures = await Promise.all(receiving.map(({ before }) => exposureOf(deps, before)));
  return exposures.filter((exposure) => exposure !== null);
}

/**
 * Throws UserError of type `key` if others would get a key and the user has not agreed to that, and CancelError if the
 * user is asked and declines. `hint` suggests an alternative that the command offers.
 */
export async function assertPrivate(
  deps: Deps,
  changeSet: ChangeSet,
  consent: ExposureConsent,
  hint?: string,
): Promise<void> {
  if (consent === 'agreed') return;
  for (const exposure of await exposuresIn(deps, changeSet)) {
    const { message, fix, kind } = exposure;
    if (consent === 'ask' && !(await confirmExposure(deps, exposure))) throw new CancelError();
    if (consent === 'ask' || kind !== 'leak') continue;
    throw new UserError(`The key was not written: ${message}`, {
      type: 'key',
      hint: [fix, hint ?? 'On a terminal, run this without --yes to be asked'].join('\n'),
    });
  }
}

/** Prompts, with "no" as the default answer, unless the exposure is only a `risk`. */
export async function confirmExposure(
  { prompter }: Pick<Deps, 'prompter'>,
  { message, kind }: Exposure,
): Promise<boolean> {
  if (kind === 'risk') return true;
  return prompter.confirm({
    message: `${message}. Write the key there anyway?`,
    default: false,
  });
}

/** Null for a file that only its owner can access. */
export async function exposureOf(deps: Deps, before: FileSnapshot): Promise<Exposure | null> {
  const tracked = await trackedExposure(deps, before);
  if (tracked?.kind === 'leak') return tracked;
  return (await sharedExposure(deps, before)) ?? tracked;
}

async function trackedExposure(
  deps: Deps,
  { path, target }: FileSnapshot,
): Promise<Exposure | null> {
  const tracking = await trackingOf(deps, target);
  if (tracking === null || tracking.state === 'ignored') return null;
  const { system, folder, state } = tracking;
  const [name, where] = [tildePath(path, deps.place), tildePath(folder, deps.place)];
  if (state === 'untracked') {
    return {
      message: `${name} is in the ${system} working copy ${where} and is not ignored: keep it out of commits`,
      fix: `echo '/${relative(folder, target)}' >> '${folder}/.git/info/exclude'`,
      kind: 'risk',
    };
  }
  return {
    message:
      state === 'tracked'
        ? `${name} is tracked by ${system} in ${where}: everybody with a copy of that repository gets the key`
        : `${name} may be tracked by ${system} in ${where}: everybody with a copy of that gets the key`,
    fix: 'Put the key into a file that is not tracked, and load that file from this one',
    kind: 'leak',
  };
}

async function sharedExposure(
  deps: Deps,
  { path, target, facts }: FileSnapshot,
): Promise<Exposure | null> {
  const shared = facts === null ? null : await sharing(deps, target, facts);
  if (shared === null) return null;
  const { reason, ...rest } = shared;
  return { message: `${tildePath(path, deps.place)} ${reason}`, ...rest };
}

interface Sharing extends Pick<Exposure, 'fix' | 'kind'> {
  readonly reason: string;
}

const ownerOnly = 'with the key in it, only its owner will be able to read it';

async function sharing(deps: Deps, target: string, facts: FileFacts): Promise<Sharing | null> {
  const { uid, gid, mode } = facts;
  if (!(await isOurs(deps, uid))) {
    const reason = `belongs to another user (${uid}), who can read what is written there`;
    return { reason, fix: 'Run this as that user', kind: 'leak' };
  }
  if ((mode & 0o070) !== 0 && (await deps.files.hasAcl(target))) {
    const reason = `has an access control list, and ${ownerOnly}`;
    return { reason, fix: `To stop sharing it: setfacl -b '${target}'`, kind: 'shared' };
  }
  // A group whose id equals the user id is the user's private group.
  if ((mode & 0o002) !== 0 || ((mode & 0o020) !== 0 && gid !== uid)) {
    const who = (mode & 0o002) === 0 ? `its group (${gid})` : 'everybody';
    const reason = `is shared: ${who} can write to it, and ${ownerOnly}`;
    return {
      reason,
      fix: `To stop sharing it: chmod go-w ${shellWord(target)}`,
      kind: 'shared',
    };
  }
  if (uid === 0 && (mode & 0o044) !== 0 && !(await isAtHome(deps, target))) {
    const reason = `is a system file that others can read, and ${ownerOnly}`;
    return { reason, fix: 'Choose a file in your home folder', kind: 'leak' };
  }
  return null;
}

/** Root acts on behalf of the owner of the home folder. */
async function isOurs({ files, place }: Deps, uid: number): Promise<boolean> {
  if (place.uid === null || uid === place.uid) return true;
  if (place.uid !== 0 || place.home === null) return false;
  return (await files.stat(place.home).catch(() => null))?.uid === uid;
}

async function isAtHome({ files, place }: Deps, target: string): Promise<boolean> {
  if (place.home === null) return false;
  const home = await files.realpath(place.home).catch(() => place.home ?? '');
  return isInside(home, target);
}
