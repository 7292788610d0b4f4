import { baseUrlFrom } from '../../openrouter/base-url.ts';
import type { Client } from '../../openrouter/client.ts';
import type { Deps } from '../../platform/deps.ts';
import type { ErrorType, Hint, UserError } from '../../platform/errors.ts';

export type World = Pick<
  Deps,
  'io' | 'env' | 'place' | 'files' | 'fetch' | 'exec' | 'clock' | 'random' | 'signal'
>;

export interface FactsOptions {
  /** Path of the setup file. */
  readonly path: string;
  /** Do not use the network. */
  readonly offline: boolean;
  /** Timeout of one request, in milliseconds. */
  readonly timeoutMs: number;
  /** Write nothing, not even the cached list of models. */
  readonly dryRun?: boolean;
}

/** What is needed to gather a fact. */
export interface FactContext {
  readonly world: World;
  readonly options: FactsOptions;
}

/**
 * Why a check is skipped: what it is about does not exist here (`absent`), it needs the network (`offline`), or it could
 * not be had (`failed`).
 */
export type SkipCause = 'absent' | 'offline' | 'failed';

/** Thrown if a fact cannot be gathered. Checks that need it are skipped with this reason. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
  readonly skipCause: SkipCause;
  readonly type: ErrorType;
  readonly hint: Hint | undefined;

  constructor(
    message: string,
    {
      skipCause = 'failed',
      type = 'network',
      hint,
    }: Partial<Pick<UserError, 'type' | 'hint'>> & { readonly skipCause?: SkipCause } = {},
  ) {
    super(message);
    this.skipCause = skipCause;
    this.type = type;
    this.hint = hint;
  }
}

/**
 * Opens the client. It is only loaded if the network is used, so `--offline` does not pay for it. Throws Unavailable
 * when offline, and UserError for a base URL that must not be given a key.
 */
export async function openClient(
  { world, options }: FactContext,
  apiKey: string | null,
): Promise<Client> {
  refuseOffline(options);
  const { createClient } = await import('./requests.ts');
  return createClient({
    baseUrl: baseUrlFrom(world.env),
    apiKey,
    fetch: world.fetch,
    clock: world.clock,
    timeoutMs: options.timeoutMs,
    signal: world.signal,
  });
}

export function refuseOffline({ offline }: FactContext['options']): void {
  if (offline) throw new Unavailable('no network with --offline', { skipCause: 'offline' });
}
