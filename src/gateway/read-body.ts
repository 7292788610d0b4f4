import type { IncomingMessage } from 'node:http';
import { CancelError } from '../platform/errors.ts';
import { isRecord } from '../platform/record.ts';
import { Problem } from './problem.ts';
import type { Stay } from './room.ts';
import type { ChatBody } from './target.ts';

/** Of one request, lists, objects and what they hold; each takes far more memory than its text. */
const mostValues = 500_000;

/** Levels of lists and objects in one another: far more would be too many for JSON.stringify. */
const deepest = 500;

/** The chat request. Throws Problem for what is none or has no room, CancelError when the client has gone. */
export async function readChatBody(request: IncomingMessage, stay: Stay): Promise<ChatBody> {
  assertPlain(request);
  const bytes = await readBytes(request, stay);
  if (hasMoreValues(bytes, mostValues)) throw bad(`The body has more than ${mostValues} values`);
  const body = parsed(bytes);
  if (!isRecord(body)) throw bad('The body is no JSON object');
  const { messages } = body;
  if (!Array.isArray(messages)) throw bad('The body has no list of messages');
  if (isDeeper(body, deepest)) throw bad(`The body nests deeper than ${deepest} levels`);
  return { ...body, messages };
}

/** Nothing is unpacked: a few kilobytes may hold gigabytes. */
function assertPlain({ headers }: IncomingMessage): void {
  const encoding = headers['content-encoding'] ?? 'identity';
  if (/^identity$/i.test(encoding.trim())) return;
  const message = `The body is encoded as ${JSON.stringify(encoding.slice(0, 40))}: send it as plain JSON`;
  throw new Problem(415, 'unsupported_encoding', message);
}

/** What comes of a body that was refused is let pass: a client that is cut off while it sends sees no reason. */
function readBytes(request: IncomingMessage, stay: Stay): Promise<Buffer> {
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
        stay.growBody(part.length);
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
function hasMoreValues(json: Buffer, most: number): boolean {
  if (json.length <= most) return false;
  let count = 0;
  for (let at = 0; at < json.length && count <= most; at += 1) {
    const byte = json[at];
    if (byte === quote) at = endOfString(json, at + 1);
    else if (byte === comma || byte === openBracket || byte === openBrace) count += 1;
  }
  return count > most;
}

const [quote, comma, openBracket, backslash, openBrace] = [0x22, 0x2c, 0x5b, 0x5c, 0x7b];

/** Where the string's closing quote is; its end where it has none. */
function endOfString(json: Buffer, from: number): number {
  for (let end = json.indexOf(quote, from); end >= 0; end = json.indexOf(quote, end + 1)) {
    let slashes = 0;
    while (end - 1 - slashes >= from && json[end - 1 - slashes] === backslash) slashes += 1;
    if (slashes % 2 === 0) return end;
  }
  return json.length;
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw bad('The body is no JSON');
  }
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}

function bad(message: string): Problem {
  return new Problem(400, 'invalid_request', message);
}
