import { partMembers } from '../../setup/setup-request.ts';
import type { WizardContext } from '../context.ts';
import { validate } from '../validate.ts';
import type { Topic } from './topic.ts';

export const budget: Topic = {
  title: 'budget',
  purpose: 'limits in USD per day and month (UTC)',
  members: partMembers.budget,
  removable: 'budget',
  core: true,
  isGiven: ({ dailyLimit, monthlyLimit }) => dailyLimit !== null || monthlyLimit !== null,
  summary({ budget: current }) {
    if (current === undefined) return null;
    const { dailyLimit, monthlyLimit, alertThreshold } = current;
    return [
      ...(dailyLimit === undefined ? [] : [`$${dailyLimit} a day`]),
      ...(monthlyLimit === undefined ? [] : [`$${monthlyLimit} a month`]),
      ...(alertThreshold === undefined ? [] : [`alert at ${alertThreshold}`]),
    ].join(', ');
  },
  async ask(context, { name, members: { budget: before = {} } }) {
    const daily = await askLimit(
      context,
      `Daily limit of ${name} in USD`,
      before.dailyLimit ?? 2,
      (dailyLimit) => validate({ dailyLimit }),
    );
    const monthly = await askLimit(
      context,
      `Monthly limit of ${name} in USD`,
      before.monthlyLimit ?? 15 * Number(daily),
      (monthlyLimit) => {
        const verdict = validate({ monthlyLimit });
        if (verdict !== true || Number(monthlyLimit) >= Number(daily)) return verdict;
        return `This must be at least the daily limit, ${daily}`;
      },
    );
    const alert = await context.deps.prompter.input({
      message: 'Alert at this share of a limit',
      default: String(before.alertThreshold ?? 0.8),
      validate: (text) => validate({ alertThreshold: text.trim() }),
    });
    return {
      budget: {
        ...before,
        dailyLimit: Number(daily),
        monthlyLimit: Number(monthly),
        alertThreshold: Number(alert),
      },
    };
  },
};

async function askLimit(
  { deps }: WizardContext,
  message: string,
  proposed: number,
  check: (amount: string) => true | string,
): Promise<string> {
  const withoutSign = (text: string) => text.trim().replace(/^\$/, '');
  const amount = await deps.prompter.input({
    message,
    default: String(proposed),
    validate: (text) => check(withoutSign(text)),
  });
  return withoutSign(amount);
}
