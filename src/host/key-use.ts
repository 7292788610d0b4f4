import { join } from 'node:path';
import { readText } from '../config/snapshot.ts';
import type { Deps } from '../platform/deps.ts';
import { tildePath } from '../platform/paths.ts';
import { isRecord, valueAt } from '../platform/record.ts';
import { keyPrefix } from '../setup-file/key-format.ts';
import { jsonOrUndefined } from '../text/parse-json.ts';
import { agentIds } from './agents.ts';
import { agentFolder, readAuthProfiles } from './auth-profiles.ts';
import { type HostCredential, hostCredentials, inEnvironment } from './credentials.ts';
import { resolveKey } from './key-sources.ts';
import type { HostPlan } from './plan.ts';
import { serviceEnvironment } from './services.ts';

/** The key that an agent of the host uses for OpenRouter. */
export interface KeyUse {
  readonly agents: readonly string[];
  /** As shown to the user; null if the agent has no key. */
  readonly where: string | null;
  /** E.g. `sk-or-v1-1a2b…`; null if only the host can read the key. */
  readonly prefix: string | null;
  /** Whether it is the expected key; null if only the host can read it. */
  readonly isExpected: boolean | null;
  /** The file that keeps the agent from using any key (`oldProfilesFile`), as shown to the user. */
  readonly blockedBy: string | null;
}

/** Which key the agents of the host use, one result per group of agents that take it from the same place. */
export async function keyUses(
  world: Parameters<typeof hostCredentials>[0],
  config: unknown,
  expected: string,
): Promise<readonly KeyUse[]> {
  const groups = new Map<string, Group>();
  for (const agent of agentIds(config)) {
    const [used] = await hostCredentials(world, config, agent);
    const file = await oldProfilesFile(world, config, agent);
    const blockedBy = file === null ? null : tildePath(file, world.place);
    const id = JSON.stringify([used?.where, used?.key, blockedBy]);
    const agents = [...(groups.get(id)?.agents ?? []), agent];
    groups.set(id, { agents, used, blockedBy });
  }
  return [...groups.values()].map(({ agents, used, blockedBy }) => ({
    agents,
    blockedBy,
    where: used?.where ?? null,
    prefix: used?.key ? keyPrefix(used.key) : null,
    isExpected: used === undefined ? false : used.key === null ? null : used.key === expected,
  }));
}

interface Group {
  readonly agents: readonly string[];
  readonly used: HostCredential | undefined;
  readonly blockedBy: string | null;
}

/** A sentence about what is wrong with the key that agents use; null if nothing is. */
export function keyUseProblem(use: KeyUse): string | null {
  const { agents, where, prefix, isExpected, blockedBy } = use;
  const who = agentsOfHost(agents);
  if (blockedBy !== null) {
    return `${who} refuses OpenRouter until openclaw doctor --fix has moved ${blockedBy} into its database`;
  }
  if (isExpected !== false) return null;
  if (where === null) return `${who} has no OpenRouter key`;
  if (prefix === null) return `${who} has no OpenRouter key: ${where}`;
  return `${who} uses ${prefix} from ${where}, not the key of the setup file`;
}

export function agentsOfHost(agents: readonly string[]): string {
  return `OpenClaw (${agents.length === 1 ? 'agent' : 'agents'} ${agents.join(', ')})`;
}

/** Agents that use a different key than the entry, whether started here or as a service, as far as the files show. */
export async function keyProblems(
  deps: Deps,
  config: unknown,
  key: string,
): Promise<readonly string[]> {
  const here = await keyUses(deps, config, key);
  const env = await serviceEnvironment(deps, config);
  const inService = env === null ? [] : await keyUses({ ...deps, env }, config, key);
  const uses = [
    ...here,
    ...inService.map((use) =>
      use.where === inEnvironment ? { ...use, where: 'the environment of its service' } : use,
    ),
  ];
  return [...new Set(uses.flatMap((use) => keyUseProblem(use) ?? []))];
}

/** Null if the host sends no OpenRouter key, or none is known. */
export async function expectedKey(
  deps: Deps,
  { entry, throughGateway }: Pick<HostPlan, 'entry' | 'throughGateway'>,
): Promise<string | null> {
  if (throughGateway) return null;
  const found = await resolveKey(deps, entry.apiKey);
  return 'missing' in found ? null : found.key;
}

/**
 * The file of an older host that keeps an agent from using OpenRouter with any key; null if there is none. The host no
 * longer reads it, and refuses the providers in it until `openclaw doctor --fix` has moved it into the database
 * (docs.openclaw.ai/auth-credential-semantics; observed with 2026.9.6).
 */
async function oldProfilesFile(
  world: Pick<Deps, 'env' | 'place' | 'files'>,
  config: unknown,
  agent: string,
): Promise<string | null> {
  // All agents share the files of `main`.
  const folders = new Set([agent, 'main'].map((one) => agentFolder(world, config, one)));
  for (const folder of folders) {
    const path = join(folder, 'auth-profiles.json');
    const { exists, text } = await readText(world.files, path).catch(() => unreadable);
    if (!exists || !mayNameOpenRouter(text)) continue;
    // If there are stored profiles, the host only warns.
    const { profiles } = await readAuthProfiles(world, config, agent);
    return profiles.length === 0 ? path : null;
  }
  return null;
}

const unreadable = { exists: false, text: '' };

/**
 * Whether the file, in either of its formats, concerns OpenRouter. A file that cannot be parsed may concern any
 * provider.
 */
function mayNameOpenRouter(text: string): boolean {
  const stored = jsonOrUndefined(text);
  const profiles = valueAt(stored, ['profiles']) ?? stored;
  if (!isRecord(profiles)) return true;
  return Object.entries(profiles).some(
    ([name, profile]) => name === 'openrouter' || valueAt(profile, ['provider']) === 'openrouter',
  );
}
