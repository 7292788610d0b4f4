import { isFreeModelId } from '../openrouter/model-id.ts';
import type { WireFailure } from '../openrouter/wire-error.ts';
import type { Link } from './choose.ts';
import { isSharedBudget, isUsedUpForToday, type OutcomeName, type OutcomeRow } from './outcomes.ts';

/** What happened and what to do about it, for people. */
export interface Advice {
  readonly headline: string;
  readonly fix: string;
}

interface Case extends Omit<Advice, 'fix'> {
  readonly outcome: OutcomeName;
  readonly fix: string | ((failure: WireFailure) => string);
  applies(failure: WireFailure, isFree: boolean): boolean;
}

/** Error messages that allow more specific advice than their outcome does; the first match wins. */
const cases: readonly Case[] = [
  {
    outcome: 'key_limit',
    applies: isSharedBudget,
    headline: 'budget of the workspace reached',
    fix: 'Raise the budget of the workspace or its guardrail at https://openrouter.ai/settings, or wait until it resets; neither new credit nor another limit of the key lifts it',
  },
  {
    outcome: 'unaffordable',
    applies: (failure) => affordable(failure) !== null,
    headline: 'not enough credit for this request',
    fix: (failure) =>
      `Lower max_tokens in the parameters of the entry to ${affordable(failure)} or less, or ${moreMoney(failure)}`,
  },
  {
    outcome: 'unaffordable',
    applies: (failure) => affordablePrompt(failure) !== null,
    headline: 'not enough credit for a prompt of this length',
    fix: (failure) =>
      `Shorten the prompt to ${affordablePrompt(failure)} tokens or less, or ${moreMoney(failure)}`,
  },
  {
    outcome: 'billing',
    applies: ({ message }, isFree) => isFree || NEGATIVE.test(message),
    headline: 'negative balance, which refuses free models too',
    fix: 'Add credit at https://openrouter.ai/settings/credits until the balance is positive; no free fallback answers before',
  },
  {
    outcome: 'billing',
    applies: ({ message }) => NEVER_PAID.test(message),
    headline: 'account without credit',
    fix: 'Check that the key is of the right account or organization, and buy credit at https://openrouter.ai/settings/credits; without it, only free models answer',
  },
  {
    outcome: 'rate_limit',
    applies: isUsedUpForToday,
    headline: 'free requests of the day used up',
    fix: 'Put a paid model behind it, or wait until 0:00 UTC; free models take 50 requests a day, 1000 after buying 10 credits',
  },
];

const NEGATIVE = /\bnegative\b/i;
const NEVER_PAID = /never (?:purchased|bought)|\bfree[- ]tier\b|upgrade to a paid account/i;

/** The advice for a reply: that of its outcome, or something more specific if the error message allows it. */
export function adviceOn(
  outcome: OutcomeRow,
  failure: WireFailure | null,
  link: Pick<Link, 'model'>,
): Advice {
  if (failure === null) return outcome;
  const isFree = isFreeModelId(link.model);
  const found = cases.find(
    (each) => each.outcome === outcome.name && each.applies(failure, isFree),
  );
  if (found === undefined) return outcome;
  const { headline, fix } = found;
  return { headline, fix: typeof fix === 'string' ? fix : fix(failure) };
}

/** The number of output tokens that the credit covers; null if the message does not say. */
function affordable({ message }: WireFailure): string | null {
  return /can only afford (\d[\d,]*)/i.exec(message)?.[1]?.replaceAll(',', '') ?? null;
}

/** The number of prompt tokens that the credit covers; null if the message does not say. */
function affordablePrompt({ message }: WireFailure): string | null {
  return /prompt tokens limit exceeded: \d+ > (\d+)/i.exec(message)?.[1] ?? null;
}

/** If the key's own limit is too low, adding credit does not help. */
function moreMoney({ message }: WireFailure): string {
  return /key with a higher|settings\/keys/i.test(message)
    ? 'raise the limit of the key at https://openrouter.ai/settings/keys'
    : 'add credit at https://openrouter.ai/settings/credits';
}

/** Whether a 402 with this message from this link means that free models would be refused too. */
export function refusesFreeModels(message: string | null, { model }: Pick<Link, 'model'>): boolean {
  return isFreeModelId(model) || NEGATIVE.test(message ?? '');
}
