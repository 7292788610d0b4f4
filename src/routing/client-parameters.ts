import { isRecord } from '../platform/record.ts';
import { combineProvider, ForbiddenByEntry } from './provider-rules.ts';

type Parameters = Readonly<Record<string, unknown>>;

/** Two names of one limit, and the limit is a ceiling: a request may ask for fewer tokens, not for more. */
const tokenLimits = ['max_tokens', 'max_completion_tokens'];

/**
 * The parameters of one request. Those of the entry are defaults, which the client's replace one by one, but for those
 * that restrict: `provider` (see `combineProvider`), the limits of tokens, and `plugins`, of which the entry's stay.
 * Throws ForbiddenByEntry.
 */
export function combineParameters(owner: Parameters, client: Parameters): Parameters {
  const { provider, plugins, max_tokens: _, max_completion_tokens: __, ...others } = client;
  return {
    ...without(owner, tokenLimits),
    ...others,
    ...tokens(owner, client),
    ...(isRecord(owner.provider)
      ? { provider: combineProvider(owner.provider, provider) }
      : given({ provider })),
    ...(Array.isArray(owner.plugins)
      ? { plugins: combinePlugins(owner.plugins, plugins) }
      : given({ plugins })),
  };
}

/** The names that the client uses; both at once are refused by some providers. */
function tokens(owner: Parameters, client: Parameters): Parameters {
  const own = only(owner, tokenLimits);
  const sent = only(client, tokenLimits);
  const limits = Object.values(own).filter((limit) => typeof limit === 'number');
  if (limits.length === 0) return Object.keys(sent).length > 0 ? sent : own;
  const asked = Object.entries(sent).filter(([, limit]) => isCount(limit));
  if (asked.length === 0) return own;
  return Object.fromEntries(
    asked.map(([name, limit]) => [name, Math.min(Number(limit), ...limits)]),
  );
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && value >= 1;
}

/** A plugin of the entry, and its settings, may be what restricts: `moderation`, `allowed_models`, `enabled: false`. */
function combinePlugins(owner: readonly unknown[], sent: unknown): readonly unknown[] {
  if (sent === undefined || sent === null) return owner;
  if (!Array.isArray(sent)) throw new ForbiddenByEntry('plugins must be a list');
  const ids = new Set(owner.map(idOf));
  return [...owner, ...sent.filter((plugin) => !ids.has(idOf(plugin)))];
}

function idOf(plugin: unknown): unknown {
  return isRecord(plugin) ? plugin.id : plugin;
}

function given(parameters: Parameters): Parameters {
  return Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== undefined));
}

function only(parameters: Parameters, names: readonly string[]): Parameters {
  return Object.fromEntries(Object.entries(parameters).filter(([name]) => names.includes(name)));
}

function without(parameters: Parameters, names: readonly string[]): Parameters {
  return Object.fromEntries(Object.entries(parameters).filter(([name]) => !names.includes(name)));
}
