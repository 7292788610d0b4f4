import { parseHeader, parseParameter } from '../../setup/flags.ts';
import { partMembers } from '../../setup/setup-request.ts';
import type { Topic, WizardContext } from '../context.ts';
import { splitList, validate, validateProviders, validateText } from '../validate.ts';

export const budget: Topic = {
  title: 'budget',
  purpose: 'limits in USD per day and month (UTC)',
  members: partMembers.budget,
  removable: 'budget',
  core: true,
  isGiven: ({ dailyLimit, monthlyLimit }) => dailyLimit !== undefined || monthlyLimit !== undefined,
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
      validate: (text) => validate({ alert: text.trim() }),
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

export const headers: Topic = {
  title: 'headers',
  purpose: 'identify your site and program to OpenRouter',
  members: partMembers.headers,
  removable: 'headers',
  core: false,
  isGiven: (flags) => flags.header !== undefined,
  summary: (members) => Object.keys(members.headers ?? {}).join(', ') || null,
  async ask(context, { members: { headers: before = {} } }) {
    const referer = await askHeader(context, 'HTTP-Referer', 'the address of your site', before);
    const title = await askHeader(context, 'X-Title', 'a name for the logs of OpenRouter', before);
    const others: Record<string, string> = {};
    for (;;) {
      const text = await context.deps.prompter.input({
        message: 'Another header as name=value (Enter to continue)',
        validate: (typed) =>
          typed.trim() === '' ||
          validateText((subject) => ({ header: [parseHeader(typed, subject)] })),
      });
      if (text.trim() === '') break;
      const { name, value } = parseHeader(text);
      others[name] = value;
    }
    const all = { ...before, ...referer, ...title, ...others };
    return Object.keys(all).length === 0 ? {} : { headers: all };
  },
};

async function askHeader(
  { deps }: WizardContext,
  name: string,
  meaning: string,
  before: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const value = before[name];
  const text = await deps.prompter.input({
    message: `${name}: ${meaning} (Enter ${value === undefined ? 'to leave it out' : 'to keep it'})`,
    ...(value === undefined ? {} : { default: value }),
    validate: (typed) => validate({ header: [{ name, value: typed.trim() }] }),
  });
  return text.trim() === '' ? {} : { [name]: text.trim() };
}

export const providers: Topic = {
  title: 'providers',
  purpose: 'never use some, try some first',
  members: partMembers.providers,
  removable: 'providers',
  core: false,
  isGiven: ({ excludeProvider, preferProvider }) =>
    excludeProvider !== undefined || preferProvider !== undefined,
  summary: ({ providerPreferences: { exclude, prefer } = {} }) =>
    [
      ...(exclude === undefined ? [] : [`never ${exclude.join(', ')}`]),
      ...(prefer === undefined ? [] : [`first ${prefer.join(', ')}`]),
    ].join('; ') || null,
  async ask(context, { members: { providerPreferences: before = {} } }) {
    const { deps } = context;
    const ask = async (
      question: string,
      known: readonly string[] | undefined,
      check: (slugs: readonly string[]) => Promise<true | string>,
    ) =>
      splitList(
        await deps.prompter.input({
          message: `${question} (separated by commas; Enter ${known === undefined ? 'for none' : 'to keep them'})`,
          ...(known === undefined ? {} : { default: known.join(', ') }),
          validate: (text) => check(splitList(text)),
        }),
      );
    const exclude = await ask(
      'Providers to never use, e.g. azure',
      before.exclude,
      (excludeProvider) => validateProviders(context, { excludeProvider }),
    );
    const prefer = await ask(
      'Providers to try first, e.g. anthropic',
      before.prefer,
      (preferProvider) => validateProviders(context, { excludeProvider: exclude, preferProvider }),
    );
    if (exclude.length + prefer.length === 0) return {};
    return {
      providerPreferences: {
        ...before,
        ...(exclude.length === 0 ? {} : { exclude }),
        ...(prefer.length === 0 ? {} : { prefer }),
      },
    };
  },
};

export const parameters: Topic = {
  title: 'parameters',
  purpose: 'temperature, max_tokens and the like',
  members: partMembers.parameters,
  removable: 'parameters',
  core: false,
  isGiven: (flags) => flags.param !== undefined,
  summary: (members) =>
    Object.entries(members.parameters ?? {})
      .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
      .join(', ') || null,
  async ask({ deps }, { members: { parameters: before = {} } }) {
    const all: Record<string, unknown> = { ...before };
    for (;;) {
      const text = await deps.prompter.input({
        message: 'A parameter as name=value, e.g. temperature=0.7 (Enter to continue)',
        validate: (typed) =>
          typed.trim() === '' ||
          validateText((subject) => ({ param: [parseParameter(typed, subject)] })),
      });
      if (text.trim() === '') return Object.keys(all).length === 0 ? {} : { parameters: all };
      const { name, value } = parseParameter(text);
      all[name] = value;
    }
  },
};
