import { CancelError } from '../../errors.ts';
import { gatewayUrl } from '../../openclaw/host-provider.ts';
import { isLoopback } from '../../platform/destination.ts';
import { isRecord } from '../../routing/record.ts';
import { Unavailable } from '../check.ts';
import type { Given } from '../facts.ts';
import { memberAt } from '../models.ts';
import { refuseOffline } from './client.ts';
import type { HostConfig } from './host.ts';

/** What a running `serve` says about itself. */
export interface RunningGateway {
  readonly address: string;
  /** The setup file that it works by, and why its last version was refused. */
  readonly setup: {
    readonly path: string;
    readonly loadedAt: string;
    readonly error: string | null;
  };
  /** Keys that it does not use for now. */
  readonly breakers: readonly {
    readonly key: string;
    readonly message: string;
    readonly retryAt: string;
  }[];
  readonly hasLedger: boolean;
}

/** On this machine an answer comes at once or not at all. */
const patienceMs = 1_000;

/**
 * The gateway that the host's config leads to, else the one at the address that `serve` has by itself. Throws
 * Unavailable where no gateway of ours answers.
 */
export async function readGateway(
  { world, options }: Given,
  config: Pick<HostConfig, 'value'> | null,
): Promise<RunningGateway> {
  refuseOffline(options);
  const addresses = [...new Set([...toldBy(config), new URL(gatewayUrl).host])];
  const found = await Promise.all(addresses.map((address) => askGateway(world, address)));
  const gateway = found.find((one) => one !== null);
  if (gateway != null) return gateway;
  throw new Unavailable(`no gateway at ${addresses.join(' or ')}`);
}

/** A gateway that was started with `--port` is known where OpenClaw asks it. */
function toldBy(config: Pick<HostConfig, 'value'> | null): string[] {
  const told = memberAt(config?.value, ['models', 'providers', 'openrouter', 'baseUrl']);
  if (typeof told !== 'string' || !URL.canParse(told)) return [];
  const { protocol, hostname, host } = new URL(told);
  return isLoopback(hostname) && protocol === 'http:' ? [host] : [];
}

async function askGateway(world: Given['world'], address: string): Promise<RunningGateway | null> {
  const signal = AbortSignal.any([world.signal, AbortSignal.timeout(patienceMs)]);
  try {
    const response = await world.fetch(`http://${address}/healthz`, { signal });
    return gatewayOf(await response.json(), address);
  } catch {
    if (world.signal.aborted) throw new CancelError();
    return null;
  }
}

/** Null for the health of another program. */
function gatewayOf(said: unknown, address: string): RunningGateway | null {
  if (!isRecord(said) || !isRecord(said.setup) || !Array.isArray(said.breakers)) return null;
  const { path, loadedAt, error } = said.setup;
  if (typeof path !== 'string') return null;
  return {
    address,
    setup: { path, loadedAt: String(loadedAt), error: typeof error === 'string' ? error : null },
    breakers: said.breakers.filter(isRecord).map(({ key, message, retryAt }) => ({
      key: String(key),
      message: String(message),
      retryAt: String(retryAt),
    })),
    hasLedger: said.ledger === 'ok',
  };
}
