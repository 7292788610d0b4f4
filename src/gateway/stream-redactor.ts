import { setImmediate } from 'node:timers/promises';
import type { Redactor } from '../text/redact.ts';

/** Lines up to this length are held back until they are complete. */
const longLineBytes = 64 * 1024;

/** Longer than a secret in any encoding. */
const windowBytes = 16 * 1024;

/** Redacts secrets in the bytes of a stream. */
export function createStreamRedactor(redactor: Redactor) {
  let kept: Buffer = nothing;
  return {
    /**
     * Returns what is safe to send: whole lines, since a secret may be split between chunks, and all but the end of a
     * long line.
     */
    push(bytes: Buffer): Buffer {
      const whole = kept.length === 0 ? bytes : Buffer.concat([kept, bytes]);
      const line = startOfLastLine(whole);
      const isLong = whole.length - line > longLineBytes;
      const end = isLong ? cutBefore(redactor, whole, whole.length - windowBytes) : line;
      kept = whole.subarray(end);
      return redacted(redactor, whole.subarray(0, end));
    },
    /** Returns the rest that was held back. */
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

/** An offset near `about` where the bytes can be cut without splitting a character or a secret. */
function cutBefore(redactor: Redactor, bytes: Buffer, about: number): number {
  let end = about;
  while (end > about - 3 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  const [head, tail] = [bytes.toString('utf8', 0, end), bytes.toString('utf8', end)];
  const cut = redactor
    .find(head + tail)
    .find(({ from, to }) => from < head.length && head.length < to);
  return cut === undefined ? end : end + Buffer.byteLength(tail.slice(0, cut.to - head.length));
}

/** Redacts secrets in a whole answer; a large one is processed in pieces so that other requests get their turn. */
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

/** Returns the same buffer if there is nothing to redact. */
export function redacted(redactor: Redactor, bytes: Buffer): Buffer {
  const text = bytes.toString('utf8');
  const shown = redactor.redact(text);
  return shown === text ? bytes : Buffer.from(shown, 'utf8');
}

const nothing = Buffer.alloc(0);
