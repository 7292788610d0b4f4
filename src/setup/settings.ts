import { isDeepStrictEqual } from 'node:util';
import { Big } from 'big.js';
import { idParts, isModelId } from '../openrouter/model-id.ts';
import { UsageError } from '../platform/errors.ts';
import { headerProblem } from '../setup-file/headers.ts';
import { nameProblem } from '../setup-file/names.ts';
import type { PresetName } from './presets.ts';
import type { ChannelRequest, Part } from './setup-request.ts';

/**
 * The flags of `init`, parsed. Null and empty mean "not given": the preset decides, or what is in the file stays.
 * Amounts and shares are decimal strings.
 */
export interface Settings {
  readonly presets: readonly PresetName[];
  /** The entry that the other settings are for. */
  readonly name: string | null;
  readonly model: string | null;
  /** In the order of the walk; [] removes the fallbacks. */
  readonly fallbacks: readonly string[] | null;
  /** 0 turns retries off. */
  readonly retries: number | null;
  readonly channels: readonly ChannelRequest[];
  readonly dailyLimit: string | null;
  readonly monthlyLimit: string | null;
  readonly alertThreshold: string | null;
  readonly complexModel: string | null;
  readonly complexTriggers: readonly string[] | null;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly excludeProviders: readonly string[] | null;
  readonly preferProviders: readonly string[] | null;
  readonly parameters: readonly { readonly name: string; readonly value: unknown }[];
  /** Removed first; the other settings may then set it anew. */
  readonly without: readonly Part[];
}

export const noSettings: Settings = {
  presets: [],
  name: null,
  model: null,
  fallbacks: null,
  retries: null,
  channels: [],
  dailyLimit: null,
  monthlyLimit: null,
  alertThreshold: null,
  complexModel: null,
  complexTriggers: null,
  headers: [],
  excludeProviders: null,
  preferProviders: null,
  parameters: [],
  without: [],
};

export function isEmpty(settings: Settings): boolean {
  return isDeepStrictEqual(settings, noSettings);
}

/** What messages call a value that was given with this flag: the flag itself, or "This" below a question. */
export type Subject = (flag: string) => string;

export const flagItself: Subject = (flag) => flag;

/**
 * Throws UsageError, with what was probably meant, for settings that are invalid regardless of the setup file. No error
 * contains the value of a header.
 */
export function checkSettings(settings: Settings, subject: Subject = flagItself): void {
  checkNames(settings, subject);
  checkModels(settings, subject);
  checkNumbers(settings, subject);
  checkTriggers(settings, subject);
  checkHeaders(settings);
  checkProviders(settings);
  checkParameters(settings, subject);
}

function checkNames({ name, channels }: Settings, subject: Subject): void {
  if (name !== null) checkName(subject('--name'), name);
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

function checkModels({ model, fallbacks, complexModel }: Settings, subject: Subject): void {
  const given = [
    ['--model', model],
    ['--complex-model', complexModel],
    ...(fallbacks ?? []).map((id) => ['--fallback', id] as const),
  ] as const;
  for (const [flag, id] of given) {
    if (id === null) continue;
    const { author, slug } = idParts(id);
    if (isModelId(id) && author !== '' && slug !== '') continue;
    throw new UsageError(`${subject(flag)} must be a model id, not "${id}"`, {
      hint: 'An id is <author>/<model>, e.g. anthropic/claude-sonnet-4; "models" lists them',
    });
  }
}

// Each retry may wait for half a minute.
const maxRetries = 20;

function checkNumbers(settings: Settings, subject: Subject): void {
  const { retries, dailyLimit, monthlyLimit, alertThreshold } = settings;
  if (retries !== null && (!Number.isInteger(retries) || retries < 0 || retries > maxRetries)) {
    throw new UsageError(
      `${subject('--retries')} must be a whole number from 0 to ${maxRetries}, not ${retries}`,
      { hint: 'Two are usually enough: after them, the next model of the chain is tried' },
    );
  }
  if (dailyLimit !== null) checkAmount(subject('--daily-limit'), dailyLimit);
  if (monthlyLimit !== null) checkAmount(subject('--monthly-limit'), monthlyLimit);
  if (alertThreshold !== null) checkShare(subject('--alert'), alertThreshold);
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
  const percent = share?.gt(1) && share.lte(100) ? share.div(100).toFixed() : null;
  throw new UsageError(`${subject} must be a share between 0 and 1, not "${text}"`, {
    hint: percent === null ? 'Write it as in 0.8 for 80 %' : `Did you mean ${percent}?`,
  });
}

function decimal(text: string): Big | null {
  return /^-?(\d+(\.\d*)?|\.\d+)$/.test(text) ? new Big(Number(text)) : null;
}

function checkTriggers({ complexTriggers }: Settings, subject: Subject): void {
  if (complexTriggers?.some((text) => text.trim() === '')) {
    throw new UsageError(`${subject('--complex-trigger')} must not be empty`, {
      hint: 'Every message contains an empty text: all of them would go to the complex model',
    });
  }
}

function checkHeaders({ headers }: Settings): void {
  for (const { name, value } of headers) {
    const problem = headerProblem(name, value);
    if (problem === null) continue;
    throw new UsageError(`The header ${JSON.stringify(name)} ${problem}`, {
      hint: 'Write it as in X-Title=Assistant',
    });
  }
}

function checkProviders({ excludeProviders, preferProviders }: Settings): void {
  for (const slug of [...(excludeProviders ?? []), ...(preferProviders ?? [])]) {
    if (/^[\w.-]+(\/[\w.-]+)*$/.test(slug)) continue;
    throw new UsageError(`"${slug}" is not the short name of a provider, such as "azure"`, {
      hint: (program) => `${program} models show <id> lists the providers of a model`,
    });
  }
  const both = preferProviders?.find((slug) => excludeProviders?.includes(slug));
  if (both === undefined) return;
  throw new UsageError(`The provider "${both}" is both excluded and preferred`, {
    hint: 'Leave out one of the two',
  });
}

/** What the program puts into each request itself, and what decides it. */
const requestMembers: ReadonlyMap<string, string> = new Map([
  ['model', 'the model of the entry'],
  ['models', 'the fallbacks of the entry'],
  ['messages', 'the client'],
  ['stream', 'the client'],
  ['provider', 'the providers to exclude and to prefer'],
]);

function checkParameters({ parameters }: Settings, subject: Subject): void {
  for (const { name } of parameters) {
    const owner = requestMembers.get(name);
    if (owner === undefined) continue;
    throw new UsageError(`${subject('--param')} cannot set "${name}"`, {
      hint: `In a request it comes from ${owner}`,
    });
  }
}
