import { valueAt } from '../platform/record.ts';
import type { Entry } from '../setup-file/entry.ts';
import { defaultKeyVariable, keyVariable } from '../setup-file/key-format.ts';
import type { CarriedSetup, Carry } from './carry.ts';
import { gatewaySettings } from './gateway.ts';
import { type HostSetting, recordIn } from './setting.ts';

const provider = ['models', 'providers', 'openrouter'] as const;

/** Where requests go, with which key, headers and providers: one set for all agents. */
export function providerSettings(
  setup: CarriedSetup,
  config: unknown,
  carry: Carry,
): readonly HostSetting[] {
  const { entry, throughGateway } = carry;
  const common = [...gatewaySettings(setup, config, carry), ...keySettings(config, carry)];
  // The gateway adds headers and providers itself, by entry.
  if (throughGateway) return common;
  return [
    ...common,
    ...Object.entries(carriedHeaders(entry)).map(([name, value]) => ({
      path: [...provider, 'headers', sameHeader(config, name)],
      value,
    })),
    ...Object.entries(routingOf(entry)).map(([name, value]) => ({
      path: [...provider, 'params', 'provider', name],
      value,
    })),
  ];
}

/** OpenRouter's `provider` object, the part that the setup file can say. */
function routingOf({ providerPreferences }: Entry): Readonly<Record<string, unknown>> {
  const { exclude, prefer } = providerPreferences;
  return {
    ...(exclude.length === 0 ? {} : { ignore: [...exclude] }),
    ...(prefer.length === 0 ? {} : { order: [...prefer] }),
  };
}

/** To openrouter.ai the host sends its own values of these, whatever its config says. */
const hostsOwnHeaders = ['http-referer', 'x-openrouter-title', 'x-openrouter-categories'];

export function isHostsOwnHeader(name: string): boolean {
  return hostsOwnHeaders.includes(name.toLowerCase());
}

function carriedHeaders({ headers }: Entry): Readonly<Record<string, string>> {
  const carried = Object.entries(headers).filter(([name]) => !isHostsOwnHeader(name));
  const last = new Map(carried.map((header) => [header[0].toLowerCase(), header]));
  return Object.fromEntries(last.values());
}

// Header names are the same in any case (RFC 9110 section 5.1).
function sameHeader(config: unknown, name: string): string {
  const present = Object.keys(recordIn(config, [...provider, 'headers']));
  return present.find((key) => key.toLowerCase() === name.toLowerCase()) ?? name;
}

/** The host finds `OPENROUTER_API_KEY` by itself; it refuses a config that names a variable that is not set. */
function keySettings(config: unknown, { entry, keyIsThere }: Carry): readonly HostSetting[] {
  const path = [...provider, 'apiKey'];
  const variable = keyVariable(entry.apiKey) ?? defaultKeyVariable;
  const isNamed = valueAt(config, path) !== undefined;
  if (!keyIsThere || (variable === defaultKeyVariable && !isNamed)) return [];
  return [{ path, value: `\${${variable}}`, stays: true }];
}
