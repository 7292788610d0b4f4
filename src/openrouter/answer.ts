import * as v from 'valibot';
import type { Clock } from '../platform/deps.ts';
import { isNestedTooDeep, NestedTooDeep, parseJson } from '../text/parse-json.ts';
import type { Redactor } from '../text/redact.ts';
import { failureFromBody, isErrorBody } from './error-body.ts';
import type { Exchange } from './exchange.ts';
import { retryAfterOf } from './retry-after.ts';
import { plainFailure, WireError, type WireFailure } from './wire-error.ts';

/** What it takes to understand an answer. */
export interface Reader {
  readonly host: string;
  readonly clock: Clock;
  /** Knows the key that was sent, which may be echoed. */
  readonly redactor: Redactor;
}

/** The JSON of an answer. Throws WireError for any status but 2xx, for `{error}` under 200, and for what is no JSON. */
export async function readJson(reader: Reader, exchange: Exchange): Promise<unknown> {
  const ok = exchange.status >= 200 && exchange.status < 300;
  const text = await (ok ? exchange.text() : whatCame(exchange));
  const body = parse(text);
  if (body !== undefined && (!ok || isErrorBody(body))) {
    throw new WireError(errorAnswer(reader, exchange, body, 'http'));
  }
  if (ok && body !== undefined) return body;
  throw new WireError(ok ? notJson(reader, exchange, text) : bareStatus(reader, exchange, text));
}

/** The failure that an error body, or an error in a stream, tells. */
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
  });
}

/** The value as the schema has it; throws WireError, kind `garbled`, with the place that does not fit. */
export function shaped<S extends v.GenericSchema>(
  reader: Reader,
  schema: S,
  value: unknown,
): v.InferOutput<S> {
  const parsed = v.safeParse(schema, value);
  if (parsed.success) return parsed.output;
  const place = v.getDotPath(parsed.issues[0]) ?? 'the whole of it';
  throw new WireError(
    plainFailure(
      'garbled',
      `The answer of ${reader.host} has another shape than expected, at ${place}`,
    ),
  );
}

/** In characters; what says why is far shorter. */
const LARGEST_REFUSAL = 1024 * 1024;

/** The body of a refusal as far as it came: its status and headers stand, should it break off or hang after them. */
async function whatCame(exchange: Exchange): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  try {
    for await (const chunk of exchange.chunks()) {
      text += decoder.decode(chunk, { stream: true });
      if (text.length > LARGEST_REFUSAL) break;
    }
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
  }
  return text;
}

/** Undefined for what is no JSON; JSON itself knows no undefined. */
function parse(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

function notJson(reader: Reader, exchange: Exchange, text: string): WireFailure {
  const message = `${reader.host} answered with ${whatItIs(text)}`;
  return plainFailure('garbled', message, { status: exchange.status });
}

function whatItIs(text: string): string {
  if (isNestedTooDeep(text)) return `JSON that is ${new NestedTooDeep().message}`;
  const what = isHtml(text) ? 'a web page' : 'something that is no JSON';
  return `${text.trim() === '' ? 'nothing' : what} in place of JSON`;
}

// What stands between us and the API (a proxy, a load balancer, a portal) answers with a page or with nothing.
// A status that can only mean one thing keeps its meaning; a page with 404 or 403 means that this is not the API.
const TELLING = new Set([401, 402, 407, 408, 429]);

function bareStatus(reader: Reader, exchange: Exchange, text: string): WireFailure {
  const { status, headers } = exchange;
  if (isHtml(text) && status < 500 && !TELLING.has(status)) return notJson(reader, exchange, text);
  const words = isHtml(text) || text.trim() === '' ? '' : `: ${text}`;
  return failureFromBody(
    { error: { message: `HTTP ${status} from ${reader.host}${words}` } },
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
