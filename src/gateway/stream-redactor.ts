import { setImmediate } from 'node:timers/promises';
import type { Redactor } from '../text/redact.ts';

/** A line up to this length is held back until its end. */
const longLineBytes = 64 * 1024;

/** Longer than a secret in any spelling. */
const windowBytes = 16 * 1024;

/** Hides secrets in the bytes of a stream. */
export function createStreamRedactor(redactor: Redactor) {
  let kept: Buffer = nothing;
  return {
    /** What can be passed on: whole lines, since a secret may come in two pieces; of a long line all but its end. */
    push(bytes: Buffer): Buffer {
      const whole = kept.length === 0 ? bytes : Buffer.concat([kept, bytes]);
      const line = startOfLastLine(whole);
      const isLong = whole.length - line > longLineBytes;
      const end = isLong ? cutBefore(redactor, whole, whole.length - windowBytes) : line;
      kept = whole.subarray(end);
      return redacted(redactor, whole.subarray(0, end));
    },
    /** What was held back. */
    end(): Buffer {
      const rest = kept;
      kept = nothing;
      return redacted(redactor, rest);
    },
  };
}

function startOfLastLine(bytes: Buffer): number {
  let start = bytes.length;
  while (start > 0 && bytes[start - 1] !== lineFeed && bytes[start - 1] !== carriageReturn)
    start -= 1;
  return start;
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** A place near `about` where the bytes can be cut: neither inside a character nor inside a secret. */
function cutBefore(redactor: Redactor, bytes: Buffer, about: number): number {
  let end = about;
  while (end > about - 3 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  const [head, tail] = [bytes.toString('utf8', 0, end), bytes.toString('utf8', end)];
  const cut = redactor
    .find(head + tail)
    .find(({ from, to }) => from < head.length && head.length < to);
  return cut === undefined ? end : end + Buffer.byteLength(tail.slice(0, cut.to - head.length));
}

/** Hides secrets in a whole answer; in a large one piece by piece, so that other requests get their turn. */
export function redactedBody(redactor: Redactor, bytes: Buffer): Buffer | Promise<Buffer> {
  return bytes.length <= pieceBytes
    ? redacted(redactor, bytes)
    : redactedPieceByPiece(redactor, bytes);
}

async function redactedPieceByPiece(redactor: Redactor, bytes: Buffer): Promise<Buffer> {
  const stream = createStreamRedactor(redactor);
  const shown: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    shown.push(stream.push(bytes.subarray(at, at + pieceBytes)));
    await setImmediate();
  }
  return Buffer.concat([...shown, stream.end()]);
}

const pieceBytes = 256 * 1024;

/** The same buffer where there is nothing to hide. */
export function redacted(redactor: Redactor, bytes: Buffer): Buffer {
  const text = bytes.toString('utf8');
  const shown = redactor.redact(text);
  return shown === text ? bytes : Buffer.from(shown, 'utf8');
}

const nothing = Buffer.alloc(0);
