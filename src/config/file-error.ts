import { UserError } from '../platform/errors.ts';
import { errorCode } from '../platform/files.ts';

export type FileAction = 'use' | 'read' | 'write' | 'lock' | 'create the folder of';

/** Turns Node's error for a path into a UserError with a hint. Returns a UserError unchanged. */
export function fileError(action: FileAction, path: string, error: unknown): UserError {
  if (error instanceof UserError) return error;
  const code = errorCode(error);
  const row = code === undefined ? undefined : reasons[code];
  const reason = row?.reason ?? code ?? 'unknown error';
  return new UserError(`Cannot ${action} ${path}: ${reason}`, {
    ...(row === undefined ? {} : { hint: row.hint }),
    cause: error,
  });
}

/** A UserError for a file system error that was not converted where it occurred; null for any other error. */
export function uncaughtFileError(error: unknown): UserError | null {
  if (!(error instanceof Error) || !('path' in error) || typeof error.path !== 'string')
    return null;
  const isKnown = Object.hasOwn(reasons, errorCode(error) ?? '');
  // Errors from failing to start a program have a path too.
  const isSpawn = 'syscall' in error && String(error.syscall).startsWith('spawn');
  return isKnown && !isSpawn ? fileError('use', error.path, error) : null;
}

const access = 'Check who owns it and its folder with ls -ld, then chown or chmod';

const reasons: Readonly<Record<string, { reason: string; hint: string }>> = {
  EACCES: { reason: 'permission denied', hint: access },
  EPERM: {
    reason: 'the system does not permit it',
    hint: `${access}; if lsattr shows that it is immutable: chattr -i`,
  },
  EROFS: {
    reason: 'the file system is read-only',
    hint: 'Remount it for writing, or name another file with --config',
  },
  ENOSPC: {
    reason: 'no space left on the disk',
    hint: 'Free some space; the file was not changed',
  },
  EDQUOT: {
    reason: 'your disk quota is used up',
    hint: 'Free some space; the file was not changed',
  },
  EXDEV: {
    reason: 'it is on another file system than its folder',
    hint: 'Is the file mounted by itself (a Docker volume)? Mount its folder instead',
  },
  EBUSY: {
    reason: 'it is in use as a mount point',
    hint: 'Is the file mounted by itself (a Docker volume)? Mount its folder instead',
  },
  ELOOP: {
    reason: 'its symbolic links form a loop',
    hint: 'Look at them with ls -l and remove the wrong one',
  },
  ENOTDIR: {
    reason: 'part of the path is a file, not a folder',
    hint: 'Correct the path, or move that file out of the way',
  },
  EEXIST: {
    reason: 'something else is at this path',
    hint: 'Look at the path with ls -l and move it out of the way',
  },
  EISDIR: { reason: 'it is a folder', hint: 'Name the file in it, or move the folder away' },
  EFTYPE: {
    reason: 'it is not a regular file (a pipe, a socket or a device)',
    hint: 'Look at it with ls -l and move it out of the way',
  },
  EFBIG: {
    reason: 'it is larger than 256 MiB',
    hint: 'Look at it with ls -l and move it out of the way',
  },
  ENOENT: { reason: 'it does not exist', hint: 'Was it removed in between? Run the command again' },
  ENAMETOOLONG: { reason: 'the name is too long', hint: 'Use a shorter path' },
  EMFILE: { reason: 'too many files are open', hint: 'Raise the limit with ulimit -n' },
  ENFILE: { reason: 'too many files are open', hint: 'Close some programs and run it again' },
  EIO: { reason: 'the disk reports an error', hint: 'Check the disk before anything else' },
};
