import type { EntryMembers } from '../../setup/presets.ts';
import { membersOf } from '../../setup/without.ts';
import type { Talk } from '../context.ts';
import { judged } from '../validate.ts';
import type { Topic } from './topic.ts';

export const budget: Topic = {
  title: 'budget',
  purpose: 'limits in USD per day and month (UTC)',
  members: membersOf.budget,
  removable: 'budget',
  core: true,
  given: ({ dailyLimit, monthlyLimit }) => dailyLimit !== null || monthlyLimit !== null,
  shown: ({ budget: said }) =>
    said === undefined
      ? null
      : [
          ...(said.dailyLimit === undefined ? [] : [`$${said.dailyLimit} a day`]),
          ...(said.monthlyLimit === undefined ? [] : [`$${said.monthlyLimit} a month`]),
          ...(said.alertThreshold === undefined ? [] : [`alert at ${said.alertThreshold}`]),
        ].join(', '),
  async ask(talk, { name, members: { budget: before = {} } }) {
    const daily = await askLimit(
      talk,
      `Daily limit of ${name} in USD`,
      before.dailyLimit ?? 2,
      (dailyLimit) => judged({ dailyLimit }),
    );
    const monthly = await askLimit(
      talk,
      `Monthly limit of ${name} in USD`,
      before.monthlyLimit ?? 15 * Number(daily),
      (monthlyLimit) => judgedMonth(monthlyLimit, daily),
    );
    const alert = await talk.deps.prompter.input({
      message: 'Alert at this share of a limit',
      default: String(before.alertThreshold ?? 0.8),
      validate: (text) => judged({ alertThreshold: text.trim() }),
    });
    const answer: EntryMembers['budget'] = {
      dailyLimit: Number(daily),
      monthlyLimit: Number(monthly),
      alertThreshold: Number(alert),
    };
    return { budget: { ...before, ...answer } };
  },
};

async function askLimit(
  { deps }: Talk,
  message: string,
  proposed: number,
  validate: (amount: string) => true | string,
): Promise<string> {
  const amount = await deps.prompter.input({
    message,
    default: String(proposed),
    validate: (text) => validate(withoutSign(text)),
  });
  return withoutSign(amount);
}

function judgedMonth(monthlyLimit: string, daily: string): true | string {
  const verdict = judged({ monthlyLimit });
  if (verdict !== true || Number(monthlyLimit) >= Number(daily)) return verdict;
  return `A month cannot have less than its day: ${daily} at least`;
}

function withoutSign(text: string): string {
  return text.trim().replace(/^\$/, '');
}
