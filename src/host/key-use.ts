import { tildePath } from '../platform/paths.ts';
import { keyPrefix } from '../setup-file/key-format.ts';
import { agentIds } from './agents.ts';
import { type HostCredential, hostCredentials } from './credentials.ts';
import { oldProfilesFile } from './old-profiles.ts';

/** The key with which an agent of the host asks OpenRouter. */
export interface KeyUse {
  readonly agents: readonly string[];
  /** For people; null where the agent has no key. */
  readonly where: string | null;
  /** E.g. `sk-or-v1-1a2b…`; null where only the host can read the key. */
  readonly prefix: string | null;
  /** Whether it is the expected key; null where only the host can read it. */
  readonly isExpected: boolean | null;
  /** The file that keeps the agent from using any key (`oldProfilesFile`), for people. */
  readonly blockedBy: string | null;
}

/** Which key the agents of the host use, one for all agents that take it from the same place. */
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

/** What is wrong with the key that agents use, in a sentence; null where nothing is. */
export function keyUseProblem(use: KeyUse): string | null {
  const { agents, where, prefix, isExpected, blockedBy } = use;
  const who = agentsOfHost(agents);
  if (blockedBy !== null) {
    return `${who} refuses OpenRouter until openclaw doctor --fix has moved ${blockedBy} into its database`;
  }
  if (isExpected !== false) return null;
  if (where === null) return `${who} has no OpenRouter key`;
  return `${who} uses ${prefix} from ${where}, not the key of the setup file`;
}

export function agentsOfHost(agents: readonly string[]): string {
  return `OpenClaw (${agents.length === 1 ? 'agent' : 'agents'} ${agents.join(', ')})`;
}
