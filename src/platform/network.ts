import * as http from 'node:http';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { AgentFor, Env, Fetch, FetchResponse } from './deps.ts';
import { assertDestination } from './destination.ts';
import { proxyFor } from './proxy.ts';
import { createResolver } from './resolver.ts';

export interface Network {
  readonly fetch: Fetch;
  readonly agentFor: AgentFor;
  /** Aborts all requests, so that none keeps the process alive. */
  close(): void;
}

export interface NetworkOptions {
  readonly env: Env;
  readonly execPath: string;
  /** DNS servers as `address:port`, instead of the system's. */
  readonly dnsServers?: readonly string[];
}

/**
 * All network access. Every request uses an agent from `agentFor`, which only allows `https:` or loopback. Loopback is
 * reached directly, everything else through the proxy from the environment.
 */
export function createNetwork({ env, ...options }: NetworkOptions): Network {
  const resolver = createResolver(options);
  const agents = new Set<http.Agent>();
  const agentFor: AgentFor = async (url, agentOptions = {}) => {
    assertDestination(url);
    const proxy = proxyFor(url, env);
    const all = { keepAlive: true, lookup: resolver.lookup, ...agentOptions };
    const agent =
      proxy === null
        ? new (await clientFor(url)).Agent(all)
        : new (await import('./tunnel.ts')).TunnelAgent(proxy.url, all);
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

/** Loaded on demand: TLS takes as long to load as everything else combined. */
async function clientFor({ protocol }: URL): Promise<Pick<typeof http, 'Agent' | 'request'>> {
  return protocol === 'https:' ? import('node:https') : http;
}

/** How long to keep an idle connection. After that, the other side may have dropped it without our noticing. */
const idleMs = 4_000;

/**
 * `fetch` on top of Node's HTTP client. The global `fetch` takes several times as long to load, does not support
 * proxies in Node 20, uses them for loopback in Node 24, and keeps a connection attempt open for 10 s after an abort.
 * Redirects are never followed, since that would send the key to another server.
 */
function createFetch(agentFor: AgentFor): Fetch {
  const agents = new Map<string, Promise<http.Agent>>();
  return async (input, { method = 'GET', headers, body = null, signal, onSent } = {}) => {
    const url = new URL(input);
    const agent = agents.get(url.origin) ?? agentFor(url, { timeout: idleMs });
    agents.set(url.origin, agent);
    const options = { agent: await agent, method };
    const client = await clientFor(url);
    signal?.throwIfAborted();
    return new Promise((resolve, reject) => {
      const request = client.request(url, options);
      // Set here instead of in the options, because NODE_DEBUG=http prints those, including the key.
      request.setHeader('accept-encoding', 'gzip');
      for (const [name, value] of Object.entries(headers ?? {})) request.setHeader(name, value);
      const abort = () => {
        request.destroy();
        // The request emits no event while the agent is still opening its tunnel.
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
      // For a string body, Node would encode the headers as UTF-8 too.
      request.end(body === null ? undefined : Buffer.from(body));
    });
  };
}

/** Statuses without a response body (Fetch standard, "null body status"). */
const withoutBody: ReadonlySet<number> = new Set([204, 205, 304]);

/** Throws RangeError for a status that HTTP does not define. */
function responseOf(message: http.IncomingMessage): FetchResponse {
  const { statusCode: status = 0, headersDistinct } = message;
  if (status < 200 || status > 599) throw new RangeError(`HTTP has no status ${status}`);
  const get = (name: string) => headersDistinct[name.toLowerCase()]?.join(', ') ?? null;
  const hasBody = !withoutBody.has(status);
  if (!hasBody) message.resume();
  const body = hasBody ? bodyOf(message) : null;
  return { status, headers: { get }, body, text: () => textOf(body) };
}

async function textOf(body: AsyncIterable<Uint8Array> | null): Promise<string> {
  const chunks = [];
  for await (const chunk of body ?? []) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function bodyOf(message: http.IncomingMessage): Readable {
  if (message.headers['content-encoding'] !== 'gzip') return message;
  // The pipeline forwards errors to its reader.
  return pipeline(message, createGunzip(), () => {}).on('error', () => {});
}
