import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { isCrossOrigin, isLoopbackHostHeader } from '../platform/destination.ts';
import { UserError } from '../platform/errors.ts';
import type { Fault } from './faults.ts';
import type { Reply } from './http.ts';
import { ApiError, errorAnswer, send } from './http.ts';
import { dispatch } from './router.ts';
import type { SandboxOptions, State } from './state.ts';
import { createState } from './state.ts';

/** A received request. */
interface RequestRecord {
  readonly method: string;
  /** Includes `/api/v1`, but not the query. */
  readonly path: string;
  readonly model: string | null;
  /** Null until the request is answered, which a fault may prevent. */
  readonly status: number | null;
  readonly at: Date;
}

export interface Sandbox {
  /** `http://127.0.0.1:<port>/api/v1` */
  readonly url: string;
  readonly port: number;
  readonly key: string;
  readonly managementKey: string;
  readonly requests: readonly RequestRecord[];
  setFaults(faults: readonly Fault[]): void;
  /** Closes all connections, including hanging ones. A second call does nothing. */
  close(): Promise<void>;
}

const host = '127.0.0.1';
const maxBodyBytes = 8 * 1024 * 1024;

/**
 * Starts a fake OpenRouter on loopback. The same requests in the same order get the same bytes: ids come from the seed,
 * times from the clock. Throws UserError if the port is in use.
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { state, key, managementKey } = createState(options);
  const requests: OpenRecord[] = [];
  const closing = new AbortController();
  const server = createServer((request, response) => {
    const record = openRecord(request, state);
    requests.push(record);
    const refused = refusalOf(request.headers, options.allowedHosts ?? []);
    void respond(state, request, response, record, refused, closing.signal);
  });
  const port = await listen(server, options.port ?? 0);
  return {
    url: `http://${host}:${port}/api/v1`,
    port,
    key,
    managementKey,
    requests,
    setFaults: (faults) => state.faults.set(faults),
    close: () => {
      closing.abort();
      return closeServer(server);
    },
  };
}

type OpenRecord = { -readonly [Name in keyof RequestRecord]: RequestRecord[Name] };

function openRecord(request: IncomingMessage, state: State): OpenRecord {
  const [path = ''] = (request.url ?? '').split('?', 1);
  return {
    method: request.method ?? 'GET',
    path,
    model: null,
    status: null,
    at: state.clock.now(),
  };
}

async function respond(
  state: State,
  request: IncomingMessage,
  response: ServerResponse,
  record: OpenRecord,
  refused: Reply | null,
  signal: AbortSignal,
): Promise<void> {
  const body = await readBody(request);
  if (body === null) return;
  const reply =
    refused ?? (body.size > maxBodyBytes ? tooLarge() : replyTo(state, request, body.text, record));
  await send(response, reply, state.clock, signal, (status) => {
    record.status = status;
  });
}

/** Prevents DNS rebinding: a page whose name resolves to 127.0.0.1 is same-origin, but sends its own `Host`. */
function refusalOf(headers: IncomingHttpHeaders, allowedHosts: readonly string[]): Reply | null {
  const { host = '' } = headers;
  if (isCrossOrigin(headers)) {
    return errorAnswer(new ApiError(403, 'The sandbox does not answer web pages'));
  }
  if (isLoopbackHostHeader(host) || allowedHosts.includes(host.replace(/:\d+$/, ''))) return null;
  return errorAnswer(
    new ApiError(
      403,
      'The sandbox answers only to localhost, 127.0.0.1, [::1] and the names of --allow-host',
    ),
  );
}

function replyTo(state: State, request: IncomingMessage, body: string, record: OpenRecord): Reply {
  const url = request.url ?? '';
  const mark = url.indexOf('?');
  const call = {
    method: record.method,
    path: record.path,
    query: new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1)),
    headers: request.headers,
    body,
  };
  try {
    return dispatch(state, call, (model) => {
      record.model = model;
    });
  } catch (error) {
    // A bug in the sandbox, not a requested fault. Answer instead of keeping the client waiting.
    return errorAnswer(new ApiError(500, `The sandbox itself failed: ${String(error)}`));
  }
}

interface Body {
  /** In bytes; above the limit, the text is incomplete. */
  readonly size: number;
  readonly text: string;
}

/** Null if the client disconnected. Reads even an oversized body to its end, so that the client gets our answer. */
async function readBody(request: IncomingMessage): Promise<Body | null> {
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of request) {
      size += part.length;
      if (size <= maxBodyBytes) parts.push(part);
    }
  } catch {
    return null;
  }
  return { size, text: Buffer.concat(parts).toString('utf8') };
}

function tooLarge(): Reply {
  return errorAnswer(
    new ApiError(413, 'Request payload too large', { errorType: 'payload_too_large' }),
  );
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      reject(
        new UserError(`The sandbox cannot listen on ${host}:${port}: ${cause.message}`, {
          type: 'network',
          hint: 'Give another port, or none to take a free one',
          cause,
        }),
      );
    });
    server.listen(port, host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
