import { createServer, type IncomingHttpHeaders } from 'node:http';
import { type AddressInfo, connect, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { generate } from 'selfsigned';
import { onTestFinished } from 'vitest';

/** A host that is not in DNS and can only be reached through a proxy. */
export const relayHost = 'relay.test';

export interface TestProxy {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** Request lines, e.g. `CONNECT relay.test:443`. */
  readonly requests: string[];
  readonly headers: IncomingHttpHeaders[];
  /** The relay's certificate, in PEM format. */
  readonly certificate: string;
}

/**
 * An HTTP proxy for the duration of the test. Behind it, `relay.test` terminates TLS and forwards to `port`. `refuses`
 * is the status sent for every CONNECT; with `silent`, the proxy never responds. `host` replaces `relay.test`, and all
 * other hosts are refused.
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
