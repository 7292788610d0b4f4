import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import type { Deps } from '../platform/deps.ts';
import { type SocketEnd, socketOwner } from '../platform/socket-owner.ts';

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
  const ours = createConnection({ host, port });
  try {
    await once(ours, 'connect');
    const [near, far] = endsOf(ours);
    const owner = await socketOwner(files, near, far);
    if (owner === null || owner !== place.uid) return null;
  } catch {
    return null;
  } finally {
    ours.destroy();
  }
  return async (socket) => {
    const [near, far] = endsOf(socket);
    const owner = await socketOwner(files, far, near);
    return owner !== null && (owner === 0 || owner === place.uid);
  };
}

function endsOf(socket: Socket): readonly [near: SocketEnd, far: SocketEnd] {
  const { localAddress, localPort, remoteAddress, remotePort } = socket;
  return [
    { address: localAddress ?? '', port: localPort ?? 0 },
    { address: remoteAddress ?? '', port: remotePort ?? 0 },
  ];
}
