import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { isLoopbackHostHeader, isOfForeignPage } from '../platform/destination.ts';
import type { IsOwnPeer } from './peers.ts';
import { Problem } from './problem.ts';

/** Who is let in. */
export interface Access {
  /** Each of them opens the gateway, as they are now. */
  readonly tokens: () => readonly string[];
  /** Nobody comes in without a token; else this user's own programs do, by a name of this machine. */
  readonly tokenRequired: boolean;
  /** Asked once; null where the system does not tell users apart. */
  readonly ownPeers: () => Promise<IsOwnPeer | null>;
}

export interface Guard {
  /** Lets a request in, or says why not. What is `open` needs no token: a supervisor that looks in has none. */
  check(request: IncomingMessage, open?: boolean): Promise<Problem | null>;
  holdsToken(headers: IncomingHttpHeaders): boolean;
}

/**
 * Web pages stay out unless they are our own: a browser says where a page is from (`Origin`, `Sec-Fetch-Site`). The
 * token opens the gateway under any name. Without one, only what came to this machine by its own names is let in (a
 * page whose name was made to resolve to 127.0.0.1 still sends its own `Host`), and only from this user's programs.
 */
export function createGuard({ tokens, tokenRequired, ownPeers }: Access): Guard {
  const known = new WeakMap<Socket, Promise<boolean>>();

  /** A connection has one owner as long as it lasts. */
  function isOwn(socket: Socket): Promise<boolean> {
    const told = known.get(socket) ?? ownPeers().then((isOwnPeer) => isOwnPeer?.(socket) ?? true);
    known.set(socket, told);
    return told;
  }

  function holdsToken(headers: IncomingHttpHeaders): boolean {
    // Digests have one length, so that nothing is told by how long the comparison takes.
    const shown = shownTokens(headers).map(digestOf);
    return (
      shown.length > 0 &&
      tokens()
        .map(digestOf)
        .some((token) => shown.some((digest) => timingSafeEqual(token, digest)))
    );
  }

  return {
    holdsToken,
    async check({ headers, socket }, open = false) {
      if (isOfForeignPage(headers)) {
        return new Problem(403, 'forbidden_origin', 'Web pages of other origins are not let in');
      }
      if (holdsToken(headers)) return null;
      if (tokenRequired) return open ? null : tokenNeeded('it is missing or wrong');
      if (!isLoopbackHostHeader(headers.host ?? '')) {
        return new Problem(
          403,
          'forbidden_host',
          'This gateway answers only to localhost, 127.0.0.1 and [::1]',
        );
      }
      if (open || (await isOwn(socket))) return null;
      return tokenNeeded('this connection is not of a program of the user who runs the gateway');
    },
  };
}

function tokenNeeded(why: string): Problem {
  const how = 'send it as Authorization: Bearer <token>, or as x-api-key';
  return new Problem(401, 'token_refused', `The token of this gateway is needed: ${why}; ${how}`);
}

/** As clients of OpenAI send their key, or as those of Anthropic do. */
function shownTokens({ authorization, 'x-api-key': apiKey }: IncomingHttpHeaders): string[] {
  const bearer = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
  return [bearer, apiKey].filter((token) => typeof token === 'string');
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
