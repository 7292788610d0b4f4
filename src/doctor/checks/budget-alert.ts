import type { Entry, Setup } from '../../setup-file/setup-file.ts';
import { defineCheck, type Problem } from '../check.ts';
import { limitsOf } from '../money.ts';
import { atMember } from '../place.ts';
import { setupProblems } from '../setup-problems.ts';

export const budgetAlert = defineCheck({
  id: 'budget/alert',
  summary: 'alertThreshold is between 0 and 1 and has a limit to be a share of',
  needs: ['setup'],
  async run({ setup }) {
    const read = await setup();
    const pointless = read.entries.flatMap((entry): Problem[] => {
      const alert = entry.budget?.alertThreshold ?? null;
      if (alert === null || limitsOf(entry).length > 0 || hasBrokenLimit(read, entry)) return [];
      return [
        {
          severity: 'warning',
          message: `${entry.name}: alertThreshold without dailyLimit or monthlyLimit never alerts`,
          ...atMember(read, [...entry.path, 'budget', 'alertThreshold']),
          fixHint: 'set dailyLimit or monthlyLimit, in USD',
        },
      ];
    });
    return [...setupProblems(read, 'budget/alert'), ...pointless];
  },
});

/** A limit that is there and cannot be read has its own finding, and will count when that is mended. */
function hasBrokenLimit({ problems }: Setup, { path: [, name] }: Entry): boolean {
  return problems.some(
    ({ path }) =>
      path[1] === name && path[2] === 'budget' && path.length === 4 && path[3] !== 'alertThreshold',
  );
}
