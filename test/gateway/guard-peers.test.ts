import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { peerCheck } from '../../src/gateway/guard.ts';
import { createWorld } from '../helpers/world.ts';

const isLinux = process.platform === 'linux';
const nobody = 65_534;

/** Something that listens on a free port. */
async function listener(host: string) {
  const sockets: Socket[] = [];
  const server = createServer((socket) => void sockets.push(socket)).listen(0, host);
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { server, port };
}

/** The listener with its check, which has made its own connection by then. */
async function checked(host: string) {
  const { server, port } = await listener(host);
  const probe = accepted(server);
  const isOwnPeer = await peerCheck(createWorld().deps, { host, port });
  await probe;
  return { server, port, isOwnPeer };
}

async function accepted(server: ReturnType<typeof createServer>): Promise<Socket> {
  const [socket] = (await once(server, 'connection')) as [Socket];
  return socket;
}

describe.skipIf(!isLinux)('a program at the other end', () => {
  it.each(['127.0.0.1', '::1', 'localhost'])(
    'that runs as this user is recognized at %s',
    async (host) => {
      const { server, port } = await listener(host);
      const isOwnPeer = await peerCheck(createWorld().deps, { host, port });
      const client = connect(port, host);
      onTestFinished(() => void client.destroy());
      expect(await isOwnPeer?.(await accepted(server))).toBe(true);
    },
  );

  it('is looked up in one reading of the list with all others that wait', async () => {
    const { server, port } = await listener('127.0.0.1');
    const { deps } = createWorld();
    let readings = 0;
    const readInThread = (path: string) => {
      if (path.endsWith('tcp')) readings += 1;
      return deps.files.readInThread(path);
    };
    const files = { ...deps.files, readInThread };
    const isOwnPeer = await peerCheck({ ...deps, files }, { host: '127.0.0.1', port });
    const sockets: Socket[] = [];
    for (let i = 0; i < 20; i += 1) {
      const client = connect(port, '127.0.0.1');
      onTestFinished(() => void client.destroy());
      sockets.push(await accepted(server));
    }
    const owned = await Promise.all(sockets.map((socket) => isOwnPeer?.(socket)));
    expect(owned).toEqual(sockets.map(() => true));
    // The first is that of the check itself.
    expect(readings).toBe(2);
  });

  it('that has closed the connection is not recognized', async () => {
    const { server, port, isOwnPeer } = await checked('127.0.0.1');
    const client = connect(port, '127.0.0.1');
    const socket = await accepted(server);
    client.destroy();
    await once(client, 'close');
    expect(await isOwnPeer?.(socket)).toBe(false);
  });

  it.skipIf(process.geteuid?.() !== 0)('that runs as another user is not recognized', async () => {
    const { server, port, isOwnPeer } = await checked('127.0.0.1');
    const script = `require('node:net').connect(${port}, '127.0.0.1')`;
    const child = spawn(process.execPath, ['-e', script], { uid: nobody, cwd: '/' });
    onTestFinished(() => void child.kill());
    expect(await isOwnPeer?.(await accepted(server))).toBe(false);
  });
});

it('there is no check where the system does not list the owners of sockets', async () => {
  const { port } = await listener('127.0.0.1');
  const { deps } = createWorld();
  const files = { ...deps.files, readInThread: async () => new Uint8Array() };
  expect(await peerCheck({ ...deps, files }, { host: '127.0.0.1', port })).toBeNull();
});
