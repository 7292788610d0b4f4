import type { IncomingMessage } from 'node:http';
import { CancelError } from '../errors.ts';
import { isRecord } from '../routing/record.ts';
import { Problem } from './problem.ts';
import type { ChatBody } from './target.ts';

/** Room for a handful of pictures. */
const mostBytes = 32 * 1024 * 1024;

/** Levels of lists and objects in one another: far more would be too many for JSON.stringify. */
const deepest = 500;

/** The chat request. Throws Problem for what is none, CancelError when the client has gone. */
export async function readChatBody(request: IncomingMessage): Promise<ChatBody> {
  const body = parsed(await readBytes(request));
  if (!isRecord(body)) throw bad('The body is no JSON object');
  const { messages } = body;
  if (!Array.isArray(messages)) throw bad('The body has no list of messages');
  if (isDeeper(body, deepest)) throw bad(`The body nests deeper than ${deepest} levels`);
  return { ...body, messages };
}

function readBytes(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let bytes = 0;
    request.on('data', (part: Buffer) => {
      bytes += part.length;
      if (bytes <= mostBytes) parts.push(part);
      else reject(tooLarge());
    });
    request.on('end', () => resolve(Buffer.concat(parts)));
    request.on('error', () => reject(new CancelError()));
    request.on('close', () => {
      if (!request.complete) reject(new CancelError());
    });
  });
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

function tooLarge(): Problem {
  return new Problem(
    413,
    'payload_too_large',
    `The body is larger than ${mostBytes / 1024 / 1024} MiB`,
  );
}
