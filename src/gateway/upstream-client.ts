import { type Reader, readJson, shaped } from '../openrouter/answer.ts';
import type { Client } from '../openrouter/client.ts';
import { readWhole } from './read-whole.ts';
import { exchangeOf, type Upstream } from './upstream.ts';

/** The gateway's own connections, for what asks OpenRouter by a client. Throws as the client does. */
export function upstreamClient(
  upstream: Upstream,
  reader: Reader,
  authorization: string | null,
  signal: AbortSignal,
): Pick<Client, 'request'> {
  const headers = {
    accept: 'application/json',
    ...(authorization === null ? {} : { authorization }),
  };
  return {
    async request({ path, query }, schema) {
      const search = query === undefined ? '' : `?${new URLSearchParams(query)}`;
      const answer = await upstream.get(`${path}${search}`, headers, signal);
      const body = await readJson(reader, exchangeOf(answer, await readWhole(answer)));
      return shaped(reader, schema, body);
    },
  };
}
