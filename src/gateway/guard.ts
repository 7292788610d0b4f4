import { hash, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { createConnection, type Socket } from 'node:net';
import type { Deps } from '../platform/deps.ts';
import { isCrossOrigin, isLoopbackHostHeader } from '../platform/destination.ts';
import { readSocketTable, type SocketEnd, type SocketTable } from '../platform/socket-owner.ts';
import { HttpError } from './http-response.ts';

/** Who may use the gateway. */
export interface Access {
  /** The tokens that are currently accepted. */
  readonly tokens: () => readonly string[];
  /** Whether programs of the same user need a token too. */
  readonly tokenRequired: boolean;
  /** Null if the system cannot tell users apart. */
  readonly ownPeers: () => Promise<IsOwnPeer | null>;
}

export interface Guard {
  /** Why a request is refused; null if it is allowed. An `open` path needs no token: a supervisor has none. */
  check(request: IncomingMessage, open?: boolean): Promise<HttpError | null>;
  holdsToken(headers: IncomingHttpHeaders): boolean;
}

/**
 * Keeps other web pages out: a browser reports a page's origin (`Origin`, `Sec-Fetch-Site`). With the token, a request
 * may use any host name. Without it, only requests to this machine's own names are allowed (DNS rebinding to 127.0.0.1
 * does not change the `Host` header), and only from this user's programs.
 */
export function createGuard({ tokens, tokenRequired, ownPeers }: Access): Guard {
  const known = new WeakMap<Socket, Promise<boolean>>();

  /** Looked up once per connection, since its owner cannot change. */
  function isOwn(socket: Socket): Promise<boolean> {
    const own = known.get(socket) ?? ownPeers().then((isOwnPeer) => isOwnPeer?.(socket) ?? true);
    known.set(socket, own);
    return own;
  }

  function holdsToken(headers: IncomingHttpHeaders): boolean {
    // Digests all have the same length, so the comparison time reveals nothing.
    const sent = sentTokens(headers).map(digestOf);
    return (
      sent.length > 0 &&
      tokens()
        .map(digestOf)
        .some((token) => sent.some((digest) => timingSafeEqual(token, digest)))
    );
  }

  return {
    holdsToken,
    async check({ headers, socket }, open = false) {
      if (isCrossOrigin(headers)) {
        return new HttpError(
          403,
          'forbidden_origin',
          'Requests from web pages of other origins are refused',
        );
      }
      if (holdsToken(headers)) return null;
      if (tokenRequired) return open ? null : tokenNeeded('the token is missing or wrong');
      if (!isLoopbackHostHeader(headers.host ?? '')) {
        return new HttpError(
          403,
          'forbidden_host',
          'The gateway only answers requests to localhost, 127.0.0.1 and [::1]',
        );
      }
      if (open || (await isOwn(socket))) return null;
      return tokenNeeded(
        'the connection does not come from a program of the user who runs the gateway',
      );
    },
  };
}

function tokenNeeded(why: string): HttpError {
  const how = 'Send the gateway token as Authorization: Bearer <token> or as x-api-key';
  return new HttpError(401, 'token_refused', `The request was refused: ${why}. ${how}`);
}

/** Clients for OpenAI and for Anthropic send their key in different headers. */
function sentTokens({ authorization, 'x-api-key': apiKey }: IncomingHttpHeaders): string[] {
  const bearer = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
  return [bearer, apiKey].filter((token) => typeof token === 'string');
}

function digestOf(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Whether the program at the other end of a connection runs as this user or as root. */
export type IsOwnPeer = (socket: Socket) => Promise<boolean>;

/**
 * Checks connections to that address, on which the gateway already listens. Tries a connection of its own first; null
 * if the system does not list its owner, so users cannot be told apart.
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
    // A row can be missed if others appear and disappear while the list is read.
    const owner = (await ownerNow()) ?? (await ownerNow());
    return owner === 0 || (owner !== null && owner === place.uid);
  };
}

/**
 * Shares one read among all waiting connections. The read in progress may miss connections that arrive during it, so
 * those share the next one.
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
