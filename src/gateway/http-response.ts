import type { ServerResponse } from 'node:http';
import { errorBody, type HttpError } from './http-error.ts';

/** A whole answer of our own. */
export function write(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

export function writeError(response: ServerResponse, error: HttpError): void {
  if (error.retryAfterS !== null) response.setHeader('retry-after', error.retryAfterS);
  write(response, error.status, 'application/json', errorBody(error));
}

/** How long a client may take nothing of what is there for it, in milliseconds. */
const stuckMs = 120_000;

/** From here on a client that takes nothing is cut off: its answer would stay in memory. */
export function cutOffWhenStuck(response: ServerResponse): void {
  if (response.listenerCount('timeout') === 0) response.once('timeout', () => response.destroy());
  response.setTimeout(stuckMs);
}

/** The client waits for us, not we for it. */
export function isNotStuck(response: ServerResponse): void {
  response.setTimeout(0);
}
