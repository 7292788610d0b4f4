import Big from 'big.js';
import { endpointsOf } from './endpoints/model-endpoints.ts';
import { hashNumber } from './ids.ts';
import type { State } from './state.ts';
import { windowStart } from './windows.ts';

/** What one model cost on one UTC day. */
export interface UseRow {
  readonly day: string;
  readonly model: string;
  /** Display name. */
  readonly provider: string;
  readonly cost: Big;
  readonly requests: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
}

const dayMs = 86_400_000;
const modelsUsed = ['google/gemini-2.5-flash', 'anthropic/claude-sonnet-4', 'openai/gpt-4o-mini'];

/**
 * What was used on a day before the sandbox started. The month's seed, less that of the start's own day, spread
 * over the days of that month before it, in hundredths of a cent; days of earlier months cost nothing.
 */
export function pastUse(state: State, day: string): UseRow[] {
  const { startedAt } = state.account;
  const first = windowStart(startedAt, 'monthly');
  const start = windowStart(startedAt, 'daily');
  const days = (start.getTime() - first.getTime()) / dayMs;
  const index = (Date.parse(day) - first.getTime()) / dayMs;
  if (index < 0 || index >= days) return [];
  const cost = share(state.account.seededThisMonth(), days, index);
  const model = state.catalogue.find(modelsUsed[hashNumber(day, modelsUsed.length)] ?? '');
  const [endpoint] = model === undefined ? [] : endpointsOf(model);
  if (cost.lte(0) || model === undefined || endpoint === undefined) return [];
  return [
    {
      day,
      model: model.id,
      provider: endpoint.provider.name,
      cost,
      requests: 10 + hashNumber(`${day} requests`, 40),
      promptTokens: tokensFor(cost.times('0.6'), endpoint.prompt),
      completionTokens: tokensFor(cost.times('0.4'), endpoint.completion),
    },
  ];
}

/** The `index`-th of `count` equal parts in whole ten-thousandths; the first takes what is left over. */
function share(total: Big, count: number, index: number): Big {
  const each = total.div(count).round(4, Big.roundDown);
  return index === 0 ? total.minus(each.times(count - 1)) : each;
}

function tokensFor(cost: Big, price: string): number {
  return Number(cost.div(price).round(0).toFixed());
}
