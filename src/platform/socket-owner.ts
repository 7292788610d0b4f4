import type { Files } from './deps.ts';

/** One end of a TCP connection on this machine. */
export interface SocketEnd {
  /** `127.0.0.1`, `::1` or `::ffff:127.0.0.1` */
  readonly address: string;
  readonly port: number;
}

/** For IPv4 and IPv6. An IPv6 socket can also have IPv4 connections. */
const tables = ['/proc/net/tcp', '/proc/net/tcp6'];

/** A snapshot of this machine's connections (Linux only). */
export interface SocketTable {
  /**
   * The user id that owns the `local` end of a connection (proc_pid_net(5)); null on other systems, or once the program
   * has closed its end.
   */
  ownerOf(local: SocketEnd, remote: SocketEnd): number | null;
}

/** Takes milliseconds if there are many connections, so concurrent callers should share one table. */
export async function readSocketTable(files: Pick<Files, 'readInThread'>): Promise<SocketTable> {
  const text = (await textsOf(files)).join('\n');
  return {
    ownerOf(local, remote) {
      const row = rowOf(text, local, remote);
      return row === null ? null : ownerIn(row.split(/\s+/));
    },
  };
}

/** User ids of the programs that listen on a port; empty on systems other than Linux. */
export async function listenersOn(
  files: Pick<Files, 'readInThread'>,
  port: number,
): Promise<readonly number[]> {
  const owners = (await textsOf(files))
    .flatMap((text) => text.split('\n'))
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local = '', , state]) => state === listening && local.endsWith(`:${hex(port, 4)}`))
    .map(ownerIn)
    .filter((owner) => owner !== null);
  return [...new Set(owners)];
}

const listening = '0A';

/** Uses a text search: splitting hundreds of rows into fields takes as long as answering a request. */
function rowOf(text: string, local: SocketEnd, remote: SocketEnd): string | null {
  for (const from of listedAs(local)) {
    for (const to of listedAs(remote)) {
      const at = text.indexOf(`: ${from} ${to} `);
      if (at >= 0) return text.slice(at - 1, text.indexOf('\n', at));
    }
  }
  return null;
}

/** A socket that has been closed by its program has no inode and is listed under user 0. */
function ownerIn([, , , , , , , uid, , inode = '0']: readonly string[]): number | null {
  return inode === '0' ? null : Number(uid);
}

/** The kernel prints an address as 32-bit words in host byte order. An IPv4 address may be in the IPv6 table. */
function listedAs({ address, port }: SocketEnd): readonly string[] {
  const v4 = address.replace(/^::ffff:/i, '').split('.');
  const isV4 = v4.length === 4;
  const bytes = isV4 ? v4.map(Number) : [0, 0, 0, 1];
  const word = (order: readonly number[]) => order.map((byte) => hex(byte, 2)).join('');
  const prefixes = isV4 ? ['', `${'0'.repeat(16)}FFFF0000`] : ['0'.repeat(24)];
  return prefixes.flatMap((prefix) =>
    [bytes, bytes.toReversed()].map((order) => `${prefix}${word(order)}:${hex(port, 4)}`),
  );
}

function hex(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, '0');
}

function textsOf(files: Pick<Files, 'readInThread'>): Promise<string[]> {
  return Promise.all(
    tables.map(async (table) => {
      const bytes = await files.readInThread(table).catch(() => new Uint8Array());
      return new TextDecoder().decode(bytes);
    }),
  );
}
