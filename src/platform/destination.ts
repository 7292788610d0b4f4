import type { IncomingHttpHeaders } from 'node:http';
import { UserError } from './errors.ts';

const octet = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)';
// The URL parser turns `::ffff:127.0.0.1` into `::ffff:7f00:1`.
const loopback = new RegExp(
  `^(?:localhost|127(?:\\.${octet}){3}|::1|::ffff:7f[\\da-f]{2}:[\\da-f]{1,4})$`,
  'i',
);

/**
 * Whether a host is loopback. Takes the `hostname` of a parsed URL (the parser normalizes 127.1, 2130706433 and 0x7f.1
 * to 127.0.0.1) or a listening address. Names under `.localhost` do not count: a resolver may ask DNS for them.
 */
export function isLoopback(host: string): boolean {
  return loopback.test(host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host);
}

/** Decodes a part of a URL. Returns it unchanged if it has an invalid escape, as a password might. */
export function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** `isLoopback` for a `Host` header, with or without a port. */
export function isLoopbackHostHeader(header: string): boolean {
  return isLoopback(header.replace(/:\d+$/, ''));
}

/**
 * Whether a request comes from a web page of another origin, according to the headers that browsers add. Without an
 * `Origin` header it is a request for an image, a script or the like, or navigation, which is harmless.
 */
export function isCrossOrigin(headers: IncomingHttpHeaders): boolean {
  const { host = '', origin, 'sec-fetch-site': site, 'sec-fetch-mode': mode } = headers;
  if (origin !== undefined) return !isOwnOrigin(origin, host);
  return site !== undefined && /^(cross|same)-site$/.test(String(site)) && mode !== 'navigate';
}

function isOwnOrigin(origin: string, host: string): boolean {
  return URL.canParse(origin) && new URL(origin).host === host.toLowerCase();
}

/** Whether requests to this URL are allowed: `https:` to any host, `http:` only to this machine. */
export function isAllowedDestination({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
}

/** Throws UserError if requests to this URL are not allowed. */
export function assertDestination(url: URL): void {
  if (isAllowedDestination(url)) return;
  throw new UserError(
    `Refusing to connect to ${url.protocol}//${url.host}: it is neither https nor this machine`,
    { type: 'usage', hint: 'Use an https URL in OPENROUTER_BASE_URL, or unset it' },
  );
}
