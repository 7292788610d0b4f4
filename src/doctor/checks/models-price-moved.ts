import Big from 'big.js';
import type { Repricing } from '../../catalog/changes.ts';
import { findModel } from '../../catalog/model.ts';
import { formatUsd } from '../../catalog/prices.ts';
import { defineCheck, type Problem } from '../check.ts';
import { daysBetween } from '../days.ts';
import { allMentions } from '../models.ts';
import { atMember } from '../place.ts';

const noticeable = '0.2';
const rememberedDays = 30;

export const modelsPriceMoved = defineCheck({
  id: 'models/price-moved',
  summary: 'no price moved by more than 20 % since the list was fetched before',
  needs: ['setup', 'catalog', 'changes', 'world'],
  async run({ setup, catalog, changes, world }) {
    const [read, list, all] = await Promise.all([setup(), catalog(), changes()]);
    const recent = all.filter(
      ({ at }) => (daysBetween(world.clock.now(), at) ?? -Infinity) >= -rememberedDays,
    );
    return allMentions(read).flatMap(({ id, path }): Problem[] => {
      const listed = findModel(list.models, id)?.id;
      const moves = recent.flatMap(({ since, repriced }) =>
        repriced.filter((row) => row.id === listed).map((row) => ({ since, row })),
      );
      const move = moves.find(({ row }) => hasMoved(row));
      if (move === undefined) return [];
      return [
        {
          severity: 'info',
          message: `"${id}" costs ${prices(move.row, 'After')} per M; before ${prices(move.row, 'Before')} (${move.since.slice(0, 10)})`,
          ...atMember(read, path),
        },
      ];
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
