import type { IncomingMessage } from 'node:http';
import { CancelError } from '../platform/errors.ts';
import { isRecord, without } from '../platform/record.ts';
import type { RequestBody } from '../pricing/measure.ts';
import { linksOf } from '../routing/choose.ts';
import { ForbiddenByEntry } from '../routing/provider-rules.ts';
import { combineRequest } from '../routing/request.ts';
import {
  type ExactNumbers,
  endOfString,
  exactNumbersIn,
  NestedTooDeep,
  parseJson,
  withExactNumbers,
} from '../text/parse-json.ts';
import type { Format } from './formats.ts';
import { HttpError } from './http-response.ts';
import type { RequestSlot } from './limits.ts';
import type { LiveEntry } from './live-setup.ts';

/** The most JSON values in one request: each takes far more memory than its text. */
const maxValues = 500_000;

/**
 * Reads a model request. Throws HttpError if it is invalid or too large, CancelError if the client has disconnected.
 */
export async function readModelRequest(
  request: IncomingMessage,
  format: Format,
  slot: RequestSlot,
): Promise<RequestBody> {
  const { body } = await readJsonRequest(request, slot);
  const problem = format.problemOf(body);
  if (problem !== null) throw bad(`The body ${problem}`);
  return body;
}

/** Reads any other request with a JSON body. Throws as `readModelRequest` does. */
export async function readJsonRequest(
  request: IncomingMessage,
  slot: RequestSlot,
): Promise<{ readonly body: RequestBody; readonly bytes: Buffer }> {
  assertPlain(request);
  const bytes = await readBytes(request, slot);
  const text = bytes.toString('utf8');
  if (hasMoreValues(text, maxValues)) throw bad(`The body has more than ${maxValues} values`);
  const body = parsed(text);
  if (!isRecord(body)) throw bad('The body is not a JSON object');
  const exact = exactNumbersIn(text);
  if (exact.size > 0) exactNumbers.set(body, exact);
  return { body, bytes };
}

const exactNumbers = new WeakMap<RequestBody, ExactNumbers>();

/** Serializes `body`, keeping the numbers of the client's request exactly as it wrote them. */
export function jsonOf(sent: RequestBody, body: RequestBody): string {
  const json = JSON.stringify(body);
  const exact = exactNumbers.get(sent);
  return exact === undefined ? json : withExactNumbers(json, exact);
}

/** Compressed bodies are refused: a few kilobytes may expand to gigabytes. */
function assertPlain({ headers }: IncomingMessage): void {
  const encoding = headers['content-encoding'] ?? 'identity';
  if (/^identity$/i.test(encoding.trim())) return;
  const message = `The body is encoded as ${JSON.stringify(encoding.slice(0, 40))}: send it as plain JSON`;
  throw new HttpError(415, 'unsupported_encoding', message);
}

/** Keeps reading a rejected body: a client that is cut off while sending never sees the error. */
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

/** Counts the commas and opening brackets outside strings. */
function hasMoreValues(json: string, max: number): boolean {
  if (json.length <= max) return false;
  let count = 0;
  for (let at = 0; at < json.length && count <= max; at += 1) {
    const char = json[at];
    if (char === '"') at = endOfString(json, at + 1);
    else if (char === ',' || char === '[' || char === '{') count += 1;
  }
  return count > max;
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

/**
 * Parameters that the gateway sets itself. Given `models`, `fallbacks` or `route`, OpenRouter would try other models on
 * its own.
 */
const gatewayParameters = new Set(['model', 'models', 'fallbacks', 'route', 'stream']);

/**
 * The body to send for one link: the entry's parameters and everything the client sent, including unknown fields.
 * Throws HttpError if the entry does not allow the request.
 */
export function linkBody(
  entry: LiveEntry,
  model: string,
  { answers }: Format,
  sent: RequestBody,
): RequestBody {
  const parameters = without(sent, gatewayParameters);
  const isModelOfClient = !linkModelsOf(entry).has(model);
  const stream = sent.stream === true;
  const request = { format: answers.name, parameters, stream, isModelOfClient };
  return allowedBy(entry, () => combineRequest(entry, model, request));
}

/** Throws HttpError if the entry does not allow it. */
export function allowedBy<R>({ name }: LiveEntry, combine: () => R): R {
  try {
    return combine();
  } catch (error) {
    if (!(error instanceof ForbiddenByEntry)) throw error;
    const message = `The entry ${JSON.stringify(name)} refuses this request: ${error.message}`;
    throw new HttpError(400, 'forbidden_by_entry', message);
  }
}

const linkModels = new WeakMap<LiveEntry, ReadonlySet<string>>();

function linkModelsOf(entry: LiveEntry): ReadonlySet<string> {
  const known = linkModels.get(entry);
  if (known !== undefined) return known;
  const models = new Set(linksOf(entry).map(({ model }) => model));
  linkModels.set(entry, models);
  return models;
}
