import { percentDecoded } from '../platform/destination.ts';

/** An alternative to `--ledger`, since all users of a machine can see command lines. */
export const ledgerVariable = 'OPENCLAW_OPENROUTER_LEDGER';

/**
 * The secret parts of a ledger's URL: its password, and every query parameter that is not known to be harmless, because
 * `pg`, like libpq, accepts each connection setting as a parameter, including the password.
 */
export function secretsInLedgerUrl(url: string): string[] {
  if (!URL.canParse(url) || hasUnencodedPassword(url)) return [url];
  const { password, searchParams, hash } = new URL(url);
  const values = [...searchParams].flatMap(([name, value]) => (harmless.has(name) ? [] : [value]));
  return [password, percentDecoded(password), ...values, hash.slice(1)].filter(
    (text) => text !== '',
  );
}

/**
 * Whether an `@` follows what the URL parser takes for the host, because the password contains a `/`, `?` or `#` that
 * is not percent-encoded. The value of a parameter may contain one.
 */
export function hasUnencodedPassword(url: string): boolean {
  return /^\w+:\/\/[^/?#]*(?:\/[^?#]*@|(?:\/[^?#]*)?[?#][^=]*@)/.test(url);
}

/** postgresql.org/docs/current/libpq-connect.html, "Parameter Key Words", and node-postgres.com/apis/client. */
const harmless: ReadonlySet<string> = new Set([
  'application_name',
  'channel_binding',
  'client_encoding',
  'connect_timeout',
  'database',
  'dbname',
  'fallback_application_name',
  'gssencmode',
  'host',
  'hostaddr',
  'idle_in_transaction_session_timeout',
  'keepalives',
  'load_balance_hosts',
  'lock_timeout',
  'port',
  'query_timeout',
  'ssl',
  'sslcert',
  'sslkey',
  'sslmode',
  'sslnegotiation',
  'sslrootcert',
  'statement_timeout',
  'target_session_attrs',
  'user',
  'uselibpqcompat',
]);
