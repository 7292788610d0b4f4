import Big from 'big.js';
import { type Client, managementClientFor } from '../openrouter/client.ts';
import {
  keyHash,
  type LimitReset,
  type ManagedKey,
  readManagedKey,
  updateManagedKey,
} from '../openrouter/managed-keys.ts';
import { WireError } from '../openrouter/wire-error.ts';
import type { Deps } from '../platform/deps.ts';
import { type Hint, UsageError, UserError } from '../platform/errors.ts';
import { formatUsd } from '../platform/money.ts';
import type { OwnCommand } from '../platform/own-command.ts';
import { keyFormatProblem, keyPrefix, managementKeyVariable } from '../setup-file/key-format.ts';
import type { HeldKey } from './places.ts';

export interface ManagementOptions {
  /** Read the key from standard input. */
  readonly managementKeyStdin: boolean;
  /** Timeout of one request, in milliseconds. */
  readonly timeoutMs: number;
}

/**
 * A client that manages keys, with the management key from standard input, else the environment, else a prompt. That
 * key is never stored. Throws UserError if there is none, or if it is not a management key.
 */
export async function managementClient(
  deps: Deps,
  { managementKeyStdin, timeoutMs }: ManagementOptions,
  held: readonly HeldKey[],
): Promise<Client> {
  const { key, source } = await managementKey(deps, managementKeyStdin);
  deps.io.conceal(key);
  const problem = keyFormatProblem(key);
  const user = held.find((one) => one.key === key);
  if (problem === null && user === undefined) {
    // After Ctrl-C, work in progress is finished or rolled back; the timeout limits how long that takes.
    const { signal } = new AbortController();
    return managementClientFor({ ...deps, signal }, key, timeoutMs);
  }
  const what =
    problem ?? `is the key that ${user?.where} holds, which is for requests and manages no keys`;
  throw new UserError(`The management key from ${source} ${what}`, { type: 'key', hint: makeOne });
}

const makeOne = 'Create a management key at https://openrouter.ai/settings/management-keys';

async function managementKey(
  deps: Deps,
  fromStdin: boolean,
): Promise<{ readonly key: string; readonly source: string }> {
  if (fromStdin) {
    const flag = '--management-key-stdin';
    const key = await secretFromStdin(deps, flag, `key create --yes ${flag}`);
    return { key, source: 'standard input' };
  }
  const key = deps.env[managementKeyVariable] ?? '';
  if (key !== '') return { key, source: managementKeyVariable };
  if (deps.prompter.canPrompt) {
    const message = 'The management key (it is not stored)';
    return { key: await deps.prompter.secret({ message }), source: 'the prompt' };
  }
  throw new UserError('This needs a management key, and there is none', {
    type: 'key',
    hint: [
      makeOne,
      `Export it as ${managementKeyVariable}, or pipe it in with --management-key-stdin; it is never stored`,
    ].join('\n'),
  });
}

/** The world for programs that we start: without the management key. */
export function withoutManagementKey<World extends Pick<Deps, 'env'>>(world: World): World {
  return { ...world, env: { ...world.env, [managementKeyVariable]: undefined } };
}

/**
 * Runs a request that manages keys. A failure becomes a UserError whose message begins with what failed, e.g. `The key
 * could not be created`. `hint` is the advice for a failure of OpenRouter or the network.
 */
export async function managing<T>(
  what: string,
  request: Promise<T>,
  hint: Hint = 'Nothing was changed. Try again later',
): Promise<T> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof WireError) throw refusal(what, error, hint);
    throw error;
  }
}

/** Ignores the error if OpenRouter no longer knows the key: then there is nothing to change. */
export async function unlessGone(request: Promise<unknown>): Promise<void> {
  try {
    await request;
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    const { kind, status } = error.failure;
    if (kind !== 'http' || status !== 404) throw error;
  }
}

function refusal(what: string, { failure, message }: WireError, hint: Hint): UserError {
  // A web page with such a status did not come from OpenRouter.
  switch (failure.kind === 'http' ? failure.status : null) {
    case 401:
      return new UserError(
        `${what}: OpenRouter does not accept the management key (401: ${message})`,
        { type: 'key', hint: makeOne },
      );
    case 403:
      return new UserError(
        `${what}: the management key has no right to do this (403: ${message})`,
        {
          type: 'key',
          hint: 'Use a management key of a user who may manage keys in this workspace',
        },
      );
    case 404:
      return new UserError(
        `${what}: it is not a key of this account. It belongs to another account or workspace, or was deleted`,
        { type: 'not_found', hint: 'Use a management key of the account that the key belongs to' },
      );
    default: {
      const isUnreachable = failure.kind === 'network' || failure.kind === 'timeout';
      const type = isUnreachable ? 'network' : 'api';
      return new UserError(`${what}: ${message}`, { type, hint });
    }
  }
}

/**
 * A secret that is piped in. `example` is the command line to show in the error. Throws UsageError if there is none, or
 * if standard input is a terminal, which would echo it.
 */
export async function secretFromStdin(
  deps: Pick<Deps, 'io' | 'prompter'>,
  flag: string,
  example: string,
): Promise<string> {
  const hint = (command: OwnCommand) => `Pipe the key in: printf %s "$KEY" | ${command(example)}`;
  if (deps.prompter.canPrompt) {
    throw new UsageError(`${flag} cannot read from this terminal, which would show the key`, {
      hint,
    });
  }
  // `echo` and here-documents add a newline. Anything else belongs to the key, or is an error to report.
  const secret = (await deps.io.readStdin()).replace(/\r?\n$/, '');
  if (secret === '') throw new UsageError(`${flag}: standard input is empty`, { hint });
  return secret;
}

export interface LimitChange {
  /** USD, a decimal string; null for none. */
  readonly limit: string | null;
  /** Undefined keeps the current one. */
  readonly limitReset: LimitReset | undefined;
}

/**
 * Sets the limit at which OpenRouter stops a key. Throws UsageError if that much is already used, because the key would
 * stop at once.
 */
export async function changeLimit(
  client: Client,
  key: string,
  { limit, limitReset }: LimitChange,
): Promise<{ readonly before: ManagedKey; readonly after: ManagedKey }> {
  const hash = keyHash(key);
  const what = `The limit of ${keyPrefix(key)} could not be changed`;
  const before = await managing(what, readManagedKey(client, hash));
  const reset = limitReset === undefined ? before.limitReset : limitReset;
  if (limit !== null) assertUnused(limit, before, reset);
  const change = { limit, limitReset: limit === null ? null : reset };
  return { before, after: await managing(what, updateManagedKey(client, hash, change)) };
}

function assertUnused(limit: string, key: ManagedKey, reset: string | null): void {
  const used = usedIn(key, reset);
  if (new Big(limit).gt(used)) return;
  throw new UsageError(
    `A limit of ${formatUsd(limit)} would stop the key at once: it has used ${formatUsd(used)} ${windowText(reset)}`,
    { hint: `Pass a limit above ${formatUsd(used)}; nothing was changed` },
  );
}

/** The usage in USD that counts against a limit; 0 if the reset period is unknown. */
export function usedIn(key: ManagedKey, reset: string | null): string {
  switch (reset) {
    case 'daily':
      return key.usageDaily;
    case 'weekly':
      return key.usageWeekly;
    case 'monthly':
      return key.usageMonthly;
    case null:
      return key.usage;
    default:
      return '0';
  }
}

function windowText(reset: string | null): string {
  const windows = new Map([
    ['daily', 'today'],
    ['weekly', 'this week'],
    ['monthly', 'this month'],
  ]);
  return windows.get(reset ?? '') ?? 'since it was created';
}
