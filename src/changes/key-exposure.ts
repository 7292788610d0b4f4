import { relative } from 'node:path';
import type { FileSnapshot } from '../config/snapshot.ts';
import { octal } from '../config/write.ts';
import type { Deps, FileFacts } from '../platform/deps.ts';
import { CancelError, UserError } from '../platform/errors.ts';
import { isInside, tildePath } from '../platform/paths.ts';
import { shellWord } from '../text/shell.ts';
import { type ChangeSet, changedFiles, type PlannedFile } from './change-set.ts';
import { trackingOf } from './version-control.ts';

/** Why a file is no private place for a key. */
export interface Exposure {
  /** A sentence that begins with the file. */
  readonly words: string;
  /** How to get rid of it, as a command or an edit. */
  readonly fix: string;
  readonly kind: ExposureKind;
}

/**
 * Others get to see the key: it is not written unless a person agrees · others have a part in the file, and lose it: a
 * person is asked, and is told where there is nobody to ask · nothing yet, but soon perhaps: a warning will do.
 */
type ExposureKind = 'leak' | 'shared' | 'risk';

/** Who decides about a file that is no private place: a person who is asked now, or one who has agreed already. */
export type ExposureConsent = 'ask' | 'agreed' | 'refuse';

/** What a person should know of the files of the set that receive a key, a sentence each. */
export async function keyNotes(deps: Deps, changeSet: ChangeSet): Promise<readonly string[]> {
  const exposures = await exposuresIn(deps, changeSet);
  const closed = changedFiles(changeSet).flatMap((file) => closedNote(deps, file) ?? []);
  return [...exposures.map(({ words }) => words), ...closed];
}

function closedNote({ place }: Deps, file: PlannedFile): string | null {
  const { path, before, setMode, holdsKey, holdsToken } = file;
  const mode = before.facts?.mode;
  if (mode === undefined || setMode === undefined || mode === setMode) return null;
  if (!holdsKey && holdsToken !== true) return null;
  const secret = holdsKey ? 'the key' : 'the token of the gateway';
  return `${tildePath(path, place)} becomes readable by its owner alone (mode ${octal(setMode)}, was ${octal(mode)}), since it holds ${secret}`;
}

function keyFiles(changeSet: ChangeSet): readonly PlannedFile[] {
  return changedFiles(changeSet).filter(({ holdsKey }) => holdsKey);
}

async function exposuresIn(deps: Deps, changeSet: ChangeSet): Promise<readonly Exposure[]> {
  // Where nothing but the mode changes, the key has been there before.
  const receiving = keyFiles(changeSet).filter(({ before, after }) => before.text !== after);
  const found = await Promise.all(receiving.map(({ before }) => exposureOf(deps, before)));
  return found.filter((exposure) => exposure !== null);
}

/**
 * Throws UserError of type `key` where others would get to see a key and nobody agrees to it, CancelError where a person
 * is asked and says no. `hint` says what else the command offers.
 */
export async function assertPrivate(
  deps: Deps,
  changeSet: ChangeSet,
  consent: ExposureConsent,
  hint?: string,
): Promise<void> {
  if (consent === 'agreed') return;
  for (const exposure of await exposuresIn(deps, changeSet)) {
    const { words, fix, kind } = exposure;
    if (consent === 'ask' && !(await confirmExposure(deps, exposure))) throw new CancelError();
    if (consent === 'ask' || kind !== 'leak') continue;
    throw new UserError(`The key is not written: ${words}`, {
      type: 'key',
      hint: [fix, hint ?? 'Without --yes, on a terminal, you are asked'].join('\n'),
    });
  }
}

/** True unless a person who is asked says no, as they do when they just press Enter. */
export async function confirmExposure(
  { prompter }: Pick<Deps, 'prompter'>,
  { words, kind }: Exposure,
): Promise<boolean> {
  if (kind === 'risk') return true;
  return prompter.confirm({
    message: `${words}. Write the key there all the same?`,
    default: false,
  });
}

/** Null where only the owner has a part in the file, or will have. */
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
      words: `${name} is in the ${system} working copy ${where} and is not ignored: keep it out of commits`,
      fix: `echo '/${relative(folder, target)}' >> '${folder}/.git/info/exclude'`,
      kind: 'risk',
    };
  }
  return {
    words:
      state === 'tracked'
        ? `${name} is tracked by ${system} in ${where}: whoever gets that repository gets the key`
        : `${name} may be tracked by ${system} in ${where}: whoever gets that gets the key`,
    fix: 'Keep the key in a file that is not tracked, and load that file from this one',
    kind: 'leak',
  };
}

async function sharedExposure(
  deps: Deps,
  { path, target, facts }: FileSnapshot,
): Promise<Exposure | null> {
  const shared = facts === null ? null : await sharing(deps, target, facts);
  if (shared === null) return null;
  const words = `${tildePath(path, deps.place)} ${shared.reason}`;
  return { words, fix: shared.fix, kind: shared.kind };
}

interface Sharing extends Pick<Exposure, 'fix' | 'kind'> {
  readonly reason: string;
}

const ownerOnly = 'once it holds the key only its owner can read it';

async function sharing(deps: Deps, target: string, facts: FileFacts): Promise<Sharing | null> {
  const { uid, gid, mode } = facts;
  if (!(await isOurs(deps, uid))) {
    const reason = `belongs to another user (${uid}), who can read what is written there`;
    return { reason, fix: 'Run this as that user', kind: 'leak' };
  }
  if ((mode & 0o070) !== 0 && (await deps.files.hasAcl(target))) {
    const reason = `has an access control list, and ${ownerOnly}`;
    return { reason, fix: `To share it no longer: setfacl -b '${target}'`, kind: 'shared' };
  }
  // A group of one's own, which has the number of the user, is nobody else.
  if ((mode & 0o002) !== 0 || ((mode & 0o020) !== 0 && gid !== uid)) {
    const who = (mode & 0o002) === 0 ? `its group (${gid})` : 'everybody';
    const reason = `is shared: ${who} may write it, and ${ownerOnly}`;
    return {
      reason,
      fix: `To share it no longer: chmod go-w ${shellWord(target)}`,
      kind: 'shared',
    };
  }
  if (uid === 0 && (mode & 0o044) !== 0 && !(await isAtHome(deps, target))) {
    const reason = `is a file of the system that others read, and ${ownerOnly}`;
    return { reason, fix: 'Name a file in your home folder', kind: 'leak' };
  }
  return null;
}

/** Root acts for whoever owns the home folder. */
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
