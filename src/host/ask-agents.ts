import { isHostModelId } from '../openrouter/model-id.ts';
import { forEachConcurrently } from '../platform/concurrency.ts';
import type { Deps } from '../platform/deps.ts';
import { valueAt } from '../platform/record.ts';
import { agentIds, agentMembers, readBindings } from './agents.ts';
import { readHostConfig } from './config.ts';
import { hostCredentials } from './credentials.ts';
import { agentsOfHost, keyProblems } from './key-use.ts';
import { type HostModel, readHostModel } from './model.ts';
import {
  type AgentStatus,
  askAgentList,
  askStatus,
  type ListedAgent,
  maskAsHost,
  type NoAnswer,
} from './program.ts';

type World = Pick<Deps, 'env' | 'exec' | 'clock' | 'place' | 'files' | 'io'>;

/** What the host answered about its agents. */
export interface UseReport {
  /** Agents that do not follow the setup file. */
  readonly problems: readonly string[];
  /** What the host was not asked, and why. */
  readonly notes: readonly string[];
  /** The agents whose model the host reported. */
  readonly agents: readonly ListedAgent[];
}

/** For all questions together: the host takes several seconds for each. */
const defaultTimeoutMs = 60_000;
/** Each question starts the host, which keeps a core busy for seconds. */
const questionsAtOnce = 3;

/**
 * Checks which key and model the agents of the host use, by reading its files and by asking the host. Call it after
 * everything is written: Ctrl-C only ends the questions.
 */
export async function verifyUse(
  deps: Deps,
  key: string | null,
  asksHost: boolean,
): Promise<UseReport> {
  const { value: config } = await readHostConfig(deps);
  const problems = key === null ? [] : await keyProblems(deps, config, key);
  if (problems.length > 0 || !asksHost) return { problems, notes: [], agents: [] };
  try {
    return await askAgents(deps, config, key);
  } catch (error) {
    if (!deps.signal.aborted) throw error;
    const notes = ['Not confirmed by OpenClaw: interrupted after everything was written'];
    return { problems: [], notes, agents: [] };
  }
}

/**
 * Asks the host for the model of each agent, and for the key of one agent per group that takes it from the same place.
 * `key` is the expected key; null accepts any.
 */
export async function askAgents(
  deps: World,
  config: unknown,
  key: string | null,
  timeoutMs = defaultTimeoutMs,
): Promise<UseReport> {
  const endMs = deps.clock.monotonic() + timeoutMs;
  const groups = await keyGroups(deps, config);
  const representatives = groups.map(([first]) => first);
  const others = agentIds(config).filter((id) => !representatives.includes(id));
  const needsList = others.length > 0 || readBindings(config).length > 0;
  const questions = [
    ...(needsList ? [(leftMs: number) => askModels(deps, config, others, leftMs)] : []),
    ...groups.map((group) => (leftMs: number) => askKey(deps, config, { group, key }, leftMs)),
  ];
  const answers: UseReport[] = [];
  await forEachConcurrently(questions, questionsAtOnce, async (ask) => {
    answers.push(await ask(endMs - deps.clock.monotonic()));
  });
  const agents = new Map<string, ListedAgent>();
  for (const agent of answers.flatMap((answer) => answer.agents)) {
    const known = agents.get(agent.id);
    if (known === undefined || known.channels.length === 0) agents.set(agent.id, agent);
  }
  return {
    problems: [...new Set(answers.flatMap(({ problems }) => problems))],
    notes: answers.flatMap(({ notes }) => notes),
    agents: agentIds(config).flatMap((id) => agents.get(id) ?? []),
  };
}

/** The agents that call OpenRouter directly, grouped by the place that they take their key from. */
async function keyGroups(world: World, config: unknown): Promise<readonly (readonly string[])[]> {
  const groups = new Map<string, string[]>();
  for (const agent of agentIds(config)) {
    if (!isHostModelId(configuredModel(config, agent)?.primary ?? '')) continue;
    const [used] = await hostCredentials(world, config, agent);
    const place = JSON.stringify([used?.where, used?.key]);
    groups.set(place, [...(groups.get(place) ?? []), agent]);
  }
  return [...groups.values()];
}

function configuredModel(config: unknown, agent: string): HostModel | null {
  const shared = valueAt(config, ['agents', 'defaults', 'model']);
  return readHostModel(agentMembers(config, agent).model) ?? readHostModel(shared);
}

async function askModels(
  deps: World,
  config: unknown,
  others: readonly string[],
  leftMs: number,
): Promise<UseReport> {
  const agents = await askAgentList(deps, leftMs);
  if ('reason' in agents) return notConfirmed('model', others, agents);
  const problems = agents.flatMap(({ id, model }) => modelProblems(config, id, model));
  return { problems, notes: [], agents };
}

async function askKey(
  deps: World,
  config: unknown,
  { group, key }: { readonly group: readonly string[]; readonly key: string | null },
  leftMs: number,
): Promise<UseReport> {
  const [agent = ''] = group;
  const status = await askStatus(deps, agent, leftMs);
  if ('reason' in status) return notConfirmed('key', group, status);
  const { model, fallbacks } = status;
  return {
    problems: [
      ...modelProblems(config, agent, model),
      ...(fallbacks === null ? [] : fallbackProblems(config, agent, fallbacks)),
      ...(isHostModelId(model) ? keyStatusProblems(group, status, key) : []),
    ],
    notes: [],
    agents: [{ id: agent, model, channels: [] }],
  };
}

function notConfirmed(
  what: string,
  agents: readonly string[],
  { reason, isError }: NoAnswer,
): UseReport {
  const whose = agents.length === 0 ? 'the channels' : agents.join(', ');
  const text = `The ${what} of ${whose} is not confirmed by OpenClaw: ${reason}`;
  return { problems: isError ? [text] : [], notes: isError ? [] : [text], agents: [] };
}

function modelProblems(config: unknown, agent: string, model: string): readonly string[] {
  const configured = configuredModel(config, agent);
  if (configured === null || isSameModel(configured.primary, model)) return [];
  return [`The agent ${agent} of OpenClaw answers with ${model}, not with ${configured.primary}`];
}

function fallbackProblems(
  config: unknown,
  agent: string,
  fallbacks: readonly string[],
): readonly string[] {
  const configured = configuredModel(config, agent)?.fallbacks ?? [];
  const isSame = configured.every((id, index) => isSameModel(id, fallbacks[index] ?? ''));
  if (isSame && configured.length === fallbacks.length) return [];
  const words = (ids: readonly string[]) => (ids.length === 0 ? 'nothing' : ids.join(', '));
  return [
    `The agent ${agent} of OpenClaw falls back to ${words(fallbacks)}, not to ${words(configured)}`,
  ];
}

// The host lowercases model ids.
function isSameModel(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function keyStatusProblems(
  agents: readonly string[],
  { maskedKey, hasKey }: AgentStatus,
  key: string | null,
): readonly string[] {
  const isExpected = key === null || maskedKey === null || maskedKey === maskAsHost(key);
  if (hasKey && isExpected) return [];
  const who = agentsOfHost(agents);
  return [`${who} ${hasKey ? 'uses another key' : 'has no OpenRouter key'}, as OpenClaw reports`];
}
