import { createHash, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { createConnection, type Socket } from 'node:net';
import type { Deps } from '../platform/deps.ts';
import { isLoopbackHostHeader, isOfForeignPage } from '../platform/destination.ts';
import { readSocketTable, type SocketEnd, type SocketTable } from '../platform/socket-owner.ts';
import { HttpError } from './http-error.ts';

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
  check(request: IncomingMessage, open?: boolean): Promise<HttpError | null>;
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
        return new HttpError(403, 'forbidden_origin', 'Web pages of other origins are not let in');
      }
      if (holdsToken(headers)) return null;
      if (tokenRequired) return open ? null : tokenNeeded('it is missing or wrong');
      if (!isLoopbackHostHeader(headers.host ?? '')) {
        return new HttpError(
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

function tokenNeeded(why: string): HttpError {
  const how = 'send it as Authorization: Bearer <token>, or as x-api-key';
  return new HttpError(401, 'token_refused', `The token of this gateway is needed: ${why}; ${how}`);
}

/** As clients of OpenAI send their key, or as those of Anthropic do. */
function shownTokens({ authorization, 'x-api-key': apiKey }: IncomingHttpHeaders): string[] {
  const bearer = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
  return [bearer, apiKey].filter((token) => typeof token === 'string');
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Where the gateway listens. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Whether the program at the other end of a connection is this user's (or root's). */
export type IsOwnPeer = (socket: Socket) => Promise<boolean>;

/**
 * How to tell programs of this user from those of others at that address, where the gateway listens already. Tried
 * with a connection of our own first: where the system does not list its owner, nobody can be told apart, and null
 * comes back.
 */
export async function peerCheck(
  { files, place }: Pick<Deps, 'files' | 'place'>,
  { host, port }: Address,
): Promise<IsOwnPeer | null> {
  const readTable = shared(() => readSocketTable(files));
  const ours = createConnection({ host, port });
  try {
    await once(ours, 'connect');
    const [near, far] = endsOf(ours);
    if ((await readTable()).ownerOf(near, far) !== place.uid) return null;
  } catch {
    return null;
  } finally {
    ours.destroy();
  }
  return async (socket) => {
    const [near, far] = endsOf(socket);
    const ownerNow = async () => (await readTable()).ownerOf(far, near);
    // A row may be skipped where others come and go while the list is read.
    const owner = (await ownerNow()) ?? (await ownerNow());
    return owner === 0 || (owner !== null && owner === place.uid);
  };
}

/**
 * One reading for all connections that wait for one. Those that come while the kernel makes the list may not be in it:
 * they share the next reading.
 */
function shared(read: () => Promise<SocketTable>): () => Promise<SocketTable> {
  let current: Promise<unknown> = Promise.resolve();
  let next: Promise<SocketTable> | null = null;
  return () => {
    next ??= current.then(() => {
      const reading = read();
      current = reading.catch(() => undefined);
      next = null;
      return reading;
    });
    return next;
  };
}

function endsOf(socket: Socket): readonly [near: SocketEnd, far: SocketEnd] {
  const { localAddress, localPort, remoteAddress, remotePort } = socket;
  return [
    { address: localAddress ?? '', port: localPort ?? 0 },
    { address: remoteAddress ?? '', port: remotePort ?? 0 },
  ];
}
