import Big from 'big.js';
import { costOf } from '../../catalog/prices.ts';
import type { FoundKey } from '../../host/key-sources.ts';
import { isFreeModelId } from '../../openrouter/model-id.ts';
import { daysBetween, inDays } from '../../platform/durations.ts';
import { formatUsd } from '../../platform/money.ts';
import type { Entry } from '../../setup-file/entry.ts';
import { keyFormatProblem, keyPrefix } from '../../setup-file/key-format.ts';
import type { Setup } from '../../setup-file/setup-file.ts';
import { type Check, defineCheck } from '../check.ts';
import type { Account } from '../facts/openrouter.ts';
import { placeOfKey, sourceText } from '../facts/setup.ts';
import { atMember, type Problem, type Problems, type Verdict } from '../finding.ts';
import { keyOption } from '../key-option.ts';
import { allMentions, type Mention, mentionsOf, modelOf } from '../models.ts';
import { largestRequest } from '../request-size.ts';

const format = defineCheck({
  id: 'key/format',
  summary: 'the key is complete: no spaces or quotes, not cut off, and from OpenRouter',
  needs: ['keys', 'setup', 'world'],
  async run({ keys, setup, world }) {
    const [read, all] = await Promise.all([setup(), keys()]);
    return all.flatMap((key): Verdict => {
      const { found } = key;
      if (!('key' in found)) return [];
      const problem = keyFormatProblem(found.key);
      if (problem === null) return { remark: wholeKey(found) };
      return {
        severity: 'error',
        message: `The key ${sourceText(found.source)} ${problem}`,
        ...placeOfKey(world, read, key),
        fixHint: 'copy it again from https://openrouter.ai/settings/keys',
      };
    });
  },
});

/** E.g. `sk-or-v1-1a2b… from the environment, not from ~/.bashrc:12`. */
function wholeKey({ key, source, shadowed }: FoundKey): string {
  const losers = shadowed.filter(({ same }) => !same).map(({ where }) => where);
  const not = losers.length === 0 ? '' : `, not from ${losers.join(' or ')}`;
  return `${keyPrefix(key)} ${sourceText(source)}${not}`;
}

const accepted = accountCheck(
  { id: 'key/accepted', summary: 'OpenRouter accepts the key' },
  ({ key, refused }, place) => {
    if (refused === null || !('key' in key.found)) return [];
    return {
      severity: refused.certain ? 'error' : 'warning',
      message: `OpenRouter ${refused.certain ? 'refuses' : 'could not say whether it accepts'} ${keyPrefix(key.found.key)}: ${refused.headline} (${refused.message})`,
      ...place,
      fixHint: refused.fix,
    };
  },
);

const management = accountCheck(
  { id: 'key/management', summary: 'the key is for inference, not a management key' },
  ({ info }, place) => {
    if (info?.isManagementKey !== true) return [];
    return {
      severity: 'error',
      message: 'This is a management key: it manages other keys and cannot be used for requests',
      ...place,
      fixHint: 'create an ordinary key at https://openrouter.ai/settings/keys',
    };
  },
);

/** As a share of the limit. */
const lowShare = '0.1';

const limit = accountCheck(
  { id: 'key/limit', summary: 'the limit of the key is not used up' },
  (account, place, { which }) => {
    const left = leftOf(account);
    if (left === null) return account.info === null ? [] : [{ remark: 'no limit' }];
    const { limit, remaining, reset } = left;
    if (remaining.gt(limit.times(lowShare))) {
      return { remark: `${formatUsd(remaining.toFixed())} left${reset}` };
    }
    const empty = remaining.lte(0);
    return {
      severity: empty ? 'error' : 'warning',
      message: empty
        ? `The limit of the key, ${formatUsd(limit.toFixed())}, is used up${reset}`
        : `The key has ${formatUsd(remaining.toFixed())} of its ${formatUsd(limit.toFixed())} left${reset}`,
      ...place,
      fixHint: (command) => `raise it: ${command(`key limit <usd>${which}`)}`,
    };
  },
);

function leftOf({ info }: Account): { limit: Big; remaining: Big; reset: string } | null {
  if (info === null || info.limit === null || info.limitRemaining === null) return null;
  const reset = info.limitReset === null ? '' : `, resets ${info.limitReset}`;
  return { limit: new Big(info.limit), remaining: new Big(info.limitRemaining), reset };
}

const soonDays = 14;

const expires = accountCheck(
  { id: 'key/expires', summary: 'the key does not expire soon' },
  ({ info }, place, { now, which }) => {
    const expiresAt = info?.expiresAt ?? null;
    const days = expiresAt === null ? null : daysBetween(now, expiresAt);
    if (expiresAt === null || days === null || days > soonDays) return [];
    const when = `${expiresAt.slice(0, 10)} (${inDays(days)})`;
    return {
      severity: days < 0 ? 'error' : 'warning',
      message: `The key ${days < 0 ? 'expired' : 'expires'} on ${when}`,
      ...place,
      fixHint: (command) => `replace it everywhere: ${command(`key rotate${which}`)}`,
    };
  },
);

/** If an account has never bought credit, paid models refuse it and free models have lower limits. */
const freeTier = defineCheck({
  id: 'key/free-tier',
  summary: 'an account without credit uses free models only, within their daily requests',
  needs: ['accounts', 'setup'],
  async run({ accounts, setup }) {
    const [read, all] = await Promise.all([setup(), accounts()]);
    const mentions = allMentions(read);
    return all.flatMap((account): Verdict => {
      const own = mentions.filter(({ entry }) => account.key.entries.includes(entry));
      const paid =
        account.info?.isFreeTier === true ? own.find(({ id }) => !isFreeModelId(id)) : undefined;
      const requests = [freeRequests(account, own)].flat();
      if (paid === undefined) return requests;
      const problem: Problem = {
        severity: 'warning',
        message: `This account has never bought credit, so ${paid.id} and other paid models answer 402`,
        ...atMember(read, paid.path),
        fixHint: 'add credit at https://openrouter.ai/settings/credits, or use :free models',
      };
      return [problem, ...requests];
    });
  },
});

function freeRequests({ info }: Account, mentions: readonly Mention[]): Verdict {
  const requests = info?.freeModelDailyRequests ?? null;
  if (requests === null || !mentions.some(({ id }) => isFreeModelId(id))) return [];
  const { remaining, limit } = requests;
  if (remaining > 0) return { remark: `${remaining} of ${limit} free requests left today` };
  return {
    severity: 'warning',
    message: `All ${limit} free requests for today are used up`,
    fixHint: 'the quota resets at 0:00 UTC; buying 10 credits once raises it to 1000 a day',
  };
}

/**
 * OpenRouter reserves the price of the longest answer that a request allows. If the credit does not cover that, it
 * refuses the request with 402, however short the answer would have been.
 */
const credit = defineCheck({
  id: 'key/credit',
  summary: 'the remaining credit covers the largest request of each entry',
  needs: ['accounts', 'setup', 'catalog'],
  async run({ accounts, setup, catalog }) {
    const [read, list, all] = await Promise.all([setup(), catalog(), accounts()]);
    return all.flatMap((account): Problems => {
      const owed = owedUsd(account);
      if (owed !== null) return account.key.entries.map((entry) => inDebt(read, entry, owed));
      const left = affordableUsd(account);
      if (left === null) return [];
      return account.key.entries.flatMap((entry): Problems => {
        const mostExpensive = mentionsOf(read, entry)
          .map((mention) => ({ mention, cost: costOfLargest(mention) }))
          .reduce((a, b) => (b.cost.gt(a.cost) ? b : a), {
            mention: null,
            cost: new Big(0),
          } as Priced);
        const { mention, cost } = mostExpensive;
        if (mention === null || cost.lte(left)) return [];
        return {
          severity: left.lte(0) ? 'error' : 'warning',
          message: `${entry.name}: ${formatUsd(left.toFixed())} is left, but a request to ${mention.id} may cost up to ${formatUsd(cost.toFixed())}: OpenRouter refuses it with 402`,
          ...atMember(read, mention.path),
          fixHint:
            'add credit at https://openrouter.ai/settings/credits, or lower max_tokens in parameters',
        };
      });
    });

    function costOfLargest(mention: Mention): Big {
      const model = modelOf(list, mention);
      if (model === undefined) return new Big(0);
      const { promptTokens, completionTokens } = largestRequest(mention.entry, model);
      return new Big(costOf(model, promptTokens, completionTokens) ?? 0);
    }
  },
});

interface Priced {
  readonly mention: Mention | null;
  readonly cost: Big;
}

/** Null if the account owes nothing, or if its credits are unknown. */
function owedUsd({ credits }: Account): Big | null {
  if (credits === null) return null;
  const owed = new Big(credits.totalUsage).minus(credits.totalCredits);
  return owed.gt(0) ? owed : null;
}

function inDebt(setup: Pick<Setup, 'at'>, entry: Entry, owed: Big): Problem {
  return {
    severity: 'error',
    message: `${entry.name}: the account owes ${formatUsd(owed.toFixed())}: OpenRouter answers 402 to every request, also to free models`,
    ...atMember(setup, [...entry.path, 'apiKey']),
    fixHint: 'add credit at https://openrouter.ai/settings/credits',
  };
}

/** The smaller of what the key and the account have left; null if neither is known. */
function affordableUsd({ info, credits }: Account): Big | null {
  const amounts = [
    ...(info?.limitRemaining == null ? [] : [new Big(info.limitRemaining)]),
    ...(credits === null ? [] : [new Big(credits.totalCredits).minus(credits.totalUsage)]),
  ];
  return amounts.reduce<Big | null>((a, b) => (a === null || b.lt(a) ? b : a), null);
}

/** A check of what OpenRouter reports about each key; `place` is where the key is set. */
function accountCheck(
  row: Pick<Check, 'id' | 'summary'>,
  verdictOn: (
    account: Account,
    place: Pick<Problem, 'path' | 'place'>,
    // `which` is the `keyOption`.
    context: { readonly now: Date; readonly which: string },
  ) => Verdict,
): Check {
  return defineCheck({
    ...row,
    needs: ['accounts', 'setup', 'world'],
    async run({ accounts, setup, world }) {
      const [read, all] = await Promise.all([setup(), accounts()]);
      const now = world.clock.now();
      return all.flatMap((one) => {
        const which = keyOption(read, all, one.key);
        return verdictOn(one, placeOfKey(world, read, one.key), { now, which });
      });
    },
  });
}

export const keyChecks = [format, accepted, management, limit, expires, freeTier, credit];
