import { gatewayTokenPath, readGatewayToken } from '../../host/gateway-token.ts';
import { gatewayAddresses, gatewayUrl } from '../../host/providers.ts';
import { CancelError, type FilePlace } from '../../platform/errors.ts';
import { tildePath } from '../../platform/paths.ts';
import { isRecord } from '../../platform/record.ts';
import { listenersOn } from '../../platform/socket-owner.ts';
import { jsonOrUndefined } from '../../text/parse-json.ts';
import { type FactContext, refuseOffline, Unavailable } from './context.ts';
import type { HostConfig } from './host.ts';

/** What a running `serve` reports about itself. */
export interface RunningGateway {
  readonly address: string;
  /** The host sends it the OpenRouter key, not just our token. */
  readonly getsKey: boolean;
  /** The setup file that it uses, and why the last version of that file was refused. */
  readonly setup: {
    readonly path: string;
    readonly loadedAt: string;
    readonly error: string | null;
  };
  /** Keys that it currently does not use. */
  readonly breakers: readonly {
    readonly key: string;
    readonly message: string;
    readonly retryAt: string;
  }[];
  readonly hasLedger: boolean;
}

/** Another user's program at the address where OpenClaw expects the gateway; it receives what OpenClaw sends. */
export interface StrangerAtGateway {
  readonly address: string;
  readonly uid: number;
}

/** OpenClaw is configured to use a gateway that is not running, so all of its requests fail. */
export interface MissingGateway {
  readonly address: string;
  /** Something else answers at the address. */
  readonly isTaken: boolean;
  /** Where OpenClaw's config sets the address. */
  readonly place: FilePlace | undefined;
}

/** On this machine, an answer comes at once or not at all. */
const patienceMs = 1_000;

/**
 * The gateway that the host's config points to, or else the one at the default address of `serve`. Throws Unavailable
 * if no gateway of ours answers. A program of another user is not asked, because the request contains our token.
 */
export async function readGateway(
  { world, options }: FactContext,
  config: Pick<HostConfig, 'value' | 'at'> | null,
): Promise<RunningGateway | StrangerAtGateway | MissingGateway> {
  refuseOffline(options);
  const configured = gatewayAddresses(config?.value);
  const isConfigured = (address: string) => configured.some(({ host }) => host === address);
  const addresses = [...new Set([...configured.map(({ host }) => host), new URL(gatewayUrl).host])];
  const found = await Promise.all(addresses.map((address) => askGateway(world, address)));
  const missing = configured.find(({ host, getsKey }) => {
    const there = found[addresses.indexOf(host)];
    // The address set for `openrouter` may be the user's own proxy.
    return there === 'nobody' || (there === 'another' && !getsKey);
  });
  if (missing !== undefined) {
    const { host: address, path } = missing;
    const isTaken = found[addresses.indexOf(address)] === 'another';
    return { address, isTaken, place: config?.at(path) };
  }
  const answers = found.filter((one) => typeof one !== 'string');
  const strangers = answers.filter((one) => 'uid' in one);
  const stranger = strangers.find(({ address }) => isConfigured(address));
  if (stranger !== undefined) return stranger;
  const running = answers.find((one) => 'setup' in one);
  if (running !== undefined) {
    const { address } = running;
    const getsKey = configured.some((one) => one.getsKey && one.host === address);
    return { ...running, getsKey };
  }
  const silent = answers.find((one) => 'hidesState' in one);
  const skipCause = 'absent';
  if (silent === undefined) {
    throw new Unavailable(`no gateway at ${addresses.join(' or ')}`, { skipCause });
  }
  const file = tildePath(gatewayTokenPath(world), world.place);
  // It may be a gateway with a token of its own (`--token-env`).
  throw new Unavailable(`what answers at ${silent.address} does not accept the token in ${file}`, {
    skipCause,
  });
}

type Health = Omit<RunningGateway, 'getsKey'>;
type Asked = Health | StrangerAtGateway | SilentGateway | 'nobody' | 'another' | 'late';

/** The gateway is running, but reveals nothing more without its token. */
interface SilentGateway {
  readonly address: string;
  readonly hidesState: true;
}

async function askGateway(world: FactContext['world'], address: string): Promise<Asked> {
  const signal = AbortSignal.any([world.signal, AbortSignal.timeout(patienceMs)]);
  try {
    const uid = await strangerAt(world, address);
    if (uid !== null) return { address, uid };
    const token = await readGatewayToken(world).catch(() => null);
    const headers = token === null ? {} : { authorization: `Bearer ${token}` };
    const url = `http://${address}/healthz`;
    const response = await world.fetch(url, { headers, redirect: 'manual', signal });
    return gatewayOf(await response.text(), address);
  } catch {
    if (world.signal.aborted) throw new CancelError();
    return signal.aborted ? 'late' : 'nobody';
  }
}

/** The user whose program listens there, unless that is this user or root; also null if it is unknown. */
async function strangerAt({ files, place }: FactContext['world'], address: string) {
  const port = Number(new URL(`http://${address}`).port || 80);
  const listeners = await listenersOn(files, port);
  const isOurs = listeners.some((uid) => uid === 0 || uid === place.uid);
  return isOurs ? null : (listeners[0] ?? null);
}

function gatewayOf(body: string, address: string): Asked {
  const health = jsonOrUndefined(body);
  if (!isRecord(health)) return 'another';
  if (Object.keys(health).join() === 'status') return { address, hidesState: true };
  if (!isRecord(health.setup) || !Array.isArray(health.breakers)) return 'another';
  const { path, loadedAt, error } = health.setup;
  if (typeof path !== 'string') return 'another';
  return {
    address,
    setup: { path, loadedAt: String(loadedAt), error: typeof error === 'string' ? error : null },
    breakers: health.breakers.filter(isRecord).map(({ key, message, retryAt }) => ({
      key: String(key),
      message: String(message),
      retryAt: String(retryAt),
    })),
    hasLedger: health.ledger === 'ok',
  };
}
