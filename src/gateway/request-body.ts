import type { IncomingMessage } from 'node:http';
import { CancelError } from '../platform/errors.ts';
import { isRecord } from '../platform/record.ts';
import { endOfString, NestedTooDeep, parseJson } from '../text/parse-json.ts';
import { HttpError } from './http-error.ts';
import type { RequestSlot } from './limits.ts';
import type { ChatBody } from './target.ts';

/** Of one request, lists, objects and what they hold; each takes far more memory than its text. */
const mostValues = 500_000;

/** The chat request. Throws HttpError for what is none or has no room, CancelError when the client has gone. */
export async function readChatBody(request: IncomingMessage, slot: RequestSlot): Promise<ChatBody> {
  assertPlain(request);
  const text = (await readBytes(request, slot)).toString('utf8');
  if (hasMoreValues(text, mostValues)) throw bad(`The body has more than ${mostValues} values`);
  const body = parsed(text);
  if (!isRecord(body)) throw bad('The body is not a JSON object');
  const { messages } = body;
  if (!Array.isArray(messages)) throw bad('The body has no list of messages');
  return { ...body, messages };
}

/** Nothing is unpacked: a few kilobytes may hold gigabytes. */
function assertPlain({ headers }: IncomingMessage): void {
  const encoding = headers['content-encoding'] ?? 'identity';
  if (/^identity$/i.test(encoding.trim())) return;
  const message = `The body is encoded as ${JSON.stringify(encoding.slice(0, 40))}: send it as plain JSON`;
  throw new HttpError(415, 'unsupported_encoding', message);
}

/** What comes of a body that was refused is let pass: a client that is cut off while it sends sees no reason. */
function readBytes(request: IncomingMessage, slot: RequestSlot): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let refused = false;
    const refuse = (error: unknown) => {
      refused = true;
      parts.length = 0;
      reject(error);
    };
    request.on('data', (part: Buffer) => {
      if (refused) return;
      try {
        slot.addBody(part.length);
        parts.push(part);
      } catch (error) {
        refuse(error);
      }
    });
    request.on('end', () => resolve(Buffer.concat(parts.splice(0))));
    request.on('error', () => reject(new CancelError()));
    request.on('close', () => {
      if (!request.complete) reject(new CancelError());
    });
  });
}

/** Counts the commas and opening brackets that are in no string. */
function hasMoreValues(json: string, most: number): boolean {
  if (json.length <= most) return false;
  let count = 0;
  for (let at = 0; at < json.length && count <= most; at += 1) {
    const char = json[at];
    if (char === '"') at = endOfString(json, at + 1);
    else if (char === ',' || char === '[' || char === '{') count += 1;
  }
  return count > most;
}

function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    throw bad(
      error instanceof NestedTooDeep ? `The body is ${error.message}` : 'The body is not JSON',
    );
  }
}

function bad(message: string): HttpError {
  return new HttpError(400, 'invalid_request', message);
}
