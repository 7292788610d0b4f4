import Big from 'big.js';
import { findModel, isValidModelId } from '../../catalog/model.ts';
import { costOf } from '../../catalog/prices.ts';
import type { Endpoint } from '../../openrouter/endpoints.ts';
import { canonicalModelId, isFreeModelId } from '../../openrouter/model-id.ts';
import type { Model } from '../../openrouter/models.ts';
import { formatUsd } from '../../platform/money.ts';
import { listedWorstCase } from '../../pricing/worst-case.ts';
import { buildRequest } from '../../routing/request.ts';
import type { Entry } from '../../setup-file/entry.ts';
import { defineCheck } from '../check.ts';
import { Unavailable } from '../facts/context.ts';
import type { Facts } from '../facts/index.ts';
import { atMember, type Problem, type Problems } from '../finding.ts';
import { type Mention, mentionsOf } from '../models.ts';
import { type Limit, limitsOf } from '../money.ts';
import { usualRequest } from '../request-size.ts';

/** Finds what `serve` would refuse. `serve` prices every request in the same way before sending it. */
export const budgetReserve = defineCheck({
  id: 'budget/reserve',
  summary: 'serve can price a request to each model, and the budget has room for one',
  needs: ['setup', 'catalog', 'reached'],
  async run(facts) {
    const read = await facts.setup();
    const found = read.entries.map(async (entry) => {
      const limit = smallest(limitsOf(entry));
      if (limit === undefined) return [];
      const judging = mentionsOf(read, entry).map(async (mention) => {
        const [endpoints, { models }] = await Promise.all([
          served(facts, mention),
          facts.catalog(),
        ]);
        return { mention, problem: problemOf({ mention, limit, models, endpoints }) };
      });
      const judged = await Promise.all(judging);
      const hasAlternative = judged.some((each) => isAlternative(entry, each));
      return judged.flatMap(({ mention, problem }): Problems => {
        if (problem === null) return [];
        const { severity } = problem;
        const shown = hasAlternative && severity === 'error' ? 'warning' : severity;
        return [{ ...problem, severity: shown, ...atMember(read, mention.path) }];
      });
    });
    return (await Promise.all(found)).flat();
  },
});

interface Judged {
  readonly mention: Mention;
  readonly problem: Problem | null;
}

/** Whether `budget.onLimit` lets `serve` use this model instead of one that is refused. */
function isAlternative({ budget }: Entry, { mention, problem }: Judged): boolean {
  const onLimit = budget?.onLimit ?? 'stop';
  if (onLimit === 'stop' || problem?.severity === 'error') return false;
  return onLimit === 'downgrade' || isFreeModelId(mention.id);
}

function smallest(limits: readonly Limit[]): Limit | undefined {
  return [...limits].sort((a, b) => a.usd.cmp(b.usd))[0];
}

/** Empty if OpenRouter cannot be asked; the list still has the price of one endpoint. */
async function served(
  facts: Pick<Facts, 'reached'>,
  { id }: Mention,
): Promise<readonly Endpoint[]> {
  try {
    return await facts.reached(id);
  } catch (error) {
    if (error instanceof Unavailable) return [];
    throw error;
  }
}

interface Asked {
  readonly mention: Mention;
  readonly limit: Limit;
  readonly models: readonly Model[];
  readonly endpoints: readonly Endpoint[];
}

function problemOf(asked: Asked): Problem | null {
  const { limit, mention, models } = asked;
  // Other checks report invalid ids.
  if (!isValidModelId(models, mention.id)) return null;
  const price = priceOf(asked);
  const full = price();
  // A shorter answer costs less and has the same price basis.
  if ('usd' in full && limit.usd.gte(full.usd))
    return full.basis === null ? null : noted(asked, full.basis);
  const short = price(1);
  if ('unpriced' in short)
    return refused(asked, `every request: ${short.unpriced}`, 'error', short.fix);
  const most = `more than ${limit.key} ${formatUsd(limit.usd.toFixed())}`;
  const [note = 'raise the limit'] = short.notes();
  if (limit.usd.lt(short.usd)) {
    const words = `every request: one may cost up to ${formatUsd(short.usd)}, ${most}`;
    return isTiny(asked) ? null : refused(asked, words, 'error', note);
  }
  if ('unpriced' in full) return short.basis === null ? null : noted(asked, short.basis);
  const words = `requests without max_tokens: one may cost up to ${formatUsd(full.usd)}, ${most}`;
  return refused(asked, words, 'warning', 'set max_tokens in the parameters of the entry');
}

function noted({ mention }: Asked, basis: string): Problem {
  const message = `${mention.entry.name}: for its budget ${basis}`;
  const fixHint = 'provider.max_price in the parameters of the entry lowers that';
  return { severity: 'info', message, fixHint };
}

/** The worst-case price of a small request, as `serve` would send it. */
function priceOf({ mention, models, endpoints }: Asked) {
  const id = canonicalModelId(mention.id);
  const messages = [{ role: 'user', content: 'Hello' }];
  return (maxTokens?: number) => {
    const limited = maxTokens === undefined ? {} : { maxTokens };
    const { body } = buildRequest(mention.entry, id, { messages, stream: false, ...limited });
    return listedWorstCase(models, id, body, () => endpoints);
  };
}

/** A limit below the cost of one usual request is reported by another check. */
function isTiny({ mention, limit, models }: Asked): boolean {
  const model = findModel(models, mention.id);
  const { promptTokens, completionTokens } = usualRequest;
  const usd = model === undefined ? null : costOf(model, promptTokens, completionTokens);
  return new Big(usd ?? 0).gt(limit.usd);
}

function refused(
  { mention }: Asked,
  what: string,
  severity: Problem['severity'],
  fixHint: string,
): Problem {
  const message = `${mention.entry.name}: with ${JSON.stringify(mention.id)}, serve refuses ${what}`;
  return { severity, message, fixHint };
}
