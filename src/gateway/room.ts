import { Problem } from './problem.ts';

const MiB = 1024 * 1024;

/** What the gateway holds in memory at a time, all requests together. */
export interface RoomLimits {
  readonly requests: number;
  /** Of one request. Room for a handful of pictures. */
  readonly bodyBytes: number;
  /** Of all requests under way: their bodies stay until the last model has answered. */
  readonly bodiesBytes: number;
  /** A body of up to so many bytes is not counted among them. */
  readonly smallBodyBytes: number;
  /** Of one answer that is no stream. */
  readonly answerBytes: number;
  /** An answer beyond this is large, */
  readonly smallAnswerBytes: number;
  /** and so many of those are read at a time. */
  readonly largeAnswers: number;
}

export const roomLimits: RoomLimits = {
  requests: 512,
  bodyBytes: 32 * MiB,
  bodiesBytes: 128 * MiB,
  smallBodyBytes: MiB / 8,
  answerBytes: 64 * MiB,
  smallAnswerBytes: MiB,
  largeAnswers: 2,
};

export interface Room {
  readonly limits: RoomLimits;
  /** Throws Problem 503 where there are too many requests already. */
  enter(): Stay;
}

/** The room that one request takes. */
export interface Stay {
  readonly limits: RoomLimits;
  /** So much of its body has come. Throws Problem: 413 for a body that is too large, 503 where there is no room. */
  growBody(bytes: number): void;
  /** Resolves when a large answer may be read. It waits for others in place of being refused: it is paid for. */
  largeAnswer(): Promise<void>;
  /** Gives everything back. */
  leave(): void;
}

export function createRoom(limits: RoomLimits = roomLimits): Room {
  let requests = 0;
  let bodiesBytes = 0;
  let largeAnswers = 0;
  const waiting = new Map<Stay, () => void>();

  /** To whoever waits longest, if anybody does. */
  function passOnLargeAnswer(): void {
    const [next] = waiting;
    if (next === undefined) {
      largeAnswers -= 1;
      return;
    }
    const [stay, start] = next;
    waiting.delete(stay);
    start();
  }

  function createStay(): Stay {
    let body = 0;
    let hasLargeAnswer = false;
    const counted = (bytes: number) => (bytes > limits.smallBodyBytes ? bytes : 0);
    const stay: Stay = {
      limits,
      growBody(bytes) {
        const more = counted(body + bytes) - counted(body);
        if (body + bytes > limits.bodyBytes) throw bodyTooLarge(limits);
        if (bodiesBytes + more > limits.bodiesBytes) throw noRoomForBody(limits);
        body += bytes;
        bodiesBytes += more;
      },
      largeAnswer() {
        return new Promise((resolve) => {
          const start = () => {
            hasLargeAnswer = true;
            resolve();
          };
          if (hasLargeAnswer) return resolve();
          if (largeAnswers >= limits.largeAnswers) return void waiting.set(stay, start);
          largeAnswers += 1;
          start();
        });
      },
      leave() {
        requests -= 1;
        bodiesBytes -= counted(body);
        waiting.delete(stay);
        if (hasLargeAnswer) passOnLargeAnswer();
      },
    };
    return stay;
  }

  return {
    limits,
    enter() {
      if (requests >= limits.requests) throw tooManyRequests(limits);
      requests += 1;
      return createStay();
    },
  };
}

function bodyTooLarge({ bodyBytes }: RoomLimits): Problem {
  const message = `The request body is larger than ${bodyBytes / MiB} MiB`;
  return new Problem(413, 'payload_too_large', message);
}

function noRoomForBody({ bodiesBytes }: RoomLimits): Problem {
  return overloaded(
    `The bodies of the requests under way fill the ${bodiesBytes / MiB} MiB that the gateway holds at a time`,
  );
}

function tooManyRequests({ requests }: RoomLimits): Problem {
  return overloaded(`${requests} requests are under way, which is as many as the gateway takes`);
}

function overloaded(why: string): Problem {
  return new Problem(503, 'overloaded', `${why}: try again in a moment`, { retryAfterS: 2 });
}
