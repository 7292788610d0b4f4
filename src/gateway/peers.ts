import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import type { Deps } from '../platform/deps.ts';
import { readSocketTable, type SocketEnd, type SocketTable } from '../platform/socket-owner.ts';

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
