import * as http from 'node:http';
import * as https from 'node:https';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { AgentFor, Env, Fetch } from './deps.ts';
import { assertDestination } from './destination.ts';
import { proxyFor } from './proxy.ts';
import { createResolver } from './resolver.ts';
import { TunnelAgent } from './tunnel.ts';

export interface Network {
  readonly fetch: Fetch;
  readonly agentFor: AgentFor;
  /** Ends all requests, so that none keeps the process alive. */
  close(): void;
}

export interface NetworkOptions {
  readonly env: Env;
  readonly execPath: string;
  /** `address:port` of DNS servers, instead of those of the system. */
  readonly dnsServers?: readonly string[];
}

/**
 * All network access. Every request uses an agent of `agentFor`: only to `https:` or loopback, directly to loopback and
 * through the proxy of the environment to everything else.
 */
export function createNetwork({ env, ...options }: NetworkOptions): Network {
  const resolver = createResolver(options);
  const agents = new Set<http.Agent>();
  const agentFor: AgentFor = async (url, agentOptions = {}) => {
    assertDestination(url);
    const proxy = proxyFor(url, env);
    const all = { keepAlive: true, lookup: resolver.lookup, ...agentOptions };
    const agent =
      proxy !== null
        ? new TunnelAgent(proxy.url, all)
        : new (url.protocol === 'https:' ? https : http).Agent(all);
    agents.add(agent);
    return agent;
  };
  return {
    fetch: createFetch(agentFor),
    agentFor,
    close() {
      resolver.close();
      for (const agent of agents) agent.destroy();
    },
  };
}

/** How long an idle connection is kept: after that it may be dead without our knowledge. */
const idleMs = 4_000;

/**
 * `fetch` over Node's HTTP client. The global one takes several times as long to load, has no proxies in Node 20, uses
 * them for loopback in Node 24, and keeps a connection attempt for 10 s after an abort. Redirects are never followed,
 * since they would carry the key to another server.
 */
function createFetch(agentFor: AgentFor): Fetch {
  const agents = new Map<string, Promise<http.Agent>>();
  return async (input, { method = 'GET', headers, body = null, signal, onSent } = {}) => {
    const url = new URL(input);
    const agent = agents.get(url.origin) ?? agentFor(url, { timeout: idleMs });
    agents.set(url.origin, agent);
    const sent = new Headers(headers);
    if (!sent.has('accept-encoding')) sent.set('accept-encoding', 'gzip');
    const options = { agent: await agent, method };
    signal?.throwIfAborted();
    return new Promise((resolve, reject) => {
      const request = (url.protocol === 'https:' ? https : http).request(url, options);
      // Not among the options, which Node prints with NODE_DEBUG=http, the key included.
      for (const [name, value] of sent) request.setHeader(name, value);
      const abort = () => {
        request.destroy();
        // The request emits nothing while the agent is still opening a tunnel for it.
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', abort, { once: true });
      request.on('close', () => signal?.removeEventListener('abort', abort));
      request.on('error', reject);
      if (onSent !== undefined) request.on('finish', onSent);
      request.on('response', (message) => {
        try {
          resolve(responseOf(message));
        } catch (error) {
          request.destroy();
          reject(error);
        }
      });
      // With a string body, Node would encode the headers as UTF-8 too.
      request.end(body === null ? undefined : Buffer.from(body));
    });
  };
}

/** A `Response` of these statuses has no body (Fetch standard, "null body status"). */
const withoutBody: ReadonlySet<number> = new Set([204, 205, 304]);

/** Throws RangeError for a status that HTTP does not define. */
function responseOf(message: http.IncomingMessage): Response {
  const { statusCode: status = 0, statusMessage: statusText = '', rawHeaders } = message;
  const headers = new Headers();
  for (let i = 0; i < rawHeaders.length; i += 2) {
    headers.append(rawHeaders[i] ?? '', rawHeaders[i + 1] ?? '');
  }
  if (!withoutBody.has(status)) {
    return new Response(ReadableStream.from(bodyOf(message)), { status, statusText, headers });
  }
  message.resume();
  return new Response(null, { status, statusText, headers });
}

function bodyOf(message: http.IncomingMessage): Readable {
  if (message.headers['content-encoding'] !== 'gzip') return message;
  // An error is passed on to the reader of the pipeline.
  return pipeline(message, createGunzip(), () => {}).on('error', () => {});
}
