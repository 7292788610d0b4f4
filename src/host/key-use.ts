import { keyPrefix } from '../setup-file/key-format.ts';
import { agentIds } from './agents.ts';
import { type HostCredential, hostCredentials } from './credentials.ts';

/** The key with which an agent of the host asks OpenRouter. */
export interface KeyUse {
  readonly agents: readonly string[];
  /** For people; null where the agent has no key. */
  readonly where: string | null;
  /** E.g. `sk-or-v1-1a2b…`; null where only the host can read the key. */
  readonly prefix: string | null;
  /** Whether it is the expected key; null where only the host can read it. */
  readonly isExpected: boolean | null;
}

/** Which key the agents of the host use, one for all agents that take it from the same place. */
export async function keyUses(
  world: Parameters<typeof hostCredentials>[0],
  config: unknown,
  expected: string,
): Promise<readonly KeyUse[]> {
  const groups = new Map<string, { agents: string[]; used: HostCredential | undefined }>();
  for (const agent of agentIds(config)) {
    const [used] = await hostCredentials(world, config, agent);
    const id = JSON.stringify([used?.where, used?.key]);
    const group = groups.get(id) ?? { agents: [], used };
    groups.set(id, { used, agents: [...group.agents, agent] });
  }
  return [...groups.values()].map(({ agents, used }) => ({
    agents,
    where: used?.where ?? null,
    prefix: used?.key ? keyPrefix(used.key) : null,
    isExpected: used === undefined ? false : used.key === null ? null : used.key === expected,
  }));
}

/** What is wrong with the key that agents use, in a sentence; null where nothing is. */
export function keyUseProblem({ agents, where, prefix, isExpected }: KeyUse): string | null {
  if (isExpected !== false) return null;
  const who = agentsOfHost(agents);
  if (where === null) return `${who} has no OpenRouter key`;
  return `${who} uses ${prefix} from ${where}, not the key of the setup file`;
}

export function agentsOfHost(agents: readonly string[]): string {
  return `OpenClaw (${agents.length === 1 ? 'agent' : 'agents'} ${agents.join(', ')})`;
}
