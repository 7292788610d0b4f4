import { resolveKey } from '../host/key-sources.ts';
import { sendChat } from '../openrouter/chat.ts';
import { type Client, clientFor } from '../openrouter/client.ts';
import type { Deps } from '../platform/deps.ts';
import { certify } from '../probe/certify.ts';
import { type KeyedEntry, planProbes } from '../probe/plan.ts';
import type { Entry } from '../setup-file/entry.ts';
import { defaultKeyVariable, keyVariable } from '../setup-file/key-format.ts';
import { parseSetup } from '../setup-file/setup-file.ts';
import type { Prepared, PrimaryReport } from './prepare.ts';

/** Sends a small live request to the primary model of each planned entry, as the file will have it. */
export async function verifyPrimaries(
  deps: Deps,
  timeoutMs: number,
  prepared: Prepared,
): Promise<readonly PrimaryReport[]> {
  const keyed = await Promise.all(
    primariesOf(prepared).map((entry) => withKey(deps, entry, prepared)),
  );
  const clients = new Map<string, Client>();
  const report = await certify(planProbes(keyed, { tools: false, stream: false }, []), {
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

/** The primary models of the planned entries. */
export function primaryModels(prepared: Prepared): readonly string[] {
  return [...new Set(primariesOf(prepared).map(({ defaultModel }) => defaultModel))];
}

function primariesOf({ changes, plan }: Prepared): readonly Entry[] {
  const [file] = changes.files;
  if (file === undefined) return [];
  return parseSetup(file.after, file.path)
    .entries.filter(({ name }) => plan.entries.includes(name))
    .map((entry) => ({ ...entry, fallbackModels: [], complexModel: null }));
}

// A new key is not yet where the entry looks for it.
async function withKey(deps: Deps, entry: Entry, { key, plan }: Prepared): Promise<KeyedEntry> {
  const stored = plan.key?.variable ?? key.storage.variable ?? defaultKeyVariable;
  if (key.isNew && key.key !== null && keyVariable(entry.apiKey) === stored) {
    return { entry, key: key.key };
  }
  const found = await resolveKey(deps, entry.apiKey);
  if ('missing' in found) return { entry, key: null, variable: found.missing };
  return { entry, key: found.key };
}
