import { Big } from 'big.js';
import { idParts, isModelId, routedId } from '../openrouter/model-id.ts';
import { UsageError } from '../platform/errors.ts';
import { headerProblem } from '../setup-file/headers.ts';
import { nameProblem } from '../setup-file/names.ts';
import { parameterProblems } from '../setup-file/parameters.ts';
import type { SetupFlags } from './flags.ts';

/** How messages refer to the value of this flag: by the flag itself, or as "This" below a prompt. */
export type Subject = (flag: string) => string;

/**
 * Throws UsageError, with a suggestion, for flags that are invalid regardless of the setup file. No error contains the
 * value of a header.
 */
export function checkFlags(flags: SetupFlags, subject: Subject = (flag) => flag): void {
  checkNames(flags, subject);
  checkModels(flags, subject);
  checkNumbers(flags, subject);
  checkTriggers(flags, subject);
  checkHeaders(flags);
  checkProviders(flags);
  checkParameters(flags, subject);
}

function checkNames({ name, channel: channels = [] }: SetupFlags, subject: Subject): void {
  if (name !== undefined) checkName(subject('--name'), name);
  for (const { channel, entry } of channels) {
    checkName(subject('--channel'), channel);
    checkName(subject('--channel'), entry);
    const other = channels.find((also) => also.channel === channel && also.entry !== entry);
    if (other !== undefined) {
      throw new UsageError(`The channel "${channel}" is given two entries`, {
        hint: `Choose "${entry}" or "${other.entry}"`,
      });
    }
  }
}

function checkName(subject: string, name: string): void {
  const problem =
    name.trim() === ''
      ? 'must not be empty'
      : name === name.trim()
        ? nameProblem(name)
        : 'must not start or end with white space';
  if (problem === null) return;
  throw new UsageError(`${subject} ${problem}`, {
    hint: 'Use letters, digits and hyphens, as in router-cheap',
  });
}

export const modelIdHint =
  'An id is <author>/<model>, e.g. anthropic/claude-sonnet-4; "models" lists them';

/** Whether such a model exists, or which one is meant by an id without its author, is up to the list of models. */
function checkModels({ model, fallback = [], complexModel }: SetupFlags, subject: Subject): void {
  const given = [
    ['--model', model],
    ['--complex-model', complexModel],
    ...fallback.map((id) => ['--fallback', id] as const),
  ] as const;
  for (const [flag, id] of given) {
    if (id === undefined) continue;
    const { model, preset } = routedId(id);
    if (isModelId(id.trim()) && (preset ?? idParts(model).slug) !== '') continue;
    throw new UsageError(`${subject(flag)} must be a model id, not "${id}"`, {
      hint: modelIdHint,
    });
  }
}

// Each retry may wait for up to half a minute.
const maxRetries = 20;

function checkNumbers(flags: SetupFlags, subject: Subject): void {
  const { retries, dailyLimit, monthlyLimit, alert } = flags;
  if (
    retries !== undefined &&
    (!Number.isInteger(retries) || retries < 0 || retries > maxRetries)
  ) {
    throw new UsageError(
      `${subject('--retries')} must be a whole number from 0 to ${maxRetries}, not ${retries}`,
      { hint: 'Two are usually enough: after them, the next model of the chain is tried' },
    );
  }
  if (dailyLimit !== undefined) checkAmount(subject('--daily-limit'), dailyLimit);
  if (monthlyLimit !== undefined) checkAmount(subject('--monthly-limit'), monthlyLimit);
  if (alert !== undefined) checkShare(subject('--alert'), alert);
}

function checkAmount(subject: string, text: string): void {
  const amount = decimal(text);
  if (amount === null) {
    throw new UsageError(`${subject} must be an amount in USD, not "${text}"`, {
      hint: 'Write it as in 2 or 2.50',
    });
  }
  if (amount.lt(0)) {
    throw new UsageError(`${subject} must not be negative, as ${text} is`, {
      hint: `Leave the minus out: ${text.replace('-', '')}`,
    });
  }
}

function checkShare(subject: string, text: string): void {
  const share = decimal(text.replace(/%$/, ''));
  if (share?.gte(0) && share.lte(1) && !text.endsWith('%')) return;
  // Up to 1.5, it is more likely a share that is too high than a percentage.
  const isPercentage = text.endsWith('%') ? share?.gte(0) : share?.gt(1.5);
  const percent = isPercentage && share?.lte(100) ? share.div(100).toFixed() : null;
  throw new UsageError(`${subject} must be a share between 0 and 1, not "${text}"`, {
    hint: percent === null ? 'Write it as in 0.8 for 80 %' : `Did you mean ${percent}?`,
  });
}

function decimal(text: string): Big | null {
  return /^-?(\d+(\.\d*)?|\.\d+)$/.test(text) ? new Big(Number(text)) : null;
}

function checkTriggers({ complexTrigger = [] }: SetupFlags, subject: Subject): void {
  if (complexTrigger.some((text) => text.trim() === '')) {
    throw new UsageError(`${subject('--complex-trigger')} must not be empty`, {
      hint: 'Every message contains an empty text: all of them would go to the complex model',
    });
  }
}

function checkHeaders({ header = [] }: SetupFlags): void {
  for (const { name, value } of header) {
    const problem = headerProblem(name, value);
    if (problem === null) continue;
    throw new UsageError(`The header ${JSON.stringify(name)} ${problem}`, {
      hint: 'Write it as in X-Title=Assistant',
    });
  }
}

function checkProviders({ excludeProvider = [], preferProvider = [] }: SetupFlags): void {
  for (const slug of [...excludeProvider, ...preferProvider]) {
    if (/^[\w.-]+(\/[\w.-]+)*$/.test(slug)) continue;
    throw new UsageError(`"${slug}" is not the short name of a provider, such as "azure"`, {
      hint: (command) => `${command('models show <id>')} lists the providers of a model`,
    });
  }
  const both = preferProvider.find((slug) => excludeProvider.includes(slug));
  if (both === undefined) return;
  throw new UsageError(`The provider "${both}" is both excluded and preferred`, {
    hint: 'Leave out one of the two',
  });
}

/** Request members that the program sets itself, and the setting that controls each one. */
const requestMembers: ReadonlyMap<string, string> = new Map([
  ['model', 'the model of the entry'],
  ['models', 'the fallbacks of the entry'],
  ['messages', 'the client'],
  ['stream', 'the client'],
]);

/** The first definite mistake in the parameters. Unknown names are accepted, since OpenRouter may know them. */
function parametersProblem(parameters: Readonly<Record<string, unknown>>) {
  const path = ['models', 'new'];
  const value = { models: { new: { parameters } } };
  const problems = parameterProblems({ entries: [{ path }], value });
  return (
    problems.find(({ kind, suggestion }) => kind !== 'unknown-key' || suggestion !== undefined) ??
    null
  );
}

function checkParameters({ param = [] }: SetupFlags, subject: Subject): void {
  for (const { name } of param) {
    const owner = requestMembers.get(name);
    if (owner === undefined) continue;
    throw new UsageError(`${subject('--param')} cannot set "${name}"`, {
      hint: `In a request it comes from ${owner}`,
    });
  }
  const parameters = Object.fromEntries(param.map(({ name, value }) => [name, value]));
  const problem = parametersProblem(parameters);
  if (problem === null) return;
  const { message, suggestion } = problem;
  throw new UsageError(`${subject('--param')} is wrong: ${message}`, {
    hint:
      suggestion === undefined
        ? 'See https://openrouter.ai/docs/api/reference/parameters'
        : `Write ${suggestion}`,
  });
}
