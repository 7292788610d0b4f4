import { relative } from 'node:path';
import type { FileSnapshot } from '../config/file.ts';
import { octal } from '../config/mode.ts';
import type { Deps, FileFacts } from '../deps.ts';
import { CancelError, UserError } from '../errors.ts';
import { tildePath } from '../platform/paths.ts';
import { type ChangeSet, changedFiles, type PlannedFile } from './change-set.ts';
import { trackingOf } from './version-control.ts';

/** Why a file is no private place for a key. */
export interface Exposure {
  /** A sentence that begins with the file. */
  readonly words: string;
  /** How to get rid of it, as a command or an edit. */
  readonly fix: string;
  /** The key is not written there unless a person agrees; otherwise a warning will do. */
  readonly needsConsent: boolean;
}

/** Who decides about a file that is no private place: a person who is asked now, or one who has agreed already. */
export type ExposureConsent = 'ask' | 'agreed' | 'refuse';

/** What a person should know of the files of the set that receive a key, a sentence each. */
export async function keyNotes(deps: Deps, changeSet: ChangeSet): Promise<readonly string[]> {
  const exposures = await exposuresIn(deps, changeSet);
  const closed = keyFiles(changeSet).map(({ path, before: { facts }, setMode }) =>
    facts === null || setMode === undefined || facts.mode === setMode
      ? []
      : `${tildePath(path, deps.place)} becomes readable by its owner alone (mode ${octal(setMode)}, was ${octal(facts.mode)}), since it holds the key`,
  );
  return [...exposures.map(({ words }) => words), ...closed.flat()];
}

function keyFiles(changeSet: ChangeSet): readonly PlannedFile[] {
  return changedFiles(changeSet).filter(({ holdsKey }) => holdsKey);
}

async function exposuresIn(deps: Deps, changeSet: ChangeSet): Promise<readonly Exposure[]> {
  const found = await Promise.all(
    keyFiles(changeSet).map(({ before }) => exposureOf(deps, before)),
  );
  return found.filter((exposure) => exposure !== null);
}

/**
 * Throws UserError of type `key` where a file that would receive a key is no private place and nobody agrees to it,
 * CancelError where a person is asked and says no. `hint` says what else the command offers.
 */
export async function assertPrivate(
  deps: Deps,
  changeSet: ChangeSet,
  consent: ExposureConsent,
  hint?: string,
): Promise<void> {
  if (consent === 'agreed') return;
  const exposures = (await exposuresIn(deps, changeSet)).filter((one) => one.needsConsent);
  for (const { words, fix } of exposures) {
    if (consent === 'ask') {
      if (!(await confirmExposure(deps, words))) throw new CancelError();
      continue;
    }
    throw new UserError(`The key is not written: ${words}`, {
      type: 'key',
      hint: [fix, hint ?? 'Without --yes, on a terminal, you are asked'].join('\n'),
    });
  }
}

/** Asks whether the key is to go there all the same; no unless a person says yes. */
export function confirmExposure({ prompter }: Deps, words: string): Promise<boolean> {
  return prompter.confirm({
    message: `${words}. Write the key there all the same?`,
    default: false,
  });
}

/** Null where only the owner has a part in the file, or will have. */
export async function exposureOf(deps: Deps, before: FileSnapshot): Promise<Exposure | null> {
  const tracked = await trackedExposure(deps, before);
  if (tracked?.needsConsent === true) return tracked;
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
      needsConsent: false,
    };
  }
  return {
    words:
      state === 'tracked'
        ? `${name} is tracked by ${system} in ${where}: whoever gets that repository gets the key`
        : `${name} is in the ${system} working copy ${where}, which may track it: whoever gets that gets the key`,
    fix: 'Keep the key in a file that is not tracked, and load that file from this one',
    needsConsent: true,
  };
}

async function sharedExposure(
  deps: Deps,
  { path, target, facts }: FileSnapshot,
): Promise<Exposure | null> {
  const shared = facts === null ? null : await sharing(deps, target, facts);
  if (shared === null) return null;
  const words = `${tildePath(path, deps.place)} ${shared.reason}`;
  return { words, fix: shared.fix, needsConsent: true };
}

interface Sharing {
  readonly reason: string;
  readonly fix: string;
}

const ownerOnly = 'once it holds the key only its owner can read it';

async function sharing(deps: Deps, target: string, facts: FileFacts): Promise<Sharing | null> {
  const { uid, gid, mode } = facts;
  if (!(await isOurs(deps, uid))) {
    const reason = `belongs to another user (${uid}), who can read what is written there`;
    return { reason, fix: 'Run this as that user' };
  }
  if ((mode & 0o070) !== 0 && (await deps.files.hasAcl(target))) {
    const reason = `is shared through an access control list, and ${ownerOnly}`;
    return { reason, fix: `To share it no longer: setfacl -b '${target}'` };
  }
  // A group of one's own, which has the number of the user, is nobody else.
  if ((mode & 0o002) !== 0 || ((mode & 0o020) !== 0 && gid !== uid)) {
    const who = (mode & 0o002) === 0 ? `its group (${gid})` : 'everybody';
    const reason = `is shared: ${who} may write it, and ${ownerOnly}`;
    return { reason, fix: `To share it no longer: chmod go-w '${target}'` };
  }
  if (uid === 0 && (mode & 0o044) !== 0 && !(await isAtHome(deps, target))) {
    const reason = `is a file of the system that others read, and ${ownerOnly}`;
    return { reason, fix: 'Name a file in your home folder' };
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
  return !relative(home, target).startsWith('..');
}
