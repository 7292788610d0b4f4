import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { realFiles } from '../../src/platform/files.ts';
import { listenersOn, readSocketTable, type SocketEnd } from '../../src/platform/socket-owner.ts';

/** The tables as the kernel prints them; the last lines are those of a socket for IPv6 that speaks IPv4. */
const tables: Readonly<Record<string, string>> = {
  '/proc/net/tcp': `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:2254 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 51230 1 0000 100 0 0 10 0
   1: 0100007F:C350 0100007F:2254 01 00000000:00000000 00:00000000 00000000  1001        0 51231 1 0000 20 4 30 10 -1
   2: 0200007F:C350 0100007F:2254 01 00000000:00000000 00:00000000 00000000  1002        0 51232 1 0000 20 4 30 10 -1
   3: 0100007F:C351 0100007F:2254 04 00000000:00000000 01:00000000 00000000     0        0 0 2 0000
`,
  '/proc/net/tcp6': `  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000000000000000000000000000:2254 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     7        0 51233 1 0000 100 0 0 10 0
   1: 00000000000000000000000001000000:C350 00000000000000000000000001000000:2254 01 00000000:00000000 00:00000000 00000000  1003        0 51234 1 0000 20 4 30 10 -1
   2: 0000000000000000FFFF00000100007F:C352 0000000000000000FFFF00000100007F:2254 01 00000000:00000000 00:00000000 00000000  1004        0 51235 1 0000 20 4 30 10 -1
`,
};

const listed = {
  readInThread: async (path: string) => new TextEncoder().encode(tables[path]),
};
const nothing = {
  readInThread: async (path: string): Promise<Uint8Array> => {
    throw new Error(`ENOENT: ${path}`);
  },
};

async function socketOwner(files: typeof nothing, local: SocketEnd, remote: SocketEnd) {
  return (await readSocketTable(files)).ownerOf(local, remote);
}

const gateway = { address: '127.0.0.1', port: 8788 };

describe('the owner of a socket', () => {
  it.each([
    ['127.0.0.1', 50_000, '127.0.0.1', 1001],
    ['127.0.0.2', 50_000, '127.0.0.1', 1002],
    ['::1', 50_000, '::1', 1003],
    ['127.0.0.1', 50_002, '127.0.0.1', 1004],
    ['::ffff:127.0.0.1', 50_000, '::ffff:127.0.0.1', 1001],
  ])('at %s:%i before %s is user %i', async (address, port, to, owner) => {
    expect(await socketOwner(listed, { address, port }, { ...gateway, address: to })).toBe(owner);
  });

  it('is unknown once the program has closed it, though the table has user 0', async () => {
    expect(await socketOwner(listed, { address: '127.0.0.1', port: 50_001 }, gateway)).toBeNull();
  });

  it('is unknown without a table, or if the socket is not in it', async () => {
    expect(await socketOwner(nothing, { address: '127.0.0.1', port: 50_000 }, gateway)).toBeNull();
    expect(await socketOwner(listed, { address: '127.0.0.1', port: 1 }, gateway)).toBeNull();
  });

  it('listeners on a port are found at every address', async () => {
    expect(await listenersOn(listed, 8788)).toEqual([1000, 7]);
    expect(await listenersOn(listed, 50_000)).toEqual([]);
    expect(await listenersOn(nothing, 8788)).toEqual([]);
  });
});

describe.skipIf(process.platform !== 'linux')('on this machine', () => {
  it('both ends of a connection are ours until they are closed', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const near = connect(port, '127.0.0.1');
    const [far] = (await once(server, 'connection')) as [Socket];
    const ends = [
      { address: '127.0.0.1', port: near.localPort ?? 0 },
      { address: '127.0.0.1', port },
    ] as const;
    const uid = process.geteuid?.();
    expect(await socketOwner(realFiles, ...ends)).toBe(uid);
    expect(await socketOwner(realFiles, ends[1], ends[0])).toBe(uid);
    expect(await listenersOn(realFiles, port)).toEqual([uid]);
    near.resetAndDestroy();
    await once(far, 'error');
    expect(await socketOwner(realFiles, ...ends)).toBeNull();
  });
});
