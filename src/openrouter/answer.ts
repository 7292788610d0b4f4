import * as v from 'valibot';
import type { Clock } from '../platform/deps.ts';
import { isNestedTooDeep, jsonOrUndefined, NestedTooDeep } from '../text/parse-json.ts';
import type { Redactor } from '../text/redact.ts';
import { failureFromBody, isErrorBody, retryAfterOf } from './error-body.ts';
import type { Exchange } from './exchange.ts';
import { plainFailure, WireError, type WireFailure } from './wire-error.ts';

/** The context for reading an answer. */
export interface Reader {
  readonly host: string;
  readonly clock: Clock;
  /** Hides the key that was sent, which an answer may echo. */
  readonly redactor: Redactor;
}

/** The JSON of an answer. Throws WireError for a status other than 2xx, for `{error}` under 200, and for invalid JSON. */
export async function readJson(reader: Reader, exchange: Exchange): Promise<unknown> {
  const text = await (isOk(exchange) ? exchange.text() : receivedText(exchange));
  return jsonIn(reader, exchange, text);
}

/** The same for a body that was already read. */
export function jsonIn(reader: Reader, exchange: Exchange, text: string): unknown {
  const ok = isOk(exchange);
  const body = jsonOrUndefined(text);
  if (body !== undefined && (!ok || isErrorBody(body))) {
    throw new WireError(errorAnswer(reader, exchange, body, 'http'));
  }
  if (ok && body !== undefined) return body;
  throw new WireError(ok ? notJson(reader, exchange, text) : bareStatus(reader, exchange, text));
}

function isOk({ status }: Exchange): boolean {
  return status >= 200 && status < 300;
}

/** The failure described by an error body or an error in a stream. */
export function errorAnswer(
  reader: Reader,
  exchange: Exchange,
  body: unknown,
  kind: 'http' | 'stream',
): WireFailure {
  return failureFromBody(body, {
    kind,
    status: exchange.status,
    retryAfterMs: retryAfterOf(exchange.status, exchange.headers, reader.clock.now()),
    redactor: reader.redactor,
    now: reader.clock.now(),
  });
}

/** Parses a value with the schema. Throws WireError of kind `garbled` with the path that does not match. */
export function shaped<S extends v.GenericSchema>(
  reader: Reader,
  schema: S,
  value: unknown,
): v.InferOutput<S> {
  const parsed = v.safeParse(schema, value);
  if (parsed.success) return parsed.output;
  const path = v.getDotPath(parsed.issues[0]) ?? 'its top level';
  throw new WireError(
    plainFailure('garbled', `The answer of ${reader.host} has an unexpected shape at ${path}`),
  );
}

/** In characters; error bodies are far smaller. */
const maxErrorLength = 1024 * 1024;

/** The part of an error body that was received: the status counts even if the body is cut off. */
async function receivedText(exchange: Exchange): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  try {
    for await (const chunk of exchange.chunks()) {
      text += decoder.decode(chunk, { stream: true });
      if (text.length > maxErrorLength) break;
    }
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
  }
  return text;
}

function notJson(reader: Reader, exchange: Exchange, text: string): WireFailure {
  const message = `${reader.host} answered with ${description(text)}`;
  return plainFailure('garbled', message, { status: exchange.status });
}

function description(text: string): string {
  if (isNestedTooDeep(text)) return `JSON that is ${new NestedTooDeep().message}`;
  if (text.trim() === '') return 'an empty body in place of JSON';
  return `${isHtml(text) ? 'a web page' : 'text'} in place of JSON`;
}

// A proxy, load balancer or captive portal in front of the API answers with a page or an empty body. These statuses
// still keep their meaning; a page with 404 or 403 means that this is not the API.
const unambiguousStatuses = new Set([401, 402, 407, 408, 429]);

function bareStatus(reader: Reader, exchange: Exchange, text: string): WireFailure {
  const { status, headers } = exchange;
  if (isHtml(text) && status < 500 && !unambiguousStatuses.has(status))
    return notJson(reader, exchange, text);
  const detail = isHtml(text) || text.trim() === '' ? '' : `: ${text}`;
  return failureFromBody(
    { error: { message: `HTTP ${status} from ${reader.host}${detail}` } },
    {
      kind: 'http',
      status,
      retryAfterMs: retryAfterOf(status, headers, reader.clock.now()),
      redactor: reader.redactor,
      isBare: true,
    },
  );
}

function isHtml(text: string): boolean {
  return /^\s*<(?:!doctype|html|head|body|\?xml)/i.test(text);
}
