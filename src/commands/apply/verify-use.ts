import { agentIds } from '../../host/agents.ts';
import { readHostConfig } from '../../host/config.ts';
import { resolveKey } from '../../host/key-sources.ts';
import { keyUseProblem, keyUses } from '../../host/key-use.ts';
import { readHostModel } from '../../host/model.ts';
import type { HostPlan } from '../../host/plan.ts';
import { type AgentStatus, askStatus, maskAsHost } from '../../host/status.ts';
import type { Deps } from '../../platform/deps.ts';
import { valueAt } from '../../platform/record.ts';
import { withProgress } from '../../terminal/progress.ts';

export interface UseReport {
  /** Agents that do not use what the setup file says. */
  readonly problems: readonly string[];
  /** What the host was not asked, and why. */
  readonly notes: readonly string[];
}

/** For all agents together: each takes the host several seconds. */
const statusTimeoutMs = 60_000;

/** Checks with which key and model the agents of the host answer: by its files, and by asking the host. */
export async function verifyUse(
  deps: Deps,
  key: string | null,
  asksHost: boolean,
): Promise<UseReport> {
  const { value: config } = await readHostConfig(deps);
  const problems = key === null ? [] : await keyProblems(deps, config, key);
  if (problems.length > 0 || !asksHost) return { problems, notes: [] };
  return withProgress(deps.io, 'OpenClaw tells which model and key its agents use', () =>
    askAgents(deps, config, key),
  );
}

/** Agents that use another key than the entry, as far as the files tell. */
export async function keyProblems(
  deps: Deps,
  config: unknown,
  key: string,
): Promise<readonly string[]> {
  return (await keyUses(deps, config, key)).flatMap((use) => keyUseProblem(use) ?? []);
}

/** Null where the host sends no key of OpenRouter, or none is known. */
export async function wantedKey(
  deps: Deps,
  { entry, throughGateway }: Pick<HostPlan, 'entry' | 'throughGateway'>,
): Promise<string | null> {
  if (throughGateway) return null;
  const found = await resolveKey(deps, entry.apiKey);
  return 'missing' in found ? null : found.key;
}

async function askAgents(deps: Deps, config: unknown, key: string | null): Promise<UseReport> {
  const endMs = deps.clock.monotonic() + statusTimeoutMs;
  const problems: string[] = [];
  for (const agent of agentIds(config)) {
    const leftMs = endMs - deps.clock.monotonic();
    const status =
      leftMs <= 0 ? { reason: 'there are too many agents' } : await askStatus(deps, agent, leftMs);
    if ('reason' in status) {
      const notes = [`Not confirmed by OpenClaw for the agent ${agent}: ${status.reason}`];
      return { problems, notes };
    }
    problems.push(...statusProblems(config, agent, status, key));
  }
  return { problems, notes: [] };
}

function statusProblems(
  config: unknown,
  agent: string,
  { model, maskedKey, hasKey }: AgentStatus,
  key: string | null,
): readonly string[] {
  const configured = [
    ['agents', 'entries', agent, 'model'],
    ['agents', 'defaults', 'model'],
  ]
    .map((path) => readHostModel(valueAt(config, path)))
    .find((one) => one !== null);
  // The host spells ids in small letters.
  const isModel = configured?.primary.toLowerCase() === model.primary.toLowerCase();
  const isKey = key === null || (hasKey && (maskedKey === null || maskedKey === maskAsHost(key)));
  const who = `The agent ${agent} of OpenClaw`;
  return [
    ...(isModel || configured === undefined
      ? []
      : [`${who} answers with ${model.primary}, not with ${configured.primary}`]),
    ...(isKey
      ? []
      : [`${who} ${hasKey ? 'uses another key' : 'has no key of OpenRouter'}, by its own account`]),
  ];
}
