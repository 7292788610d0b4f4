import { defineCheck, type Problem, type Remark } from '../check.ts';
import type { Account } from '../facts/account.ts';
import { allMentions, isFreeVariant, type Mention } from '../models.ts';
import { atMember } from '../place.ts';

/** An account that never bought credit: paid models refuse it, free ones ration it. */
export const keyFreeTier = defineCheck({
  id: 'key/free-tier',
  summary: 'an account without credit uses free models only, within their daily requests',
  needs: ['accounts', 'setup'],
  async run({ accounts, setup }) {
    const [read, all] = await Promise.all([setup(), accounts()]);
    const mentions = allMentions(read);
    return all.flatMap((account): (Problem | Remark)[] => {
      const own = mentions.filter(({ entry }) => account.key.entries.includes(entry));
      const paid =
        account.info?.isFreeTier === true ? own.find(({ id }) => !isFree(id)) : undefined;
      return [
        ...(paid === undefined
          ? []
          : [
              {
                severity: 'warning',
                message: `This account never bought credit: ${paid.id} and other paid models answer 402`,
                ...atMember(read, paid.path),
                fixHint:
                  'add credit at https://openrouter.ai/settings/credits, or use :free models',
              } as const,
            ]),
        ...freeRequests(account, own),
      ];
    });
  },
});

function isFree(id: string): boolean {
  return isFreeVariant(id) || id === 'openrouter/free';
}

function freeRequests(
  { info }: Account,
  mentions: readonly Mention[],
): readonly (Problem | Remark)[] {
  const requests = info?.freeModelDailyRequests ?? null;
  if (requests === null || !mentions.some(({ id }) => isFree(id))) return [];
  const { remaining, limit } = requests;
  if (remaining > 0) return [{ remark: `${remaining} of ${limit} free requests left today` }];
  return [
    {
      severity: 'warning',
      message: `All ${limit} free requests of today are used up`,
      fixHint: 'they come back at 0:00 UTC; 10 credits bought once make it 1000 a day',
    },
  ];
}
