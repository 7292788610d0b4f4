import { Big } from 'big.js';
import { UsageError, UserError } from '../platform/errors.ts';
import { headerProblem } from '../setup-file/headers.ts';
import { keyFormatProblem } from '../setup-file/key-format.ts';
import { nameProblem } from '../setup-file/names.ts';
import type { Answers } from './answers.ts';

/**
 * Refuses answers that could not work, whatever is in the file: throws UsageError with what was probably meant,
 * UserError of type `key` for a key of the wrong form. No error holds the value of a header or the key.
 */
export function checkAnswers(answers: Answers): void {
  checkNames(answers);
  checkModels(answers);
  checkMoney(answers);
  checkTriggers(answers);
  checkHeaders(answers);
  checkProviders(answers);
  checkParameters(answers);
  checkKey(answers);
}

function checkNames({ name, channels }: Answers): void {
  if (name !== null) checkName('--name', name);
  for (const { channel, entry } of channels) {
    checkName('--channel', channel);
    checkName('--channel', entry);
    const other = channels.find((also) => also.channel === channel && also.entry !== entry);
    if (other !== undefined) {
      throw new UsageError(`The channel "${channel}" is given two entries`, {
        hint: `Choose "${entry}" or "${other.entry}"`,
      });
    }
  }
}

function checkName(flag: string, name: string): void {
  const hint = 'Letters, digits and hyphens will do, as in router-cheap';
  if (name.trim() === '') throw new UsageError(`${flag} takes a name that is not empty`, { hint });
  if (name !== name.trim()) {
    throw new UsageError(`${flag} takes a name without white space around it`, { hint });
  }
  const problem = nameProblem(name);
  if (problem !== null) throw new UsageError(`The name in ${flag} ${problem}`, { hint });
}

function checkModels({ model, fallbacks, complexModel }: Answers): void {
  if (model !== null) checkModelId('--model', model);
  if (complexModel !== null) checkModelId('--complex-model', complexModel);
  for (const fallback of fallbacks ?? []) checkModelId('--fallback', fallback);
}

function checkModelId(flag: string, id: string): void {
  if (/^[^\s/]+\/\S*[^\s/]$/.test(id)) return;
  throw new UsageError(`${flag} takes a model id, not "${id}"`, {
    hint: 'An id is <author>/<model>, e.g. anthropic/claude-sonnet-4; "models" lists them',
  });
}

function checkMoney({ retries, dailyLimit, monthlyLimit, alertThreshold }: Answers): void {
  if (retries !== null && (!Number.isInteger(retries) || retries < 0 || retries > mostRetries)) {
    throw new UsageError(
      `--retries takes a whole number from 0 to ${mostRetries}, not ${retries}`,
      {
        hint: 'Two are plenty: the next model of the chain is asked after them',
      },
    );
  }
  if (dailyLimit !== null) checkAmount('--daily-limit', dailyLimit);
  if (monthlyLimit !== null) checkAmount('--monthly-limit', monthlyLimit);
  if (alertThreshold !== null) checkShare(alertThreshold);
}

// Each retry may wait for half a minute; more of them than this is a person's wish to wait for hours.
const mostRetries = 20;

function checkAmount(flag: string, text: string): void {
  const amount = decimal(text);
  if (amount === null) {
    throw new UsageError(`${flag} takes an amount in USD, not "${text}"`, {
      hint: 'Write it as in 2 or 2.50',
    });
  }
  if (amount.lt(0)) {
    throw new UsageError(`${flag} takes 0 or more, and ${text} is negative`, {
      hint: `Leave the minus out, as in ${flag} ${text.replace('-', '')}`,
    });
  }
}

function checkShare(text: string): void {
  const share = decimal(text.replace(/%$/, ''));
  if (share?.gte(0) && share.lte(1) && !text.endsWith('%')) return;
  const percent = share?.gt(1) && share.lte(100) ? share.div(100).toFixed() : null;
  throw new UsageError(`--alert takes a share between 0 and 1, not "${text}"`, {
    hint: percent === null ? 'Write it as in 0.8 for 80 %' : `Did you mean ${percent}?`,
  });
}

function decimal(text: string): Big | null {
  return /^-?(\d+(\.\d*)?|\.\d+)$/.test(text) ? new Big(Number(text)) : null;
}

function checkTriggers({ complexTriggers }: Answers): void {
  if (complexTriggers?.some((text) => text.trim() === '')) {
    throw new UsageError('--complex-trigger takes a text that is not empty', {
      hint: 'An empty text is part of every message: all of them would go to the complex model',
    });
  }
}

function checkHeaders({ headers }: Answers): void {
  for (const { name, value } of headers) {
    const problem = headerProblem(name, value);
    if (problem !== null) {
      throw new UsageError(`The header ${JSON.stringify(name)} ${problem}`, {
        hint: 'Write it as in X-Title=Assistant',
      });
    }
  }
}

function checkProviders({ excludeProviders, preferProviders }: Answers): void {
  for (const slug of [...(excludeProviders ?? []), ...(preferProviders ?? [])]) {
    if (!/^[\w.-]+(\/[\w.-]+)*$/.test(slug)) {
      throw new UsageError(`A provider has a short name such as "azure", not "${slug}"`, {
        hint: 'openclaw-openrouter models show <id> lists the providers of a model',
      });
    }
  }
  const both = preferProviders?.find((slug) => excludeProviders?.includes(slug));
  if (both === undefined) return;
  throw new UsageError(`The provider "${both}" is both excluded and preferred`, {
    hint: 'Leave out one of the two',
  });
}

function checkParameters({ parameters }: Answers): void {
  for (const { name } of parameters) {
    const flag = flagInstead.get(name);
    if (flag !== undefined) {
      throw new UsageError(`--param cannot set "${name}"`, { hint: `That is for ${flag}` });
    }
  }
}

/** What the program puts into each request itself, and what decides it. */
const flagInstead: ReadonlyMap<string, string> = new Map([
  ['model', '--model'],
  ['models', '--fallback'],
  ['messages', 'whoever asks'],
  ['stream', 'whoever asks'],
  ['provider', '--exclude-provider and --prefer-provider'],
]);

function checkKey({ key }: Answers): void {
  if (key.variable !== null && !/^[A-Za-z_][A-Za-z0-9_]*$/.test(key.variable)) {
    throw new UsageError('--key-env takes the name of a variable, e.g. OPENROUTER_API_KEY');
  }
  const problem = key.secret === null ? null : keyFormatProblem(key.secret);
  if (problem === null) return;
  throw new UserError(`The key ${problem}`, {
    type: 'key',
    hint: 'Make or copy one at https://openrouter.ai/keys',
  });
}
