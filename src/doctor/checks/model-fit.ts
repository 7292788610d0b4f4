import Big from 'big.js';
import type { Repricing } from '../../catalog/cached-list.ts';
import { type CatalogModel, findModel } from '../../catalog/model.ts';
import { comparePrices, costOf, priceTag } from '../../catalog/prices.ts';
import { daysBetween } from '../../platform/durations.ts';
import { formatUsd } from '../../platform/money.ts';
import { thousands } from '../../platform/wording.ts';
import { defineCheck, modelCheck } from '../check.ts';
import { atMember, type Problems } from '../finding.ts';
import { allMentions, mentionsOf, modelOf } from '../models.ts';
import { usualRequest } from '../request-size.ts';

const tools = defineCheck({
  id: 'models/tools',
  summary: 'every model can call tools, which agents need',
  needs: ['setup', 'catalog'],
  async run({ setup, catalog }) {
    const [read, list] = await Promise.all([setup(), catalog()]);
    return allMentions(read).flatMap((mention): Problems => {
      const model = modelOf(list, mention);
      if (model === undefined || model.supportedParameters.includes('tools')) return [];
      return {
        severity: 'warning',
        message: `"${mention.id}" cannot call tools, which OpenClaw's agents need`,
        ...atMember(read, mention.path),
        fixHint: (command) => `${command('models --supports tools')} lists those that can`,
      };
    });
  },
});

// The guide's own chain goes from a million tokens to 128,000, which is fine: conversations rarely exceed that.
const muchSmaller = 4;
const enough = 64_000;

const context = modelCheck(
  {
    id: 'models/context',
    summary: "the context of a fallback is not much smaller than the primary's",
  },
  (setup, list, entry) => {
    const links = mentionsOf(setup, entry);
    const primary = links.find(({ role }) => role === 'primary');
    const size = primary === undefined ? undefined : contextOf(modelOf(list, primary));
    if (size === undefined) return [];
    return links.flatMap((link): Problems => {
      const tokens = contextOf(modelOf(list, link));
      if (!link.role.startsWith('fallback') || tokens === undefined) return [];
      if (tokens >= enough || tokens * muchSmaller > size) return [];
      return {
        severity: 'warning',
        message: `"${link.id}" takes ${thousands(tokens)} tokens, the primary ${thousands(size)}: a long conversation will not fit`,
        ...atMember(setup, link.path),
        fixHint: (command) => `${command(`models --min-context ${enough}`)} lists models with more`,
      };
    });
  },
);

// A router accepts whatever its best model accepts, and does not say which one will answer.
function contextOf(model: CatalogModel | undefined): number | undefined {
  return model === undefined || model.inputPerMillion === null
    ? undefined
    : (model.contextLength ?? undefined);
}

const complexCheaper = modelCheck(
  {
    id: 'models/complex-cheaper',
    summary: 'the complex model is not cheaper than the default one',
  },
  (read, list, entry) => {
    const links = mentionsOf(read, entry);
    const [primary, complex] = ['primary', 'complex'].map((role) =>
      links.find((link) => link.role === role),
    );
    if (primary === undefined || complex === undefined) return [];
    const [usual, strong] = [modelOf(list, primary), modelOf(list, complex)];
    if (usual?.outputPerMillion == null || strong?.outputPerMillion == null) return [];
    const cheaper =
      comparePrices(strong.inputPerMillion, usual.inputPerMillion) < 0 &&
      comparePrices(strong.outputPerMillion, usual.outputPerMillion) < 0;
    if (!cheaper) return [];
    return {
      severity: 'warning',
      message: `${entry.name}: complexModel ${complex.id} is cheaper than defaultModel ${primary.id}; are they swapped?`,
      ...atMember(read, complex.path),
      fixHint: 'the stronger, more expensive model is usually the complex one',
    };
  },
);

const muchMoreExpensive = 5;

/** The bill should not be the first sign of an outage of the primary. */
const fallbackPrice = modelCheck(
  {
    id: 'models/fallback-price',
    summary: 'no fallback is many times more expensive than the primary',
  },
  (read, list, entry) => {
    const links = mentionsOf(read, entry);
    const first = links.find(({ role }) => role === 'primary');
    const primary = first === undefined ? null : usualCost(modelOf(list, first));
    if (first === undefined || primary === null) return [];
    return links.flatMap((link): Problems => {
      const cost = link.role.startsWith('fallback') ? usualCost(modelOf(list, link)) : null;
      if (cost === null || cost.lt(primary.times(muchMoreExpensive)) || cost.eq(0)) return [];
      const times = primary.eq(0) ? null : cost.div(primary).round(0).toFixed();
      return {
        severity: times === null ? 'info' : 'warning',
        message:
          times === null
            ? `"${link.id}" is paid, but the primary is free`
            : `"${link.id}" costs ${times} times what the primary costs`,
        ...atMember(read, link.path),
        fixHint: `${priceTag(list.models, link.id)} behind ${priceTag(list.models, first.id)}`,
      };
    });
  },
);

function usualCost(model: CatalogModel | undefined): Big | null {
  const { promptTokens, completionTokens } = usualRequest;
  const cost = model === undefined ? null : costOf(model, promptTokens, completionTokens);
  return cost === null ? null : new Big(cost);
}

const noticeable = '0.2';
const rememberedDays = 30;

const priceMoved = defineCheck({
  id: 'models/price-moved',
  summary: 'no price changed by more than 20 % in the last 30 days',
  needs: ['setup', 'catalog', 'changes', 'world'],
  async run({ setup, catalog, changes, world }) {
    const [read, list, all] = await Promise.all([setup(), catalog(), changes()]);
    const recent = all.filter(
      ({ at }) => (daysBetween(world.clock.now(), at) ?? -Infinity) >= -rememberedDays,
    );
    return allMentions(read).flatMap(({ id, path }): Problems => {
      const listed = findModel(list.models, id)?.id;
      const moves = recent.flatMap(({ since, repriced }) =>
        repriced.filter((row) => row.id === listed).map((row) => ({ since, row })),
      );
      const move = moves.find(({ row }) => hasMoved(row));
      if (move === undefined) return [];
      return {
        severity: 'info',
        message: `"${id}" costs ${prices(move.row, 'After')} per M; before ${prices(move.row, 'Before')} (${move.since.slice(0, 10)})`,
        ...atMember(read, path),
      };
    });
  },
});

function hasMoved(row: Repricing): boolean {
  return differs(row.inputBefore, row.inputAfter) || differs(row.outputBefore, row.outputAfter);
}

function differs(before: string | null, after: string | null): boolean {
  if (before === null || after === null) return false;
  return new Big(after).minus(before).abs().gt(new Big(before).times(noticeable));
}

function prices(row: Repricing, when: 'Before' | 'After'): string {
  return `${formatUsd(row[`input${when}`])} in, ${formatUsd(row[`output${when}`])} out`;
}

export const modelFitChecks = [tools, context, complexCheaper, fallbackPrice, priceMoved];
