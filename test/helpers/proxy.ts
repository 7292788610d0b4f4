import { createServer, type IncomingHttpHeaders } from 'node:http';
import { type AddressInfo, connect, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { generate } from 'selfsigned';
import { onTestFinished } from 'vitest';

/** A host that is in no DNS: only a proxy leads there. */
export const relayHost = 'relay.test';

export interface TestProxy {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** The request lines, e.g. `CONNECT relay.test:443`. */
  readonly requests: string[];
  readonly headers: IncomingHttpHeaders[];
  /** The certificate of the relay, in PEM. */
  readonly certificate: string;
}

/**
 * An HTTP proxy until the test is over. Behind it is `relay.test`, which ends TLS and hands everything on to `port`.
 * With `refuses` it answers so to every CONNECT, with `silent` it says nothing. With `host` that one stands for
 * `relay.test`, and every other one is refused.
 */
export async function startProxy(
  port: number,
  {
    refuses,
    silent = false,
    host,
  }: { readonly refuses?: string; readonly silent?: boolean; readonly host?: string } = {},
): Promise<TestProxy> {
  const name = host ?? relayHost;
  const { cert, private: key } = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: name }] }],
  });
  const relay = createTlsServer({ cert, key }, (socket) =>
    join(socket, connect(port, '127.0.0.1')),
  );
  const relayPort = await listen(relay);
  const requests: string[] = [];
  const headers: IncomingHttpHeaders[] = [];
  const proxy = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    response.writeHead(502).end();
  });
  proxy.on('connect', (request, socket) => {
    requests.push(`CONNECT ${request.url}`);
    headers.push(request.headers);
    if (silent) return;
    const isOther = host !== undefined && request.url !== `${host}:443`;
    if (isOther) return void socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    if (refuses !== undefined) return void socket.end(`HTTP/1.1 ${refuses}\r\n\r\n`);
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    join(socket as Socket, connect(relayPort, '127.0.0.1'));
  });
  const url = `http://127.0.0.1:${await listen(proxy)}`;
  return { url, requests, headers, certificate: cert };
}

function join(one: Socket, other: Socket): void {
  one.on('error', () => other.destroy()).pipe(other);
  other.on('error', () => one.destroy()).pipe(one);
}

async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}
