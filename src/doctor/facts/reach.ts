import type { Client } from '../../openrouter/client.ts';
import { UserError } from '../../platform/errors.ts';
import { openClient, refuseOffline } from './client.ts';
import { type FactContext, Unavailable } from './context.ts';

/** How calling OpenRouter went. */
export interface Reach {
  readonly host: string;
  /** Null when it answered, whatever it answered. */
  readonly failure: {
    readonly kind: string;
    /** E.g. `ENOTFOUND`. */
    readonly code: string | null;
    readonly message: string;
  } | null;
  /** Milliseconds until the head of an answer over a connection that is already there; null when none came. */
  readonly latencyMs: number | null;
  /** How far our clock is ahead of the server's `Date`, in milliseconds; null when it tells none. */
  readonly clockAheadMs: number | null;
}

/** Calls `/key` without a key: refused at once, by the same servers that answer everything else. */
export async function readReach(given: FactContext): Promise<Reach> {
  refuseOffline(given.options);
  const { WireError } = await import('../../openrouter/wire-error.ts');
  const client = await clientOrUnavailable(given);
  const { host } = new URL(client.baseUrl);
  try {
    const first = await call(client);
    if (first.isPage) {
      const message = `${host} answers with a web page, so it is not OpenRouter`;
      const failure = { kind: 'page', code: null, message };
      return { host, failure, latencyMs: null, clockAheadMs: null };
    }
    // The first call pays for DNS and TLS; what every later request pays is in the next ones.
    const later = [await call(client), await call(client)];
    const latencyMs = Math.min(...later.map(({ ms }) => ms));
    return { host, failure: null, latencyMs, clockAheadMs: clockAhead(given, first.date) };
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    const { kind, code, message } = error.failure;
    return { host, failure: { kind, code, message }, latencyMs: null, clockAheadMs: null };
  }
}

async function clientOrUnavailable(given: FactContext): Promise<Client> {
  try {
    return await openClient(given, null);
  } catch (error) {
    if (error instanceof UserError) throw new Unavailable(error.message);
    throw error;
  }
}

interface Call {
  readonly ms: number;
  readonly date: string | null;
  /** HTML, as the login page of a network has it. */
  readonly isPage: boolean;
}

async function call(client: Client): Promise<Call> {
  const started = client.clock.monotonic();
  const exchange = await client.open({ path: '/key' });
  const ms = client.clock.monotonic() - started;
  await exchange.text();
  const { headers } = exchange;
  const isPage = headers.get('content-type')?.startsWith('text/html') === true;
  return { ms, date: headers.get('date'), isPage };
}

function clockAhead({ world }: FactContext, date: string | null): number | null {
  const server = Date.parse(date ?? '');
  return Number.isNaN(server) ? null : world.clock.now().getTime() - server;
}
