import { isDeepStrictEqual } from 'node:util';
import { hostModelId } from '../openrouter/model-id.ts';
import { isRecord } from '../platform/record.ts';
import type { Entry } from '../setup-file/entry.ts';
import type { PlanOptions } from './plan-options.ts';

/**
 * The provider in the host config that stands for `serve`. It is not `openrouter`, because the host sends the
 * OpenRouter key from its profiles and its environment to whatever address that provider has.
 */
export const gatewayProvider = 'openrouter-gateway';

/** The value of `agents.defaults.model` or of an agent's `model`. */
export interface HostModel {
  readonly primary: string;
  readonly fallbacks?: readonly string[];
}

/**
 * The model setting for an entry. The gateway accepts the entry's name as a model id and handles the fallbacks itself.
 */
export function modelFor(
  entry: Entry,
  { throughGateway }: Pick<PlanOptions, 'throughGateway'>,
): HostModel {
  return throughGateway
    ? { primary: `${gatewayProvider}/${entry.name}` }
    : toModel(hostChain(entry));
}

/** The chain of an entry in the host's notation, without duplicates. */
export function hostChain({ defaultModel, fallbackModels }: Entry): readonly string[] {
  const ids = [defaultModel, ...fallbackModels].filter((id) => id.trim() !== '');
  return [...new Set(ids.map(hostModelId))];
}

/** Reads a model setting, which may be a bare id; null if there is no model. */
export function readHostModel(value: unknown): HostModel | null {
  if (typeof value === 'string') return { primary: value };
  if (!isRecord(value) || typeof value.primary !== 'string') return null;
  const fallbacks: readonly unknown[] = Array.isArray(value.fallbacks) ? value.fallbacks : [];
  return toModel([value.primary, ...fallbacks.filter((id) => typeof id === 'string')]);
}

/** Keeps the current value if it means the same model, to preserve its notation. */
export function keepEqualModel(current: unknown, model: HostModel): unknown {
  return isDeepStrictEqual(readHostModel(current), model) ? current : model;
}

/**
 * The parameters of an entry as the host's `params` of a model. The host has its own names for a few, and passes the
 * members of `extraBody` on unchanged (docs.openclaw.ai/gateway/config-agents/models).
 */
export function toHostParams({ parameters }: Entry): Readonly<Record<string, unknown>> {
  const params: Record<string, unknown> = {};
  const extraBody: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(parameters)) {
    const hostName = hostParamNames.get(name);
    if (hostName === undefined) extraBody[name] = value;
    else params[hostName] = value;
  }
  return Object.keys(extraBody).length === 0 ? params : { ...params, extraBody };
}

/** The inverse of `toHostParams`. Params that only the host knows are left out. */
export function fromHostParams(params: unknown): Readonly<Record<string, unknown>> {
  if (!isRecord(params)) return {};
  const { temperature, maxTokens, extraBody, extra_body } = params;
  return {
    ...(temperature === undefined ? {} : { temperature }),
    ...(maxTokens === undefined ? {} : { max_tokens: maxTokens }),
    ...(isRecord(extra_body) ? extra_body : {}),
    ...(isRecord(extraBody) ? extraBody : {}),
  };
}

const hostParamNames: ReadonlyMap<string, string> = new Map([
  ['temperature', 'temperature'],
  ['max_tokens', 'maxTokens'],
  ['max_completion_tokens', 'maxTokens'],
  ['provider', 'provider'],
]);

function toModel([primary = '', ...fallbacks]: readonly string[]): HostModel {
  return fallbacks.length === 0 ? { primary } : { primary, fallbacks };
}
