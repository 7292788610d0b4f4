import type { Deps, ExecResult } from '../platform/deps.ts';
import { UserError } from '../platform/errors.ts';
import { isRecord, recordAt, valueAt } from '../platform/record.ts';
import { jsonOrUndefined } from '../text/parse-json.ts';
import { cleanText } from '../text/terminal.ts';
import { findHost } from './location.ts';

/** What the host reports about one of its agents. */
export interface AgentStatus {
  readonly model: string;
  /** Null if it does not say. */
  readonly fallbacks: readonly string[] | null;
  /** The OpenRouter key as the host masks it; null if it has none or shows none. */
  readonly maskedKey: string | null;
  readonly hasKey: boolean;
}

/** An agent as the host lists it. */
export interface ListedAgent {
  readonly id: string;
  readonly model: string;
  /** The channels that are bound to it as a whole. */
  readonly channels: readonly string[];
}

/** A question that the host did not answer, with the reason as shown to the user. */
export interface NoAnswer {
  readonly reason: string;
  /** Whether the host started and reported an error. */
  readonly isError: boolean;
}

type World = Pick<Deps, 'env' | 'exec'>;

/** Runs `openclaw models status`, which takes seconds. Never throws because of the host. */
export async function askStatus(
  deps: World,
  agent: string,
  timeoutMs: number,
): Promise<AgentStatus | NoAnswer> {
  const output = await ask(deps, ['models', 'status', '--json', '--agent', agent], timeoutMs);
  if (typeof output !== 'string') return output;
  return readStatus(output) ?? noAnswer('openclaw models status printed no model');
}

/** Runs `openclaw agents list`, which takes seconds. Never throws because of the host. */
export async function askAgentList(
  deps: World,
  timeoutMs: number,
): Promise<readonly ListedAgent[] | NoAnswer> {
  const output = await ask(deps, ['agents', 'list', '--bindings', '--json'], timeoutMs);
  if (typeof output !== 'string') return output;
  const listed = jsonOrUndefined(output);
  if (!Array.isArray(listed)) return noAnswer('openclaw agents list printed no list');
  return listed.filter(isRecord).map(({ id, model, bindingDetails }) => ({
    id: String(id),
    model: String(model),
    channels: (Array.isArray(bindingDetails) ? bindingDetails : []).flatMap(
      (detail) => /^(\S+) accountId=\*$/.exec(String(detail))?.[1] ?? [],
    ),
  }));
}

async function ask(
  { env, exec }: World,
  args: readonly string[],
  timeoutMs: number,
): Promise<string | NoAnswer> {
  if (timeoutMs <= 0) return noAnswer('there was no time left to ask');
  const result = await exec('openclaw', args, { env, timeoutMs });
  const { notFound, timedOut, stdout, stderr, exitCode } = result;
  if (notFound) return noAnswer('openclaw is not on PATH');
  if (timedOut) return noAnswer(`it did not answer within ${Math.round(timeoutMs / 1000)} s`);
  const reason = hostErrorIn(stderr);
  if (reason !== null) return { reason, isError: true };
  if (exitCode === null || exitCode === 0 || stdout.trim() !== '') return stdout;
  const command = `openclaw ${args.slice(0, 2).join(' ')}`;
  // Another version may lack the command or one of its options.
  if (/(?:unknown|unexpected) (?:command|option|argument)/i.test(stderr)) {
    return noAnswer(`it does not know ${command} with these options`);
  }
  const said = cleanText(stderr.trim().split('\n').at(-1) ?? '');
  const why = said === '' ? '' : `: ${said}`;
  return { reason: `${command} ended with exit code ${exitCode}${why}`, isError: true };
}

/** Why the host exited without doing anything, e.g. because Node is too old; null if it does not say. */
export function hostErrorIn(stderr: string): string | null {
  const reason = /^(?:\[openclaw\] Reason|openclaw): (.+)$/m.exec(stderr)?.[1];
  return reason === undefined ? null : cleanText(reason);
}

function noAnswer(reason: string): NoAnswer {
  return { reason, isError: false };
}

function readStatus(output: string): AgentStatus | null {
  const status = jsonOrUndefined(output);
  const model = valueAt(status, ['resolvedDefault']);
  const fallbacks = valueAt(status, ['fallbacks']);
  if (typeof model !== 'string') return null;
  const providers = valueAt(status, ['auth', 'providers']);
  const row = (Array.isArray(providers) ? providers : []).find(
    (one) => valueAt(one, ['provider']) === 'openrouter',
  );
  const { kind, detail } = recordAt(row, ['effective']);
  const isShown = (kind === 'env' || kind === 'models.json') && typeof detail === 'string';
  return {
    model,
    fallbacks: Array.isArray(fallbacks) ? fallbacks.map(String) : null,
    maskedKey: isShown && detail.startsWith('sk-') ? detail : null,
    hasKey: row !== undefined && kind !== 'missing',
  };
}

/** A key as the host shows it: the first and last eight characters. */
export function maskAsHost(key: string): string {
  return `${key.slice(0, 8)}...${key.slice(-8)}`;
}

/** `no host`: OpenClaw is not on PATH. */
export type Validation = 'valid' | 'no host' | 'not asked';

const validationTimeoutMs = 60_000;

/**
 * Runs the host's own validation of its config on disk. Throws UserError if it rejects the config or does not answer,
 * so that the change is undone.
 */
export async function validateConfig(deps: Deps): Promise<Validation> {
  const args = ['config', 'validate'];
  const options = { env: deps.env, timeoutMs: validationTimeoutMs };
  const result = await deps.exec('openclaw', args, options);
  if (result.notFound) return 'no host';
  if (result.exitCode === 0) return 'valid';
  throw new UserError(validationFailure(result), {
    hint: (command) =>
      `Nothing was changed. See what apply would write: ${command('apply --dry-run')}; check the config as it is: openclaw doctor`,
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

/** Covers everything OpenClaw does when it is restarted. */
const restartTimeoutMs = 120_000;

/** `absent`: OpenClaw is not installed. `stopped`: interrupted by Ctrl-C. */
export type Restart = 'done' | 'failed' | 'absent' | 'stopped';

/**
 * Step 2.3 of the guide: restarts OpenClaw's gateway, then runs its doctor, with their output on stderr. Does not throw
 * on Ctrl-C, because everything is already written.
 */
export async function restartHost(deps: Deps): Promise<Restart> {
  const run = (args: readonly string[]) =>
    deps.exec('openclaw', args, { env: deps.env, timeoutMs: restartTimeoutMs, show: true });
  try {
    if (!(await findHost(deps)).installed) return 'absent';
    const { exitCode } = await run(['gateway', 'restart']);
    if (exitCode !== 0) return 'failed';
    await run(['doctor', '--non-interactive']);
    return 'done';
  } catch (error) {
    if (deps.signal.aborted) return 'stopped';
    throw error;
  }
}
