import { plainFailure, WireError } from '../openrouter/wire-error.ts';
import { roomLimits, type Stay } from './room.ts';
import type { UpstreamAnswer } from './upstream.ts';

/**
 * The whole body. Throws WireError: an answer had begun, so that a break is `garbled`, as is one that is too large. A
 * refusal has less room, since secrets are looked for in all of it, and keeps its status.
 */
export function readWhole(
  { message, status, failureOf, close }: UpstreamAnswer,
  stay: Stay | null = null,
): Promise<Buffer> {
  const { answerBytes, smallAnswerBytes } = stay?.limits ?? roomLimits;
  const mostBytes = status < 400 ? answerBytes : smallAnswerBytes;
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let bytes = 0;
    let isLarge = false;
    message.on('data', (part: Buffer) => {
      bytes += part.length;
      parts.push(part);
      if (bytes > mostBytes) {
        parts.length = 0;
        close();
        reject(tooLarge(status, mostBytes));
      } else if (bytes > smallAnswerBytes && stay !== null && !isLarge) {
        isLarge = true;
        message.pause();
        void stay.largeAnswer().then(() => message.resume());
      }
    });
    message.on('end', () => resolve(Buffer.concat(parts.splice(0))));
    message.on('error', () => reject(failureOf()));
  });
}

function tooLarge(status: number, mostBytes: number): WireError {
  const [kind, what] =
    status < 400 ? (['garbled', 'answer'] as const) : (['http', 'error'] as const);
  const words = `The ${what} is larger than the ${mostBytes / 1024 / 1024} MiB that one may have`;
  return new WireError(plainFailure(kind, words, { status }));
}
