import { UsageError } from '../platform/errors.ts';
import { nearestName } from '../platform/nearest.ts';
import type { Answers, ChannelAnswer, KeyAnswer } from './answers.ts';
import { type PresetName, presets } from './presets.ts';
import { parts } from './without.ts';

/** The flags of `init` that say what to write, as texts from the command line. */
export interface AnswerFlags {
  readonly preset?: readonly string[];
  readonly name?: string;
  readonly model?: string;
  readonly fallback?: readonly string[];
  readonly retries?: number;
  readonly channel?: readonly string[];
  readonly dailyLimit?: string;
  readonly monthlyLimit?: string;
  readonly alert?: string;
  readonly complexModel?: string;
  readonly complexTrigger?: readonly string[];
  readonly header?: readonly string[];
  readonly excludeProvider?: readonly string[];
  readonly preferProvider?: readonly string[];
  readonly param?: readonly string[];
  readonly without?: readonly string[];
}

/** Flags as answers. Throws UsageError for a text that is not of the flag's form; `planSetup` judges the values. */
export function answersFrom(flags: AnswerFlags, key: KeyAnswer): Answers {
  return {
    presets: (flags.preset ?? []).map(presetNamed),
    name: flags.name ?? null,
    model: flags.model ?? null,
    fallbacks: flags.fallback ?? null,
    retries: flags.retries ?? null,
    channels: (flags.channel ?? []).map(channelFrom),
    dailyLimit: flags.dailyLimit ?? null,
    monthlyLimit: flags.monthlyLimit ?? null,
    alertThreshold: flags.alert ?? null,
    complexModel: flags.complexModel ?? null,
    complexTriggers: flags.complexTrigger ?? null,
    headers: (flags.header ?? []).map(headerFrom),
    excludeProviders: flags.excludeProvider ?? null,
    preferProviders: flags.preferProvider ?? null,
    parameters: (flags.param ?? []).map(parameterFrom),
    without: (flags.without ?? []).map((text) =>
      oneOf(parts, text, `--without takes no "${text}"`),
    ),
    key,
  };
}

/** The preset of that name; throws UsageError with the nearest one. */
export function presetNamed(text: string): PresetName {
  const names = presets.map((preset) => preset.name);
  return oneOf(names, text, `There is no preset "${text}"`);
}

function oneOf<Name extends string>(names: readonly Name[], text: string, problem: string): Name {
  const known = names.find((name) => name === text);
  if (known !== undefined) return known;
  const near = nearestName(text, names);
  throw new UsageError(problem, {
    hint: near === null ? `Choose one of: ${names.join(', ')}` : `Did you mean "${near}"?`,
  });
}

function channelFrom(text: string): ChannelAnswer {
  const [channel, entry] = pair('--channel', text, 'whatsapp=router-premium');
  return { channel, entry };
}

// The value may be a secret that somebody put there by mistake: it is in none of the errors.
function headerFrom(text: string): { name: string; value: string } {
  const [name, value] = pair('--header', text, 'X-Title=Assistant');
  return { name, value };
}

function parameterFrom(text: string): { name: string; value: unknown } {
  const [name, json] = pair('--param', text, 'temperature=0.7');
  try {
    return { name, value: JSON.parse(json) };
  } catch (cause) {
    throw new UsageError(`--param ${name} is not JSON`, {
      hint: `Text needs quotes of its own, as in --param '${name}="text"'`,
      cause,
    });
  }
}

function pair(flag: string, text: string, example: string): [string, string] {
  const equals = text.indexOf('=');
  const name = text.slice(0, Math.max(equals, 0)).trim();
  const value = text.slice(equals + 1).trim();
  if (name !== '' && value !== '') return [name, value];
  throw new UsageError(`${flag} takes a name and a value`, {
    hint: `Write it as in ${flag} ${example}`,
  });
}
