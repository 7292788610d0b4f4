import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { isLoopback, isLoopbackHostHeader } from '../platform/destination.ts';
import { Problem } from './problem.ts';

/** Lets a request in, or says why not. What is `open` needs no token: a supervisor that looks in has none. */
export type Guard = (headers: IncomingHttpHeaders, open?: boolean) => Problem | null;

/**
 * Without a token only what came to this machine by its own names is let in: a web page that has its name resolve to
 * 127.0.0.1 (DNS rebinding) still sends its own `Host`, and one that posts across origins its `Origin`. With a token
 * the token decides, and pages of other origins stay out.
 */
export function createGuard(token: string | null): Guard {
  const expected = token === null ? null : digest(`Bearer ${token}`);
  return ({ host, origin, authorization }, open = false) => {
    if (origin !== undefined && !isOwnOrigin(origin)) {
      return new Problem(403, 'forbidden_origin', 'Web pages of other origins are not let in');
    }
    if (expected !== null) {
      if (open) return null;
      // Digests have one length, so that nothing is told by how long the comparison takes.
      if (timingSafeEqual(expected, digest(authorization ?? ''))) return null;
      return new Problem(
        401,
        'token_refused',
        'The token is missing or wrong: send it as Authorization: Bearer <token>',
      );
    }
    if (isLoopbackHostHeader(host ?? '')) return null;
    return new Problem(
      403,
      'forbidden_host',
      'This gateway answers only to localhost, 127.0.0.1 and [::1]',
    );
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function isOwnOrigin(origin: string): boolean {
  return URL.canParse(origin) && isLoopback(new URL(origin).hostname);
}
