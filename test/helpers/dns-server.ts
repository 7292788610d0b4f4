import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';

const types = { 1: 'A', 28: 'AAAA' } as const;

/** The address, `nothing` for a name that does not exist, or null for no response. */
export type DnsAnswer = (type: 'A' | 'AAAA', name: string) => string | 'nothing' | null;

/**
 * A DNS server on loopback for the duration of the test (RFC 1035, section 4). It can return IPv4 addresses, report
 * that a name does not exist, or not respond.
 */
export async function startDnsServer(
  answer: DnsAnswer,
): Promise<{ readonly address: string; readonly queries: string[] }> {
  const socket = createSocket('udp4');
  const queries: string[] = [];
  socket.on('message', (query, from) => {
    const { name, end } = nameIn(query);
    const type = query.readUInt16BE(end) === 28 ? types[28] : types[1];
    queries.push(`${type} ${name}`);
    const found = answer(type, name);
    if (found !== null) socket.send(reply(query.subarray(0, end + 4), found), from.port);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  onTestFinished(() => void socket.close());
  return { address: `127.0.0.1:${socket.address().port}`, queries };
}

/** The name follows the 12-byte header: length-prefixed labels, terminated by an empty one. */
function nameIn(query: Buffer): { readonly name: string; readonly end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.'), end: at + 1 };
}

function reply(question: Buffer, found: string): Buffer {
  const head = Buffer.from(question);
  const answers = found === 'nothing' ? 0 : 1;
  head.writeUInt16BE(found === 'nothing' ? 0x8183 : 0x8180, 2);
  head.writeUInt16BE(answers, 6);
  head.writeUInt32BE(0, 8);
  if (answers === 0) return head;
  // Pointer to the name in the question, type A, class IN, TTL 60 s, four address bytes.
  const record = [0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, ...found.split('.').map(Number)];
  return Buffer.concat([head, Buffer.from(record)]);
}
