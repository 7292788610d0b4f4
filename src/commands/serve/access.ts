import { peerCheck } from '../../gateway/guard.ts';
import type { GatewayAccess } from '../../gateway/options.ts';
import { ensureGatewayToken, isGatewayToken, readGatewayToken } from '../../host/gateway-token.ts';
import type { Deps } from '../../platform/deps.ts';
import { isLoopback } from '../../platform/destination.ts';
import { UsageError, UserError } from '../../platform/errors.ts';
import { shellWord } from '../../text/escape.ts';

export interface AccessOptions {
  readonly host: string;
  /** Name of the variable with the token that clients must send. */
  readonly tokenEnv?: string;
}

interface WatchedAccess {
  readonly access: GatewayAccess;
  readonly notes: readonly string[];
  /** Watches the token file for changes until the signal is aborted. */
  run(signal: AbortSignal): Promise<void>;
}

const everyMs = 1_000;

/**
 * The accepted tokens: the one of `--token-env`, and the one in our token file, which `apply` gives to OpenClaw. Throws
 * UserError for an invalid token.
 */
export async function watchAccess(deps: Deps, options: AccessOptions): Promise<WatchedAccess> {
  const given = givenToken(deps, options);
  const notes: string[] = [];
  let own = await ensureGatewayToken(deps).catch((error: unknown) => {
    if (!(error instanceof UserError)) throw error;
    notes.push(`${error.message}: OpenClaw has no token to send`);
    return null;
  });
  if (own !== null) deps.io.conceal(own);
  return {
    access: {
      tokens: () => [given, own].filter((token) => token !== null),
      tokenRequired: given !== null,
      peerCheck: (address) => peerCheck(deps, address),
    },
    notes,
    async run(signal) {
      while (!signal.aborted) {
        await deps.clock.sleep(everyMs, signal).catch(() => undefined);
        const now = await readGatewayToken(deps).catch(() => null);
        if (now === null || now === own) continue;
        deps.io.conceal(now);
        own = now;
      }
    },
  };
}

/** Throws UsageError if the address is reachable from other machines and no token is set. */
export function assertTokenForHost({ tokenEnv, host }: AccessOptions): void {
  if (tokenEnv !== undefined || isLoopback(host)) return;
  throw new UsageError(
    `--host ${host} lets other machines in, where anybody could spend your credit`,
    {
      hint: 'Add --token-env <NAME>: the variable that holds the token which clients must send',
    },
  );
}

function givenToken({ env, io }: Deps, { tokenEnv }: AccessOptions): string | null {
  if (tokenEnv === undefined) return null;
  const token = env[tokenEnv] ?? '';
  io.conceal(token);
  const hint = `Create one: export ${shellWord(tokenEnv)}=$(openssl rand -hex 32)`;
  // Clients send the token unencrypted to whatever listens on the port.
  if (token.startsWith('sk-or-')) {
    const message = `${tokenEnv} holds an OpenRouter key, which clients of the gateway must not have`;
    throw new UserError(message, { type: 'usage', hint });
  }
  if (isGatewayToken(token)) return token;
  throw new UserError(
    `${tokenEnv} does not hold a token of at least 16 characters without spaces`,
    { type: 'usage', hint },
  );
}
