import { isDeepStrictEqual } from 'node:util';
import { hostModelId } from '../openrouter/model-id.ts';
import { isRecord } from '../platform/record.ts';
import type { Entry } from '../setup-file/entry.ts';
import type { Carry } from './carry.ts';

/**
 * The provider in the host's config that stands for `serve`. One of its own: whatever address stands at `openrouter`,
 * the host sends the key of OpenRouter there, from its profiles and its environment too.
 */
export const gatewayProvider = 'openrouter-gateway';

/** The models of an entry that the host walks, in its spelling: primary and fallbacks, each once. */
export function hostChain({ defaultModel, fallbackModels }: Entry): readonly string[] {
  const named = [defaultModel, ...fallbackModels].filter((id) => id.trim() !== '');
  return [...new Set(named.map(hostModelId))];
}

/** `agents.defaults.model`, and the `model` of an agent. */
export interface HostModel {
  readonly primary: string;
  readonly fallbacks?: readonly string[];
}

/** The model that stands for an entry. The gateway takes the entry's name for a model, and walks by itself. */
export function modelFor(entry: Entry, { throughGateway }: Carry): HostModel {
  return throughGateway
    ? { primary: `${gatewayProvider}/${entry.name}` }
    : modelOf(hostChain(entry));
}

/** The host takes a bare id too, and an empty list for none; null where there is no model. */
export function readHostModel(value: unknown): HostModel | null {
  if (typeof value === 'string') return { primary: value };
  if (!isRecord(value) || typeof value.primary !== 'string') return null;
  const listed: readonly unknown[] = Array.isArray(value.fallbacks) ? value.fallbacks : [];
  return modelOf([value.primary, ...listed.filter((id) => typeof id === 'string')]);
}

/** What the config is to say: its own words where they mean the same. */
export function sameModelOr(now: unknown, wanted: HostModel): unknown {
  return isDeepStrictEqual(readHostModel(now), wanted) ? now : wanted;
}

function modelOf([primary = '', ...fallbacks]: readonly string[]): HostModel {
  return fallbacks.length === 0 ? { primary } : { primary, fallbacks };
}
