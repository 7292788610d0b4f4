import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync } from 'node:fs';
import { binPath } from './bin.ts';
import { temporaryFolder } from './world.ts';

/** A user id that belongs to nobody. */
export const otherUser = 61_234;

/** Why tests that run as another user are skipped here; null if they are not. */
export const noOtherUser = reason();

function reason(): string | null {
  if (process.getuid?.() !== 0) return 'needs root';
  const { status } = spawnSync(process.execPath, [binPath, '--version'], {
    uid: otherUser,
    gid: otherUser,
  });
  return status === 0 ? null : 'another user cannot run this Node or this checkout';
}

/** A home folder of that user that nobody else can enter. Removed when the test is over. */
export function otherHome(): string {
  const home = temporaryFolder();
  chmodSync(home, 0o700);
  chownSync(home, otherUser, otherUser);
  return home;
}
