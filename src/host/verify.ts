import type { Deps, ExecResult } from '../platform/deps.ts';
import { UserError } from '../platform/errors.ts';
import { inEnvironment } from './credentials.ts';
import { resolveKey } from './key-sources.ts';
import { keyUseProblem, keyUses } from './key-use.ts';
import type { HostPlan } from './plan.ts';
import { serviceEnvironment } from './service-environment.ts';
import { hostErrorIn } from './status.ts';

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

function validationFailure({ timedOut, exitCode, stderr }: ExecResult): string {
  if (timedOut) {
    return `openclaw config validate did not answer within ${validationTimeoutMs / 1000} s`;
  }
  if (exitCode === null) return 'openclaw config validate was killed';
  const reason = hostErrorIn(stderr);
  return reason === null
    ? 'OpenClaw rejects the config that apply wrote'
    : `OpenClaw cannot validate its config: ${reason}`;
}

function firstLines(output: string): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  return lines.slice(0, 12).join('\n');
}

/** Agents that use another key than the entry, started here or as a service, as far as the files show. */
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

/** Null where the host sends no key of OpenRouter, or none is known. */
export async function expectedKey(
  deps: Deps,
  { entry, throughGateway }: Pick<HostPlan, 'entry' | 'throughGateway'>,
): Promise<string | null> {
  if (throughGateway) return null;
  const found = await resolveKey(deps, entry.apiKey);
  return 'missing' in found ? null : found.key;
}
