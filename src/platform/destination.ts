import type { IncomingHttpHeaders } from 'node:http';
import { UserError } from './errors.ts';

const octet = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)';
// A parsed URL has `::ffff:7f00:1` for `::ffff:127.0.0.1`.
const loopback = new RegExp(
  `^(?:localhost|127(?:\\.${octet}){3}|::1|::ffff:7f[\\da-f]{2}:[\\da-f]{1,4})$`,
  'i',
);

/**
 * Whether a host is loopback. Takes the `hostname` of a parsed URL (the parser has turned 127.1, 2130706433 and 0x7f.1
 * into 127.0.0.1) or an address to listen on. Names below `.localhost` are not loopback: a resolver may ask DNS for
 * them.
 */
export function isLoopback(host: string): boolean {
  return loopback.test(host.replace(/^\[(.*)\]$/, '$1'));
}

/** A part of a URL without its percent signs; as it is where one is not an encoding, as a password may have. */
export function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The same for a `Host` header, with or without a port. */
export function isLoopbackHostHeader(header: string): boolean {
  return isLoopback(header.replace(/:\d+$/, ''));
}

/**
 * Whether a web page of another origin sent a request, by the headers that a browser adds. A request without `Origin` is
 * for an image, a script or the like, or a link that was followed, which does no harm.
 */
export function isCrossOrigin(headers: IncomingHttpHeaders): boolean {
  const { host = '', origin, 'sec-fetch-site': site, 'sec-fetch-mode': mode } = headers;
  if (origin !== undefined) return !isOwnOrigin(origin, host);
  return site !== undefined && /^(cross|same)-site$/.test(String(site)) && mode !== 'navigate';
}

function isOwnOrigin(origin: string, host: string): boolean {
  return URL.canParse(origin) && new URL(origin).host === host.toLowerCase();
}

/** Whether requests may go there: `https:` anywhere, `http:` to this machine only. */
export function isAllowedDestination({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
}

/** Throws UserError for a URL that no request may go to. */
export function assertDestination(url: URL): void {
  if (isAllowedDestination(url)) return;
  throw new UserError(
    `Refusing to connect to ${url.protocol}//${url.host}: it is neither https nor this machine`,
    { type: 'usage', hint: 'Use an https URL in OPENROUTER_BASE_URL, or unset it' },
  );
}
