import { plainFailure, WireError } from '../openrouter/wire-error.ts';
import { roomLimits, type Stay } from './room.ts';
import type { UpstreamAnswer } from './upstream.ts';

/** The whole body. Throws WireError: an answer had begun, so that a break is `garbled`, as is one that is too large. */
export function readWhole(
  { message, status, failureOf, close }: UpstreamAnswer,
  stay: Stay | null = null,
): Promise<Buffer> {
  const { answerBytes, smallAnswerBytes } = stay?.limits ?? roomLimits;
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let bytes = 0;
    let isLarge = false;
    message.on('data', (part: Buffer) => {
      bytes += part.length;
      parts.push(part);
      if (bytes > answerBytes) {
        parts.length = 0;
        close();
        reject(new WireError(plainFailure('garbled', tooLarge(answerBytes), { status })));
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

function tooLarge(most: number): string {
  return `The answer is larger than the ${most / 1024 / 1024} MiB that one may have`;
}
