import { findModel } from '../catalog/model.ts';
import type { Model } from '../openrouter/models.ts';
import { valueAt } from '../platform/record.ts';
import { thousands } from '../platform/wording.ts';
import { linksOf } from '../routing/choose.ts';
import type { Entry } from '../setup-file/entry.ts';
import { routedChannels } from './channels.ts';
import type { KnownModels } from './model-rows.ts';
import type { ApplicableSetup } from './plan-options.ts';
import { type UnsupportedPart, unsupportedParts } from './unsupported.ts';

/** What a user has of the gateway, against a host that asks OpenRouter itself. */
export interface GatewayEffects {
  readonly gains: readonly UnsupportedPart[];
  readonly losses: readonly UnsupportedPart[];
}

/**
 * Gained is what the host config has no place for. Lost is where another model of an entry differs from its default
 * one, whose row stands for the whole entry: of models that it asks directly, the host knows each.
 */
export function gatewayEffects(
  setup: ApplicableSetup,
  defaultEntry: Entry,
  known: KnownModels,
  config: unknown,
): GatewayEffects {
  const entries = [...new Set([defaultEntry, ...routedChannels(setup).map(({ entry }) => entry)])];
  return {
    gains: unsupportedParts(setup, defaultEntry),
    losses:
      known.models.length === 0
        ? []
        : entries.flatMap((entry) => [...losses(entry, known), ...thinking(entry, known, config)]),
  };
}

/** OpenClaw 2026.9.6 falls back to `medium` for a model of a row, and to `off` for one that it asks directly. */
function thinking(entry: Entry, { models }: KnownModels, config: unknown): UnsupportedPart[] {
  const primary = findModel(models, entry.defaultModel);
  const isSet =
    valueAt(config, ['agents', 'defaults', 'thinkingDefault']) !== undefined ||
    Object.keys(entry.parameters).some((name) => name.includes('reasoning'));
  const canChoose =
    primary?.supportedParameters.includes('reasoning') === true &&
    primary.reasoning?.mandatory !== true;
  if (isSet || !canChoose) return [];
  const why = `OpenClaw has ${primary.id} think at "medium", which it does not where it asks directly, and which costs more: "off" in agents.defaults.thinkingDefault turns it off`;
  return [{ entry: entry.name, what: 'thinking', why }];
}

function losses(entry: Entry, { models }: KnownModels): UnsupportedPart[] {
  const primary = findModel(models, entry.defaultModel);
  const part = (what: string, why: string) => ({ entry: entry.name, what, why });
  if (primary === undefined) {
    const why = `OpenRouter's list does not have ${entry.defaultModel}: OpenClaw assumes text only, and a price of 0`;
    return [part('capabilities', why)];
  }
  const others = new Set(linksOf(entry).map(({ model }) => model));
  return [...others].flatMap((id) => {
    const other = findModel(models, id);
    if (other === undefined) return [];
    return differences.flatMap(({ what, of, why }) => {
      const [row, own] = [of(primary), of(other)];
      if (row === null || own === null || isSimilar(row, own)) return [];
      return [part(what, why(id, row, own))];
    });
  });
}

/** A million tokens and 2^20 are the same to a person. */
function isSimilar(one: number, other: number): boolean {
  return Math.max(one, other) <= 1.1 * Math.min(one, other);
}

interface Difference {
  readonly what: string;
  /** Null where the list does not say. */
  readonly of: (model: Model) => number | null;
  /** Of a model that has `own` where the row says `row`. */
  readonly why: (id: string, row: number, own: number) => string;
}

const tokens = (count: number) => `${thousands(count)} tokens`;
const sends = (noun: string) => (id: string, row: number) =>
  row === 1
    ? `OpenClaw sends ${noun} to ${id} too, which takes none`
    : `OpenClaw sends no ${noun} to ${id}, which takes them`;

/** Of what OpenClaw goes by when it writes a request. 0 is no, 1 is yes. */
const differences: readonly Difference[] = [
  {
    what: 'images',
    of: ({ inputModalities }) => Number(inputModalities.includes('image')),
    why: sends('images'),
  },
  {
    what: 'tools',
    of: ({ supportedParameters }) => Number(supportedParameters.includes('tools')),
    why: sends('tools'),
  },
  {
    what: 'context',
    of: ({ contextLength }) => contextLength,
    why: (id, row, own) =>
      own < row
        ? `OpenClaw sends up to ${tokens(row)} to ${id} too, which takes ${tokens(own)}`
        : `OpenClaw sends at most ${tokens(row)} to ${id}, which takes ${tokens(own)}`,
  },
];
