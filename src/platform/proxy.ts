import { BlockList, isIP } from 'node:net';
import type { Env } from './deps.ts';
import { isLoopback } from './destination.ts';
import { ProxyError } from './errors.ts';

export interface Proxy {
  /** With user name and password where the variable holds them: never to be printed. */
  readonly url: URL;
  /** The variable that names it. */
  readonly variable: string;
}

/** In the order in which they are looked at: a request that has to leave this machine is always https. */
export const proxyVariables = [
  ...['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY'],
] as const;

/**
 * The proxy that the environment names for this URL, as curl and Node read it; null for none. This machine is never
 * asked through a proxy. Throws ProxyError for a variable that does not name an HTTP proxy: to go around it could be
 * what the variable is there to prevent.
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
      ? `${variable} names a SOCKS proxy, and only HTTP proxies can be used; set HTTPS_PROXY to one`
      : `${variable} is not the URL of an HTTP proxy; write it as http://host:port`,
    'ERR_PROXY_URL',
  );
}

/** Whether `NO_PROXY` lists the host: hosts with all below them, `*`, addresses, ranges, each with or without a port. */
function isExempt(url: URL, list: string): boolean {
  const host = bare(url.hostname);
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
  return { host: bare(host), port };
}

/** Without what does not tell hosts apart: case, the brackets of IPv6, the dot of the root. */
function bare(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');
}

function isBelow(host: string, entry: NoProxyEntry): boolean {
  const domain = entry.host.replace(/^\*?\./, '');
  return domain !== '' && (host === domain || host.endsWith(`.${domain}`));
}

/** `192.0.2.1`, `192.0.2.0/24` or `192.0.2.1-192.0.2.9`, in IPv6 too. */
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
