import { isDeepStrictEqual } from 'node:util';
import { findModel } from '../catalog/model.ts';
import { perMillion } from '../catalog/prices.ts';
import { idParts } from '../openrouter/model-id.ts';
import type { Model, ModelReasoning } from '../openrouter/models.ts';
import { isRecord } from '../platform/record.ts';
import type { Entry } from '../setup-file/entry.ts';

/** What is known about models, used to describe entries. */
export interface KnownModels {
  /** Empty if there is no list. */
  readonly models: readonly Model[];
  /** Leaves a row unchanged if only its prices differ, because prices change at any time. */
  readonly keepsPrices: boolean;
}

/**
 * The rows of the gateway's provider in the host config: one per entry, with the capabilities of its default model.
 * They tell the host whether it may send images, how many tokens fit, and what that costs. Members that the user added
 * to a row are kept, and so are rows of other models.
 */
export function modelRows(
  entries: readonly Entry[],
  current: unknown,
  known: KnownModels,
): readonly unknown[] {
  const rows = (Array.isArray(current) ? current : []).filter(isRecord);
  const names = entries.map(({ name }) => name);
  const others = rows.filter((row) => !isOurs(row) && !names.includes(String(row.id)));
  return [...entries.map((entry) => modelRow(entry, rows, known)), ...others];
}

/** Whether the row has the shape that `apply` writes; its name may be that of an entry that no longer exists. */
function isOurs({ id, name, compat, ...rest }: Readonly<Record<string, unknown>>): boolean {
  if (id !== name) return false;
  return Object.keys(rest).length === 0 || (isRecord(compat) && compat.thinkingFormat === dialect);
}

function modelRow(
  { name, defaultModel }: Entry,
  rows: readonly Readonly<Record<string, unknown>>[],
  { models, keepsPrices }: KnownModels,
): unknown {
  const current = rows.find(({ id }) => id === name);
  const model = findModel(models, defaultModel);
  const row = { id: name, name, ...current };
  if (model === undefined) return row;
  const { compat, ...capabilities } = capabilitiesOf(model);
  const own = isRecord(current?.compat) ? current.compat : {};
  const complete = { ...row, ...capabilities, compat: { ...own, ...compat } };
  const isSame = keepsPrices && isDeepStrictEqual({ ...complete, cost: current?.cost }, current);
  return isSame ? current : complete;
}

/** The format that the host uses for reasoning with OpenRouter. */
const dialect = 'openrouter';

/**
 * What the host itself reads from OpenRouter's list for a model that it calls directly, plus the matching reasoning
 * format (docs.openclaw.ai/gateway/config-tools/custom-providers).
 */
function capabilitiesOf(model: Model) {
  const { contextLength, maxCompletionTokens, inputModalities, pricing } = model;
  const supports = (parameter: string) => model.supportedParameters.includes(parameter);
  return {
    reasoning: supports('reasoning'),
    input: inputModalities.includes('image') ? ['text', 'image'] : ['text'],
    ...(contextLength === null ? {} : { contextWindow: contextLength }),
    ...(maxCompletionTokens === null ? {} : { maxTokens: maxCompletionTokens }),
    ...(model.reasoning?.mandatory === true ? { thinkingLevelMap: { off: null } } : {}),
    cost: {
      input: usdPerMillion(pricing.prompt),
      output: usdPerMillion(pricing.completion),
      cacheRead: usdPerMillion(pricing.inputCacheRead),
      cacheWrite: usdPerMillion(pricing.inputCacheWrite),
    },
    compat: {
      thinkingFormat: dialect,
      maxTokensField: 'max_completion_tokens',
      visibleReasoningDetailTypes: ['response.output_text', 'response.text'],
      ...(model.reasoning === undefined ? {} : effortsOf(model.reasoning)),
      ...(model.supportedParameters.length === 0 ? {} : { supportsTools: supports('tools') }),
      // The host only adds cache markers for a provider that declares support for them.
      ...(idParts(model.id).author === 'anthropic' ? { cacheControlFormat: 'anthropic' } : {}),
    },
  };
}

/** As the host reads them (its `model-catalog-reasoning`). */
function effortsOf({ mandatory, efforts }: ModelReasoning) {
  const known = efforts ?? ['minimal', 'low', 'medium', 'high', 'xhigh', 'max'];
  const supported = mandatory ? known.filter((effort) => effort !== 'none') : ['none', ...known];
  const supportedReasoningEfforts = known.length === 0 ? [] : [...new Set(supported)];
  return {
    supportsReasoningEffort: supportedReasoningEfforts.length > 0,
    supportedReasoningEfforts,
  };
}

/** The host uses 0 for a price that varies or is unknown. */
function usdPerMillion(perToken: string | undefined): number {
  return Number(perMillion(perToken) ?? 0);
}
