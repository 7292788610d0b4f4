import { sendChat } from '../openrouter/chat.ts';
import { type Client, clientFor } from '../openrouter/client.ts';
import type { Deps } from '../platform/deps.ts';
import { certify } from './certify.ts';
import { type KeyedEntry, planProbes } from './plan.ts';
import type { LinkReport } from './report.ts';

/** How the primary model of an entry answered. */
export interface PrimaryReport extends LinkReport {
  readonly entry: string;
}

/** Sends a small live request to the primary model of each entry. */
export async function probePrimaries(
  deps: Deps,
  keyed: readonly KeyedEntry[],
  timeoutMs: number,
): Promise<readonly PrimaryReport[]> {
  const primaries = keyed.map((one) => ({
    ...one,
    entry: { ...one.entry, fallbackModels: [], complexModel: null },
  }));
  const clients = new Map<string, Client>();
  const report = await certify(planProbes(primaries, { tools: false, stream: false }, []), {
    ...deps,
    timeoutMs,
    concurrency: 4,
    async send({ key, body, headers }, leftMs) {
      const client = clients.get(key) ?? clientFor(deps, key, timeoutMs);
      clients.set(key, client);
      return sendChat(client, { body, headers, stream: true, timeoutMs: leftMs });
    },
  });
  return report.entries.flatMap(({ entry, links }) => links.map((link) => ({ ...link, entry })));
}
