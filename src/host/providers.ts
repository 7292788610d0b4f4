import { isLoopback } from '../platform/destination.ts';
import { isRecord, recordAt, valueAt } from '../platform/record.ts';
import type { Entry } from '../setup-file/entry.ts';
import { presentHeader } from '../setup-file/headers.ts';
import { defaultKeyVariable, variableFor } from '../setup-file/key-format.ts';
import type { HostSetting } from './applied.ts';
import { openRouterProvider, referencedVariable } from './credentials.ts';
import { gatewayProvider, hostChain } from './model.ts';
import { modelRows } from './model-rows.ts';
import type { ApplicableSetup, PlanOptions } from './plan-options.ts';

/** The host sends this header to `serve`, which then words its errors for the chat. */
export const hostClient = { name: 'x-openclaw-client', value: 'openclaw' } as const;

/** Where `serve` listens by default. */
export const gatewayUrl = 'http://127.0.0.1:8788/v1';

const openRouterPath = ['models', 'providers', 'openrouter'] as const;
const gatewayPath = ['models', 'providers', gatewayProvider] as const;

/** The settings of the model providers, which all agents share: address, key, headers and preferences. */
export function providerSettings(
  setup: ApplicableSetup,
  config: unknown,
  options: PlanOptions,
): readonly HostSetting[] {
  const { entry, throughGateway } = options;
  const common = [...gatewaySettings(setup, config, options), ...keySettings(config, options)];
  // The gateway adds the headers and preferences of each entry itself.
  if (throughGateway) return common;
  const headers = recordAt(config, [...openRouterPath, 'headers']);
  return [
    ...common,
    ...Object.entries(applicableHeaders(entry)).map(([name, value]) => ({
      path: [...openRouterPath, 'headers', presentHeader(headers, name)],
      value,
    })),
    ...Object.entries(providerPreferences(entry)).map(([name, value]) => ({
      path: [...openRouterPath, 'params', 'provider', name],
      value,
    })),
  ];
}

export function isThroughGateway(config: unknown): boolean {
  return valueAt(config, gatewayPath) !== undefined || hasLegacyAddress(config);
}

/** A place where the host looks for the gateway. */
export interface GatewayAddress {
  /** `127.0.0.1:8788` */
  readonly host: string;
  /** Whether the host sends the OpenRouter key there instead of the gateway token. */
  readonly getsKey: boolean;
  /** Path of the member that sets it. */
  readonly path: readonly string[];
}

/** The local addresses that the host uses instead of OpenRouter. */
export function gatewayAddresses(config: unknown): readonly GatewayAddress[] {
  const urls = [
    { path: [...gatewayPath, 'baseUrl'], getsKey: false },
    { path: [...openRouterPath, 'baseUrl'], getsKey: true },
  ];
  return urls.flatMap((address) => {
    const url = valueAt(config, address.path);
    return isGatewayUrl(url) ? [{ ...address, host: new URL(url).host }] : [];
  });
}

function isGatewayUrl(url: unknown): url is string {
  if (typeof url !== 'string' || !URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === 'http:' && isLoopback(hostname);
}

/** Earlier versions of `apply` replaced the address of `openrouter`. */
function hasLegacyAddress(config: unknown): boolean {
  return valueAt(config, [...openRouterPath, 'baseUrl']) === gatewayUrl;
}

/** Sets the gateway's address, token and entries, or removes the gateway. */
function gatewaySettings(
  { entries }: ApplicableSetup,
  config: unknown,
  { throughGateway, gatewayToken, known }: PlanOptions,
): readonly HostSetting[] {
  const legacy = hasLegacyAddress(config)
    ? [{ path: [...openRouterPath, 'baseUrl'], value: undefined }]
    : [];
  if (!throughGateway) return [...legacy, ...removal(config, gatewayPath)];
  const current = (key: string) => valueAt(config, [...gatewayPath, key]);
  const url = current('baseUrl');
  const usable = entries.filter((entry) => hostChain(entry).length > 0);
  const settings = {
    // A user who runs serve with --port has set a different address here.
    baseUrl: isGatewayUrl(url) ? url : gatewayUrl,
    api: 'openai-completions',
    // Without `auth`, the host looks for other credentials (docs.openclaw.ai/gateway/config-tools/custom-providers).
    auth: 'api-key',
    apiKey: gatewayToken,
    models: modelRows(usable, current('models'), known),
  };
  return [
    ...legacy,
    ...Object.entries(settings).map(([key, value]) => ({ path: [...gatewayPath, key], value })),
    { path: [...gatewayPath, 'headers', hostClient.name], value: hostClient.value },
  ];
}

/** Removes a member and its parent objects if they contain nothing else. */
function removal(config: unknown, path: readonly string[]): readonly HostSetting[] {
  if (valueAt(config, path) === undefined) return [];
  const parent = path.slice(0, -1);
  const isAlone = parent.length > 0 && Object.keys(recordAt(config, parent)).length === 1;
  return isAlone ? removal(config, parent) : [{ path, value: undefined }];
}

/**
 * The host finds `OPENROUTER_API_KEY` by itself, but prefers its stored profiles unless the config refers to the
 * variable and declares it as the kind of credential to use. It rejects a config that names an unset variable.
 */
function keySettings(
  config: unknown,
  { entry, hasKey, hasProfiles }: PlanOptions,
): readonly HostSetting[] {
  const { apiKey, auth } = openRouterProvider(config);
  const variable = variableFor(entry.apiKey);
  const isNeeded = variable !== defaultKeyVariable || apiKey !== undefined || hasProfiles;
  if (!hasKey || !isNeeded || hasOwnSecret(config, entry)) return [];
  const ownAuth = { path: [...openRouterPath, 'auth'], value: 'api-key', permanent: true } as const;
  return [
    {
      path: [...openRouterPath, 'apiKey'],
      value: referencedVariable(apiKey) === variable ? apiKey : `\${${variable}}`,
      permanent: true,
    },
    ...(hasProfiles || auth !== undefined ? [ownAuth] : []),
  ];
}

/**
 * Whether the config refers to a different secret than the entry does. The user keeps it elsewhere, so we leave it
 * alone.
 */
function hasOwnSecret(config: unknown, entry: Entry): boolean {
  const { apiKey } = openRouterProvider(config);
  return isRecord(apiKey) && referencedVariable(apiKey) !== variableFor(entry.apiKey);
}

export function secretNotes(config: unknown, { entry }: PlanOptions): readonly string[] {
  return hasOwnSecret(config, entry)
    ? ['OpenClaw keeps taking its key from the secret that its config refers to']
    : [];
}

/** For openrouter.ai, the host always sends its own values of these headers, whatever its config says. */
const hostHeaders = ['http-referer', 'x-openrouter-title', 'x-openrouter-categories'];

export function isHostHeader(name: string): boolean {
  return hostHeaders.includes(name.toLowerCase());
}

function applicableHeaders({ headers }: Entry): Readonly<Record<string, string>> {
  const applicable = Object.entries(headers).filter(([name]) => !isHostHeader(name));
  const last = new Map(applicable.map((header) => [header[0].toLowerCase(), header]));
  return Object.fromEntries(last.values());
}

/** OpenRouter's `provider` object, as far as the setup file can express it. */
function providerPreferences(entry: Entry): Readonly<Record<string, unknown>> {
  const { exclude, prefer } = entry.providerPreferences;
  return {
    ...(exclude.length === 0 ? {} : { ignore: [...exclude] }),
    ...(prefer.length === 0 ? {} : { order: [...prefer] }),
  };
}
