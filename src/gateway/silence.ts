import type { ClientRequest, IncomingMessage } from 'node:http';
import { removeFrom } from '../platform/list.ts';

/** A request in progress. */
export interface Watched {
  readonly request: ClientRequest;
  readonly onSilent: () => void;
  /** The response, once its headers have arrived. */
  answer: IncomingMessage | null;
  /** When data was last sent or received, in milliseconds. */
  lastMs: number;
  bytes: number;
}

/**
 * Calls `onSilent` of each request that sent and received nothing for `silenceMs` milliseconds, counted from the DNS
 * lookup on. They share one timer, because a timer for each costs more than most answers take.
 */
export function createSilenceWatch(silenceMs: number) {
  const watched: Watched[] = [];
  let timer: NodeJS.Timeout | null = null;

  function check(): void {
    const nowMs = performance.now();
    for (const each of [...watched]) {
      const bytes = bytesOf(each);
      // If there is unread data, it is the client that is slow.
      const isUnread = (each.answer?.readableLength ?? 0) > 0;
      if (isUnread || bytes !== each.bytes) Object.assign(each, { bytes, lastMs: nowMs });
      else if (nowMs - each.lastMs >= silenceMs) each.onSilent();
    }
    if (watched.length > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  }

  return {
    add(request: ClientRequest, onSilent: () => void): Watched {
      const added = { request, onSilent, answer: null, lastMs: performance.now(), bytes: 0 };
      watched.push(added);
      timer ??= setInterval(check, Math.min(1_000, silenceMs / 4)).unref();
      return added;
    },
    remove: (each: Watched) => removeFrom(watched, each),
  };
}

/** A socket that is still connecting has no counts of its own. */
function bytesOf({ request: { socket } }: Watched): number {
  return socket === null || socket.connecting ? 0 : socket.bytesRead + socket.bytesWritten;
}
