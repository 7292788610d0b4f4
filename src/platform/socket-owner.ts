import type { Files } from './deps.ts';

/** One end of a TCP connection on this machine. */
export interface SocketEnd {
  /** `127.0.0.1`, `::1` or `::ffff:127.0.0.1` */
  readonly address: string;
  readonly port: number;
}

/** One table for IPv4 and one for IPv6; a socket of the second may speak IPv4 too. */
const tables = ['/proc/net/tcp', '/proc/net/tcp6'];

/**
 * The user who holds the `local` end of that connection, as Linux lists it (proc_pid_net(5)); null where there is no
 * telling: on another system, or once the program has closed its end.
 */
export async function socketOwner(
  files: Pick<Files, 'read'>,
  local: SocketEnd,
  remote: SocketEnd,
): Promise<number | null> {
  const [ends, otherEnds] = [listedAs(local), listedAs(remote)];
  const row = (await rowsOf(files)).find(
    ([, from = '', to = '']) => ends.includes(from) && otherEnds.includes(to),
  );
  return row === undefined ? null : ownerIn(row);
}

/** The users whose programs listen on that port at some address of this machine; Linux only, else none. */
export async function listenersOn(
  files: Pick<Files, 'read'>,
  port: number,
): Promise<readonly number[]> {
  const owners = (await rowsOf(files))
    .filter(([, local = '', , state]) => state === listening && local.endsWith(`:${hex(port, 4)}`))
    .map(ownerIn)
    .filter((owner) => owner !== null);
  return [...new Set(owners)];
}

const listening = '0A';

type Row = readonly string[];

async function rowsOf(files: Pick<Files, 'read'>): Promise<readonly Row[]> {
  const texts = await Promise.all(tables.map((table) => textOf(files, table)));
  return texts.flatMap((text) =>
    text
      .split('\n')
      .slice(1)
      .map((line) => line.trim().replace(/\b0{16}FFFF0000(?=[0-9A-F]{8}:)/g, ''))
      .map((line) => line.split(/\s+/)),
  );
}

/** A socket that its program has closed has no inode any more, and is listed under user 0. */
function ownerIn([, , , , , , , uid, , inode = '0']: Row): number | null {
  return inode === '0' ? null : Number(uid);
}

/** The kernel prints an address in words of 32 bits as they lie in memory: little-endian on most machines. */
function listedAs({ address, port }: SocketEnd): readonly string[] {
  const v4 = address.replace(/^::ffff:/i, '').split('.');
  const bytes = v4.length === 4 ? v4.map(Number) : [0, 0, 0, 1];
  const word = (order: readonly number[]) => order.map((byte) => hex(byte, 2)).join('');
  const zeros = v4.length === 4 ? '' : '0'.repeat(24);
  return [bytes, bytes.toReversed()].map((order) => `${zeros}${word(order)}:${hex(port, 4)}`);
}

function hex(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, '0');
}

async function textOf(files: Pick<Files, 'read'>, path: string): Promise<string> {
  try {
    return new TextDecoder().decode(await files.read(path));
  } catch {
    return '';
  }
}
