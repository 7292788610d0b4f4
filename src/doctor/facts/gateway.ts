import { CancelError } from '../../errors.ts';
import { isRecord } from '../../routing/record.ts';
import { Unavailable } from '../check.ts';
import type { Given } from '../facts.ts';
import { refuseOffline } from './client.ts';

/** What `serve` at its default address says about itself. */
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

const address = '127.0.0.1:8788';

/** On this machine an answer comes at once or not at all. */
const patienceMs = 1_000;

/** Throws Unavailable where no gateway of ours answers. */
export async function readGateway({ world, options }: Given): Promise<RunningGateway> {
  refuseOffline(options);
  const signal = AbortSignal.any([world.signal, AbortSignal.timeout(patienceMs)]);
  try {
    const response = await world.fetch(`http://${address}/healthz`, { signal });
    const gateway = gatewayOf(await response.json());
    if (gateway !== null) return gateway;
  } catch {
    if (world.signal.aborted) throw new CancelError();
  }
  throw new Unavailable(`no gateway at ${address}`);
}

/** Null for the health of another program. */
function gatewayOf(said: unknown): RunningGateway | null {
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
