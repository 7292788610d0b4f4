import { BlockList, isIP } from 'node:net';
import type { Env } from './deps.ts';
import { isLoopback } from './destination.ts';
import { ProxyError } from './errors.ts';

export interface Proxy {
  /** May contain a user name and password: never print it. */
  readonly url: URL;
  /** The environment variable that it comes from. */
  readonly variable: string;
}

/** In order of precedence. Requests to other machines always use https. */
export const proxyVariables = [
  ...['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY'],
] as const;

/**
 * The proxy for this URL from the environment, with the same rules as curl and Node; null for none and for loopback.
 * Throws ProxyError if the variable is not a valid HTTP proxy, rather than connecting directly, which the proxy may be
 * meant to prevent.
 */
export function proxyFor(url: URL, env: Env): Proxy | null {
  const variable = proxyVariables.find((name) => filled(env[name]) !== null);
  if (variable === undefined || isLoopback(url.hostname)) return null;
  if (isExempt(url, filled(env.no_proxy) ?? env.NO_PROXY ?? '')) return null;
  return { url: proxyUrl(variable, env[variable] ?? ''), variable };
}

function filled(value: string | undefined): string | null {
  return value === undefined || value.trim() === '' ? null : value;
}

function proxyUrl(variable: string, value: string): URL {
  const text = value.trim();
  const full = text.includes('://') ? text : `http://${text}`;
  const url = URL.canParse(full) ? new URL(full) : null;
  if (url !== null && url.hostname !== '' && /^https?:$/.test(url.protocol)) return url;
  const socks = url?.protocol.startsWith('socks') === true;
  throw new ProxyError(
    socks
      ? `${variable} is the URL of a SOCKS proxy, but only HTTP proxies are supported; set HTTPS_PROXY to one`
      : `${variable} is not the URL of an HTTP proxy; write it as http://host:port`,
    'ERR_PROXY_URL',
  );
}

/** Whether `NO_PROXY` lists the host. Entries are domains, `*`, addresses or ranges, with an optional port. */
function isExempt(url: URL, list: string): boolean {
  const host = normalized(url.hostname);
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  const matches = isIP(host) === 0 ? isBelow : isInRange;
  return list
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .map(parseEntry)
    .some((entry) => (entry.port ?? port) === port && (entry.host === '*' || matches(host, entry)));
}

interface NoProxyEntry {
  readonly host: string;
  readonly port: string | null;
}

function parseEntry(text: string): NoProxyEntry {
  const [, host = text, port = null] = /^(\[.*\]|[^:]*):(\d+)$/.exec(text) ?? [];
  return { host: normalized(host), port };
}

/** Lower case, without IPv6 brackets and the trailing dot. */
function normalized(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');
}

function isBelow(host: string, entry: NoProxyEntry): boolean {
  const domain = entry.host.replace(/^\*?\./, '');
  return domain !== '' && (host === domain || host.endsWith(`.${domain}`));
}

/** Supports `192.0.2.1`, `192.0.2.0/24` and `192.0.2.1-192.0.2.9`, and the same for IPv6. */
function isInRange(address: string, entry: NoProxyEntry): boolean {
  const [from = '', to = from] = entry.host.split('-');
  const [network = '', prefix] = from.split('/');
  const family = familyOf(network);
  if (family === null || familyOf(to.replace(/\/.*/, '')) !== family) return false;
  const list = new BlockList();
  try {
    if (prefix === undefined) list.addRange(network, to, family);
    else list.addSubnet(network, Number(prefix), family);
  } catch {
    return false;
  }
  return list.check(address, familyOf(address) ?? family);
}

function familyOf(address: string): 'ipv4' | 'ipv6' | null {
  const version = isIP(address);
  return version === 0 ? null : version === 4 ? 'ipv4' : 'ipv6';
}
