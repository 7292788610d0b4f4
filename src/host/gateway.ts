import { isLoopback } from '../platform/destination.ts';
import { isRecord, valueAt } from '../platform/record.ts';
import type { CarriedSetup, Carry } from './carry.ts';
import { gatewayProvider, hostChain } from './model.ts';
import { type HostSetting, recordIn } from './setting.ts';

/** Where `serve` listens unless it is told otherwise. */
export const gatewayUrl = 'http://127.0.0.1:8788/v1';

const provider = ['models', 'providers', gatewayProvider] as const;
const baseUrlOfOpenRouter = ['models', 'providers', 'openrouter', 'baseUrl'] as const;

/** Earlier versions of `apply` replaced the address of `openrouter`. */
function isOldWay(config: unknown): boolean {
  return valueAt(config, baseUrlOfOpenRouter) === gatewayUrl;
}

export function isThroughGateway(config: unknown): boolean {
  return valueAt(config, provider) !== undefined || isOldWay(config);
}

/** Where the host looks for the gateway, and what it shows there: our token, or the key of OpenRouter. */
export interface GatewayAddress {
  /** `127.0.0.1:8788` */
  readonly host: string;
  readonly getsKey: boolean;
}

/** The addresses on this machine that the host asks in place of OpenRouter. */
export function gatewayAddresses(config: unknown): readonly GatewayAddress[] {
  const told = [
    { url: valueAt(config, [...provider, 'baseUrl']), getsKey: false },
    { url: valueAt(config, baseUrlOfOpenRouter), getsKey: true },
  ];
  return told.flatMap(({ url, getsKey }) => {
    return isGatewayUrl(url) ? [{ host: new URL(url).host, getsKey }] : [];
  });
}

function isGatewayUrl(url: unknown): url is string {
  if (typeof url !== 'string' || !URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === 'http:' && isLoopback(hostname);
}

/** Where `serve` is, with what it is opened, and the entries that it serves; or that it is not asked any more. */
export function gatewaySettings(
  { entries }: CarriedSetup,
  config: unknown,
  { throughGateway, gatewayToken }: Carry,
): readonly HostSetting[] {
  const old = isOldWay(config) ? [{ path: baseUrlOfOpenRouter, value: undefined }] : [];
  if (!throughGateway) return [...old, ...removal(config, provider)];
  const url = valueAt(config, [...provider, 'baseUrl']);
  const served = entries.filter((entry) => hostChain(entry).length > 0).map(({ name }) => name);
  return [
    ...old,
    // With --port it is elsewhere, and a person has said so here.
    { path: [...provider, 'baseUrl'], value: isGatewayUrl(url) ? url : gatewayUrl },
    { path: [...provider, 'api'], value: 'openai-completions' },
    // So the host looks for no other credential (docs.openclaw.ai/gateway/config-tools/custom-providers).
    { path: [...provider, 'auth'], value: 'api-key' },
    { path: [...provider, 'apiKey'], value: gatewayToken },
    {
      path: [...provider, 'models'],
      value: modelRows(served, valueAt(config, [...provider, 'models'])),
    },
  ];
}

/** A row for each entry; what a person added to it, and the rows of other models, stay. */
function modelRows(names: readonly string[], now: unknown): readonly unknown[] {
  const rows = (Array.isArray(now) ? now : []).filter(isRecord);
  const others = rows.filter(({ id, name, ...rest }) => {
    const isOurs = id === name && Object.keys(rest).length === 0;
    return !isOurs && !names.includes(String(id));
  });
  const own = names.map((name) => ({ id: name, name, ...rows.find(({ id }) => id === name) }));
  return [...own, ...others];
}

/** With the objects around it that hold nothing else. */
function removal(config: unknown, path: readonly string[]): readonly HostSetting[] {
  if (valueAt(config, path) === undefined) return [];
  const holder = path.slice(0, -1);
  const isAlone = holder.length > 0 && Object.keys(recordIn(config, holder)).length === 1;
  return isAlone ? removal(config, holder) : [{ path, value: undefined }];
}
