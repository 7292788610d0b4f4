import type { ClientRequest, IncomingMessage } from 'node:http';

/** A request that is under way. */
export interface Watched {
  readonly request: ClientRequest;
  readonly onSilent: () => void;
  /** Its answer, from the head on. */
  answer: IncomingMessage | null;
  /** When something was sent or received for the last time, in milliseconds. */
  lastMs: number;
  bytes: number;
}

/**
 * Calls `onSilent` of requests for which nothing was sent or received for so many milliseconds, from the look-up of the
 * name on. All of them have one timer, because one for each costs more than most answers take.
 */
export function createSilenceWatch(silenceMs: number) {
  const watched = new Set<Watched>();
  let timer: NodeJS.Timeout | null = null;

  function check(): void {
    const nowMs = performance.now();
    for (const each of watched) {
      const bytes = bytesOf(each);
      // It is the client that is slow where there are bytes to read.
      const isUnread = (each.answer?.readableLength ?? 0) > 0;
      if (isUnread || bytes !== each.bytes) Object.assign(each, { bytes, lastMs: nowMs });
      else if (nowMs - each.lastMs >= silenceMs) each.onSilent();
    }
    if (watched.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  }

  return {
    add(request: ClientRequest, onSilent: () => void): Watched {
      const added = { request, onSilent, answer: null, lastMs: performance.now(), bytes: 0 };
      watched.add(added);
      timer ??= setInterval(check, Math.min(1_000, silenceMs / 4)).unref();
      return added;
    },
    remove: (each: Watched) => void watched.delete(each),
  };
}

/** A connection that is still being made has none of its own. */
function bytesOf({ request: { socket } }: Watched): number {
  return socket === null || socket.connecting ? 0 : socket.bytesRead + socket.bytesWritten;
}
