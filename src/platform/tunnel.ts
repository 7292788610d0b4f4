import * as http from 'node:http';
import * as https from 'node:https';
import type { Duplex } from 'node:stream';
import { percentDecoded } from './destination.ts';
import { ProxyError } from './errors.ts';

/** The callback as Node calls it; its types require a stream even with an error. */
type Connected = (error: Error | null, stream?: Duplex) => void;
type Callback = Parameters<https.Agent['createConnection']>[1];

/** How long to wait for a proxy. Request deadlines are usually shorter. */
const timeoutMs = 30_000;

/**
 * Sends https requests through an HTTP proxy, with CONNECT (RFC 9110, 9.3.6) and TLS to the real host inside the
 * tunnel. Not `https-proxy-agent`, because it prints the proxy's password if DEBUG is set, and waits forever for a
 * proxy that accepts a connection but never responds.
 */
export class TunnelAgent extends https.Agent {
  readonly #proxy: URL;
  readonly #pending = new Set<http.ClientRequest>();

  constructor(proxy: URL, options: https.AgentOptions) {
    super(options);
    this.#proxy = proxy;
  }

  override createConnection(options: https.RequestOptions, callback?: Callback): undefined {
    const target = `${bracketed(options.host ?? '')}:${options.port}`;
    const done = callback as Connected | undefined;
    this.#connect(target, options, (error, tunnel) => {
      if (tunnel === undefined) return done?.(error);
      // `socket` is an option of `tls.connect`.
      const overTunnel = Object.assign(options, { socket: tunnel });
      done?.(null, super.createConnection(overTunnel) ?? undefined);
    });
  }

  override destroy(): void {
    for (const request of this.#pending) request.destroy();
    super.destroy();
  }

  #connect(target: string, { lookup }: https.RequestOptions, done: Connected): void {
    const proxy = this.#proxy;
    const name = `The proxy ${proxy.host}`;
    const request = (proxy.protocol === 'https:' ? https : http).request({
      agent: false,
      method: 'CONNECT',
      host: proxy.hostname.replace(/^\[(.*)\]$/, '$1'),
      port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80),
      path: target,
      headers: { host: target, ...authorization(proxy) },
      timeout: timeoutMs,
      ...(lookup === undefined ? {} : { lookup }),
    });
    this.#pending.add(request);
    request.on('close', () => this.#pending.delete(request));
    request.on('connect', ({ statusCode = 0 }, socket, head) => {
      if (statusCode === 200) {
        if (head.length > 0) socket.unshift(head);
        return done(null, socket);
      }
      socket.destroy();
      const why = statusCode === 407 ? '407, it asks for a user name and password' : statusCode;
      done(
        new ProxyError(`${name} does not connect to ${target} (HTTP ${why})`, 'ERR_PROXY_REFUSED'),
      );
    });
    request.on('timeout', () => request.destroy(new Error('silent')));
    request.on('error', (error) => done(unreachable(name, error)));
    request.end();
  }
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

function authorization({ username, password }: URL): http.OutgoingHttpHeaders {
  if (username + password === '') return {};
  const pair = [username, password].map(percentDecoded).join(':');
  return { 'proxy-authorization': `Basic ${Buffer.from(pair).toString('base64')}` };
}

function unreachable(name: string, error: Error): ProxyError {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null;
  return code === null
    ? new ProxyError(`${name} did not answer`, 'ERR_PROXY_SILENT', error)
    : new ProxyError(`${name} cannot be reached (${code})`, code, error);
}
