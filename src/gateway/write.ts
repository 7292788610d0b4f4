import type { ServerResponse } from 'node:http';
import { type Problem, problemBody } from './problem.ts';

/** A whole answer of our own. */
export function write(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

export function writeProblem(response: ServerResponse, problem: Problem): void {
  if (problem.retryAfterS !== null) response.setHeader('retry-after', problem.retryAfterS);
  // What is left of a body that was not read would be taken for the next request.
  if (problem.status === 413) response.setHeader('connection', 'close');
  write(response, problem.status, 'application/json', problemBody(problem));
}
