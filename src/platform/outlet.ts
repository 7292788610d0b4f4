import { fstatSync, statSync, writeSync } from 'node:fs';
import { errorCode } from './files.ts';

/**
 * Standard output or standard error. Node creates the stream on first use, which loads the code for streams and
 * sockets, so only a terminal gets one. For files and pipes we write to the descriptor synchronously, as Node does
 * (nodejs.org/api/process.html, "A note on process I/O"). After the first error, such as a closed pipe or a full disk,
 * nothing more is written.
 */
export function createOutlet(
  descriptor: 1 | 2,
  stream: () => NodeJS.WriteStream,
  onError: (error: unknown) => void,
) {
  let opened: NodeJS.WriteStream | undefined;
  let terminal: boolean | undefined;
  let broken = false;
  const fail = (error: unknown) => {
    if (!broken) onError(error);
    broken = true;
  };
  const open = () => {
    opened ??= withoutZeroWidth(stream()).on('error', fail);
    return opened;
  };
  const needsStream = () => {
    // Other devices, such as `/dev/full`, are written to at once: their stream reports an error too late.
    terminal ??= mayBeTerminal(descriptor) && stream().isTTY;
    return terminal || opened !== undefined;
  };
  return {
    write(text: string): void {
      if (broken) return;
      const rest = needsStream() ? text : writeNow(descriptor, Buffer.from(text), fail);
      if (rest.length > 0 && !broken) open().write(rest);
    },
    get isTTY() {
      return needsStream() && open().isTTY;
    },
    get columns() {
      return needsStream() ? open().columns : undefined;
    },
  };
}

/**
 * Serial lines and some containers report a width of 0. ora then moves up by an infinite number of lines, and readline
 * divides by zero. Both can handle undefined.
 */
function withoutZeroWidth(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  let columns: number | undefined = stream.columns;
  return Object.defineProperty(stream, 'columns', {
    configurable: true,
    enumerable: true,
    get: () => columns || undefined,
    // Node assigns this whenever the window is resized.
    set: (next: number | undefined) => {
      columns = next;
    },
  });
}

/** Returns the unwritten bytes if a non-blocking pipe is full; the stream can wait for it. */
function writeNow(
  descriptor: number,
  bytes: Uint8Array,
  onError: (error: unknown) => void,
): Uint8Array {
  let rest = bytes;
  try {
    while (rest.length > 0) rest = rest.subarray(writeSync(descriptor, rest));
  } catch (error) {
    if (errorCode(error) !== 'EAGAIN') onError(error);
  }
  return rest;
}

/** Whether the terminal that we were started in has hung up; then even an empty write fails. */
export function isTerminalGone(): boolean {
  return [0, 1, 2].some((descriptor) => {
    try {
      if (mayBeTerminal(descriptor)) writeSync(descriptor, '');
      return false;
    } catch (error) {
      return errorCode(error) === 'EIO';
    }
  });
}

// Excludes `/dev/null`, which is a character device too.
function mayBeTerminal(descriptor: number): boolean {
  try {
    const facts = fstatSync(descriptor);
    return facts.isCharacterDevice() && facts.rdev !== statSync('/dev/null').rdev;
  } catch {
    return true;
  }
}
