import type { Deps, ExecResult } from '../platform/deps.ts';
import { UserError } from '../platform/errors.ts';
import { valueAt } from '../platform/record.ts';
import { agentIds } from './agents.ts';
import { readHostConfig } from './config.ts';
import { resolveKey } from './key-sources.ts';
import { keyUseProblem, keyUses } from './key-use.ts';
import { readHostModel } from './model.ts';
import type { HostPlan } from './plan.ts';
import { type AgentStatus, askStatus, maskAsHost } from './status.ts';

/** `no host`: OpenClaw is not on PATH. */
export type Validation = 'valid' | 'no host' | 'not asked';

const validationTimeoutMs = 60_000;

/**
 * Has the host validate its config on disk. Throws UserError when it rejects the config or gives no answer, so that
 * the change is undone.
 */
export async function validateConfig(deps: Deps): Promise<Validation> {
  const args = ['config', 'validate'];
  const options = { env: deps.env, timeoutMs: validationTimeoutMs };
  const result = await deps.exec('openclaw', args, options);
  if (result.notFound) return 'no host';
  if (result.exitCode === 0) return 'valid';
  throw new UserError(validationFailure(result), {
    hint: (program) =>
      `Nothing was changed. See what apply would write: ${program} apply --dry-run; check the config as it is: openclaw doctor`,
    detail: firstLines(`${result.stdout}\n${result.stderr}`),
  });
}

function validationFailure({ timedOut, exitCode }: ExecResult): string {
  if (timedOut) {
    return `openclaw config validate did not answer within ${validationTimeoutMs / 1000} s`;
  }
  return exitCode === null
    ? 'openclaw config validate was killed'
    : 'OpenClaw rejects the config that apply wrote';
}

function firstLines(output: string): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  return lines.slice(0, 12).join('\n');
}

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
  return askAgents(deps, config, key);
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
export async function expectedKey(
  deps: Deps,
  { entry, throughGateway }: Pick<HostPlan, 'entry' | 'throughGateway'>,
): Promise<string | null> {
  if (throughGateway) return null;
  const found = await resolveKey(deps, entry.apiKey);
  return 'missing' in found ? null : found.key;
}

/** Asks the host about each agent; `key` is the expected one, null if any will do. */
export async function askAgents(
  deps: Pick<Deps, 'env' | 'exec' | 'clock'>,
  config: unknown,
  key: string | null,
  timeoutMs = statusTimeoutMs,
): Promise<UseReport> {
  const endMs = deps.clock.monotonic() + timeoutMs;
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
  const isExpected = key === null || maskedKey === null || maskedKey === maskAsHost(key);
  const isKey = !model.primary.startsWith('openrouter/') || (hasKey && isExpected);
  const who = `The agent ${agent} of OpenClaw`;
  return [
    ...(isModel || configured === undefined
      ? []
      : [`${who} answers with ${model.primary}, not with ${configured.primary}`]),
    ...(isKey
      ? []
      : [`${who} ${hasKey ? 'uses another key' : 'has no OpenRouter key'}, as OpenClaw reports`]),
  ];
}
