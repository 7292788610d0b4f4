/** Names a shared ledger where `--ledger` does not: what stands in a command line is shown to every user. */
export const ledgerVariable = 'OPENCLAW_OPENROUTER_LEDGER';

/**
 * What of the URL of a ledger nobody else may see: its password, and every value that is not known to be harmless. In
 * `pg`, as in libpq, each setting of a connection may stand behind the `?`, the password too.
 */
export function secretsInLedgerUrl(url: string): string[] {
  if (!URL.canParse(url)) return [url];
  const { password, searchParams, hash } = new URL(url);
  const values = [...searchParams].flatMap(([name, value]) => (harmless.has(name) ? [] : [value]));
  return [password, decoded(password), ...values, hash.slice(1)].filter((text) => text !== '');
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

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
