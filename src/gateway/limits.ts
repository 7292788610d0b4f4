import { HttpError } from './http-response.ts';

const MiB = 1024 * 1024;

/** Limits on what the gateway holds in memory at one time. */
export interface Limits {
  readonly requests: number;
  /** Per request: enough for a handful of pictures. */
  readonly bodyBytes: number;
  /** For all requests in flight, whose bodies are kept until the last model has answered. */
  readonly bodiesBytes: number;
  /** Bodies up to this size do not count towards `bodiesBytes`. */
  readonly smallBodyBytes: number;
  /** For one non-streaming answer. */
  readonly answerBytes: number;
  /** Answers beyond this size count as large. */
  readonly smallAnswerBytes: number;
  /** How many large answers may be read at one time. */
  readonly largeAnswers: number;
}

export const defaultLimits: Limits = {
  requests: 512,
  bodyBytes: 32 * MiB,
  bodiesBytes: 128 * MiB,
  smallBodyBytes: MiB / 8,
  answerBytes: 64 * MiB,
  smallAnswerBytes: MiB,
  largeAnswers: 2,
};

export interface Limiter {
  readonly limits: Limits;
  /** Throws HttpError 503 if too many requests are in flight. */
  admit(): RequestSlot;
}

/** One request's share of the limits. */
export interface RequestSlot {
  readonly limits: Limits;
  /**
   * Counts bytes of the request body. Throws HttpError: 413 if the body is too large, 503 if all bodies together are.
   */
  addBody(bytes: number): void;
  /** Resolves when a large answer may be read. It waits instead of failing, because the answer is already paid for. */
  waitForLargeAnswer(): Promise<void>;
  /** Returns everything to the limiter. */
  release(): void;
}

export function createLimiter(limits: Limits = defaultLimits): Limiter {
  let requests = 0;
  let bodiesBytes = 0;
  let largeAnswers = 0;
  const waiting = new Map<RequestSlot, () => void>();

  /** Lets the longest-waiting request read its large answer. */
  function passOnLargeAnswer(): void {
    const [next] = waiting;
    if (next === undefined) {
      largeAnswers -= 1;
      return;
    }
    const [slot, start] = next;
    waiting.delete(slot);
    start();
  }

  function createSlot(): RequestSlot {
    let body = 0;
    let hasLargeAnswer = false;
    const counted = (bytes: number) => (bytes > limits.smallBodyBytes ? bytes : 0);
    const slot: RequestSlot = {
      limits,
      addBody(bytes) {
        const more = counted(body + bytes) - counted(body);
        if (body + bytes > limits.bodyBytes) throw bodyTooLarge(limits);
        if (bodiesBytes + more > limits.bodiesBytes) throw noRoomForBody(limits);
        body += bytes;
        bodiesBytes += more;
      },
      waitForLargeAnswer() {
        return new Promise((resolve) => {
          const start = () => {
            hasLargeAnswer = true;
            resolve();
          };
          if (hasLargeAnswer) return resolve();
          if (largeAnswers >= limits.largeAnswers) return void waiting.set(slot, start);
          largeAnswers += 1;
          start();
        });
      },
      release() {
        requests -= 1;
        bodiesBytes -= counted(body);
        waiting.delete(slot);
        if (hasLargeAnswer) passOnLargeAnswer();
      },
    };
    return slot;
  }

  return {
    limits,
    admit() {
      if (requests >= limits.requests) throw tooManyRequests(limits);
      requests += 1;
      return createSlot();
    },
  };
}

function bodyTooLarge({ bodyBytes }: Limits): HttpError {
  const message = `The request body is larger than ${bodyBytes / MiB} MiB: send fewer or smaller files, or start a new session`;
  return new HttpError(413, 'payload_too_large', message);
}

function noRoomForBody({ bodiesBytes }: Limits): HttpError {
  return overloaded(
    `The bodies of the requests in progress fill the ${bodiesBytes / MiB} MiB that the gateway holds at a time`,
  );
}

function tooManyRequests({ requests }: Limits): HttpError {
  return overloaded(`${requests} requests are in progress, which is the most the gateway handles`);
}

function overloaded(why: string): HttpError {
  return new HttpError(503, 'overloaded', `${why}: try again in a moment`, { retryAfterS: 2 });
}
