import type { Deps } from '../../deps.ts';
import { parseSetup } from '../../openclaw/setup-file.ts';
import { sendChat } from '../../openrouter/chat.ts';
import { certify } from '../../probe/certify.ts';
import { type KeyedEntry, planProbes } from '../../probe/plan.ts';
import type { ChangeSet } from '../../setup/change-set.ts';
import type { Plan } from '../../setup/plan.ts';
import { withProgress } from '../../terminal/progress.ts';
import { clientFor } from '../api.ts';
import type { ChosenKey } from './key.ts';
import type { InitOptions } from './options.ts';
import type { InitResult } from './result.ts';

/** Asks the primary model of each planned entry for an answer, as the entry will stand in the file. */
export async function provePrimaries(
  deps: Deps,
  { timeoutMs }: InitOptions,
  changes: ChangeSet,
  plan: Plan,
  { key }: ChosenKey,
): Promise<InitResult['proofs']> {
  if (key === null) return [];
  const entries = primariesOf(changes, plan).map((entry): KeyedEntry => ({ entry, key }));
  const probes = planProbes(entries, { tools: false, stream: false }, []);
  const client = clientFor(deps, key, timeoutMs);
  const report = await withProgress(deps.io, 'Asking the primary model for an answer', () =>
    certify(probes, {
      ...deps,
      timeoutMs,
      concurrency: 4,
      send: ({ body, headers }, leftMs) =>
        sendChat(client, { body, headers, stream: true, timeoutMs: leftMs }),
    }),
  );
  return report.entries.flatMap(({ entry, links }) => links.map((link) => ({ ...link, entry })));
}

function primariesOf({ files }: ChangeSet, plan: Plan) {
  const [file] = files;
  if (file === undefined) return [];
  return parseSetup(file.after, file.path)
    .entries.filter(({ name }) => plan.entries.includes(name))
    .map((entry) => ({ ...entry, fallbackModels: [], complexModel: null }));
}
