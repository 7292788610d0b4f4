import { ProxyError } from '../platform/errors.ts';
import { plainFailure, type WireFailure } from './wire-error.ts';

/**
 * Describes an error before an answer. `fetch` itself says only "fetch failed"; the reason is in the `code` of its cause
 * (from Node's net, dns and tls, and from undici).
 */
export function networkFailure(error: unknown, host: string): WireFailure {
  if (error instanceof ProxyError)
    return plainFailure('network', error.message, { code: error.code });
  const code = codeOf(error);
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') {
    return plainFailure('timeout', `${host} took too long to answer`, { code });
  }
  return plainFailure('network', messageFor(code, host, error), code === null ? {} : { code });
}

const messages: Readonly<Record<string, (host: string) => string>> = {
  ECONNREFUSED: (host) => `Nothing listens at ${host}: the connection was refused`,
  ECONNRESET: (host) => `${host} closed the connection before it answered`,
  UND_ERR_SOCKET: (host) => `${host} closed the connection before it answered`,
  EPIPE: (host) => `${host} closed the connection before it answered`,
  ENOTFOUND: (host) => `There is no host ${host}: the name does not resolve`,
  EAI_AGAIN: (host) => `The name ${host} could not be looked up: DNS did not answer`,
  ETIMEDOUT: (host) => `No connection to ${host}: it did not respond`,
  UND_ERR_CONNECT_TIMEOUT: (host) => `No connection to ${host}: it did not respond`,
  ENETUNREACH: (host) => `No connection to ${host}: the network is unreachable`,
  EHOSTUNREACH: (host) => `No connection to ${host}: the host is unreachable`,
  CERT_HAS_EXPIRED: (host) => `The TLS certificate of ${host} has expired`,
};

const TLS = /CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO_(?:GET|VERIFY)/;

function messageFor(code: string | null, host: string, error: unknown): string {
  const message = code === null ? undefined : messages[code];
  if (message !== undefined) return message(host);
  if (code !== null && TLS.test(code))
    return `The TLS certificate or handshake of ${host} failed (${code})`;
  // From llhttp: bytes came, but they are not HTTP.
  if (code?.startsWith('HPE_')) return `${host} does not speak HTTP (${code})`;
  const reason = code ?? reasonOf(error);
  return `No connection to ${host}${reason === null ? '' : ` (${reason})`}`;
}

/** The first code in the chain of causes; an AggregateError (IPv6 and IPv4 both tried) has it in its errors. */
function codeOf(error: unknown, depth = 0): string | null {
  if (!(error instanceof Error) || depth > 5) return null;
  if ('code' in error && typeof error.code === 'string') return error.code;
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : error.cause;
  return codeOf(inner, depth + 1);
}

/** Without a code there is only a message: "bad port" for a port that the Fetch standard blocks. */
function reasonOf(error: unknown): string | null {
  return error instanceof Error && error.cause instanceof Error ? error.cause.message : null;
}
