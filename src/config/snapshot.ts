import { createHash } from 'node:crypto';
import type { FileFacts } from '../platform/deps.ts';

/** A file as it was when it was read. */
export interface FileSnapshot {
  /** As asked for. */
  readonly path: string;
  /** Behind all symbolic links; the file that a write changes. */
  readonly target: string;
  readonly exists: boolean;
  /** Empty when the file is not there; a byte order mark stays in front as U+FEFF. */
  readonly text: string;
  readonly bytes: Uint8Array;
  /** SHA-256 of the bytes in hex; null when the file is not there. */
  readonly hash: string | null;
  readonly facts: FileFacts | null;
  readonly bom: boolean;
}

/** SHA-256 in hex. */
export function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
