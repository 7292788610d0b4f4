import { setImmediate } from 'node:timers/promises';
import type { Redactor } from '../text/redact.ts';

/** Hides secrets in the bytes of a stream. */
export interface StreamRedactor {
  /** What can go on now: whole lines, since a secret may come in two pieces. */
  push(bytes: Buffer): Buffer;
  /** What was kept back. */
  end(): Buffer;
}

/** A line without end goes on as it is: no error that quotes a request is as long, and memory is not without end. */
const longestLineBytes = 1024 * 1024;

export function createStreamRedactor(redactor: Redactor): StreamRedactor {
  let kept: Buffer = nothing;
  return {
    push(bytes) {
      const whole = kept.length === 0 ? bytes : Buffer.concat([kept, bytes]);
      const end = Math.max(whole.lastIndexOf('\n'), whole.lastIndexOf('\r')) + 1;
      if (end === 0 && whole.length > longestLineBytes) {
        kept = nothing;
        return whole;
      }
      kept = whole.subarray(end);
      return redacted(redactor, whole.subarray(0, end));
    },
    end() {
      const rest = kept;
      kept = nothing;
      return redacted(redactor, rest);
    },
  };
}

/** Of an answer that is read whole; a large one in pieces, between which other requests get their turn. */
export async function redactedWhole(redactor: Redactor, bytes: Buffer): Promise<Buffer> {
  if (bytes.length <= pieceBytes) return redacted(redactor, bytes);
  const stream = createStreamRedactor(redactor);
  const shown: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    shown.push(stream.push(bytes.subarray(at, at + pieceBytes)));
    await setImmediate();
  }
  return Buffer.concat([...shown, stream.end()]);
}

const pieceBytes = 256 * 1024;

/** The very bytes where nothing is hidden. */
export function redacted(redactor: Redactor, bytes: Buffer): Buffer {
  const text = bytes.toString('utf8');
  const shown = redactor.redact(text);
  return shown === text ? bytes : Buffer.from(shown, 'utf8');
}

const nothing = Buffer.alloc(0);
