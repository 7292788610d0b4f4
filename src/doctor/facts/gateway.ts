import { gatewayTokenPath, readGatewayToken } from '../../host/gateway-token.ts';
import { gatewayAddresses, gatewayUrl } from '../../host/providers.ts';
import { CancelError, type FilePlace } from '../../platform/errors.ts';
import { tildePath } from '../../platform/paths.ts';
import { isRecord } from '../../platform/record.ts';
import { listenersOn } from '../../platform/socket-owner.ts';
import { parseJson } from '../../text/parse-json.ts';
import { type FactContext, refuseOffline, Unavailable } from './context.ts';
import type { HostConfig } from './host.ts';

/** What a running `serve` says about itself. */
export interface RunningGateway {
  readonly address: string;
  /** The host sends it the key of OpenRouter, and not just our token. */
  readonly getsKey: boolean;
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

/** A program of another user where OpenClaw looks for the gateway: it gets what OpenClaw sends. */
export interface StrangerAtGateway {
  readonly address: string;
  readonly uid: number;
}

/** OpenClaw is to ask a gateway where none of ours is: every request of it fails. */
export interface MissingGateway {
  readonly address: string;
  /** Something else answers there. */
  readonly isTaken: boolean;
  /** Where OpenClaw's config says so. */
  readonly place: FilePlace | undefined;
}

/** On this machine an answer comes at once or not at all. */
const patienceMs = 1_000;

/**
 * The gateway that the host's config leads to, else the one at the address that `serve` has by itself. Throws
 * Unavailable where none of ours answers. What belongs to another user is not asked: the question holds our token.
 */
export async function readGateway(
  { world, options }: FactContext,
  config: Pick<HostConfig, 'value' | 'at'> | null,
): Promise<RunningGateway | StrangerAtGateway | MissingGateway> {
  refuseOffline(options);
  const told = gatewayAddresses(config?.value);
  const isTold = (address: string) => told.some(({ host }) => host === address);
  const addresses = [...new Set([...told.map(({ host }) => host), new URL(gatewayUrl).host])];
  const found = await Promise.all(addresses.map((address) => askGateway(world, address)));
  const missing = told.find(({ host, getsKey }) => {
    const there = found[addresses.indexOf(host)];
    // At the address of `openrouter` may be a proxy of the user.
    return there === 'nobody' || (there === 'another' && !getsKey);
  });
  if (missing !== undefined) {
    const { host: address, path } = missing;
    const isTaken = found[addresses.indexOf(address)] === 'another';
    return { address, isTaken, place: config?.at(path) };
  }
  const answers = found.filter((one) => typeof one !== 'string');
  const strangers = answers.filter((one) => 'uid' in one);
  const stranger = strangers.find(({ address }) => isTold(address));
  if (stranger !== undefined) return stranger;
  const running = answers.find((one) => 'setup' in one);
  if (running !== undefined) {
    const { address } = running;
    const getsKey = told.some((one) => one.getsKey && one.host === address);
    return { ...running, getsKey };
  }
  const silent = answers.find((one) => 'tellsNothing' in one);
  if (silent === undefined) throw new Unavailable(`no gateway at ${addresses.join(' or ')}`);
  const file = tildePath(gatewayTokenPath(world), world.place);
  throw new Unavailable(`what answers at ${silent.address} does not accept the token in ${file}`);
}

type Health = Omit<RunningGateway, 'getsKey'>;
type Asked = Health | StrangerAtGateway | SilentGateway | 'nobody' | 'another' | 'late';

/** It is alive, and says no more to who does not show its token. */
interface SilentGateway {
  readonly address: string;
  readonly tellsNothing: true;
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

/** The user whose program listens there, where it is neither this one nor root; null too if there is no telling. */
async function strangerAt({ files, place }: FactContext['world'], address: string) {
  const port = Number(new URL(`http://${address}`).port || 80);
  const listeners = await listenersOn(files, port);
  const isOurs = listeners.some((uid) => uid === 0 || uid === place.uid);
  return isOurs ? null : (listeners[0] ?? null);
}

function gatewayOf(body: string, address: string): Asked {
  const said = parsed(body);
  if (!isRecord(said)) return 'another';
  if (Object.keys(said).join() === 'status') return { address, tellsNothing: true };
  if (!isRecord(said.setup) || !Array.isArray(said.breakers)) return 'another';
  const { path, loadedAt, error } = said.setup;
  if (typeof path !== 'string') return 'another';
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

function parsed(body: string): unknown {
  try {
    return parseJson(body);
  } catch {
    return null;
  }
}
