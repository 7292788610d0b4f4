import { isDeepStrictEqual } from 'node:util';
import type { RcFile } from '../host/shell-files.ts';
import type { PresetName } from './presets.ts';
import type { Part } from './without.ts';

/**
 * What a person wants, whether asked or given as flags. Null and empty mean "not said": the preset decides, or what
 * is in the file stays. Amounts and shares are decimal strings.
 */
export interface Answers {
  readonly presets: readonly PresetName[];
  /** The entry that the other answers are about. */
  readonly name: string | null;
  readonly model: string | null;
  /** In the order of the walk; [] takes the fallbacks away. */
  readonly fallbacks: readonly string[] | null;
  /** 0 turns retrying off. */
  readonly retries: number | null;
  readonly channels: readonly ChannelAnswer[];
  readonly dailyLimit: string | null;
  readonly monthlyLimit: string | null;
  readonly alertThreshold: string | null;
  readonly complexModel: string | null;
  readonly complexTriggers: readonly string[] | null;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly excludeProviders: readonly string[] | null;
  readonly preferProviders: readonly string[] | null;
  readonly parameters: readonly { readonly name: string; readonly value: unknown }[];
  /** Taken away first; what the other answers say of it is given anew. */
  readonly without: readonly Part[];
  readonly key: KeyAnswer;
}

export interface ChannelAnswer {
  readonly channel: string;
  readonly entry: string;
}

/** What becomes of the key. It never goes into the setup file: that names the variable. */
export interface KeyAnswer {
  /** The variable that entries name; null keeps an entry's own and is `OPENROUTER_API_KEY` for a new one. */
  readonly variable: string | null;
  /** A new key that is to be stored; null leaves every rc file alone. */
  readonly secret: string | null;
  /** Where to store it; null with `--no-rc`. */
  readonly rcFile: RcFile | null;
}

/** Nothing said. */
export const noAnswers: Answers = {
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
  key: { variable: null, secret: null, rcFile: null },
};

/** Nothing is said of what to write; the key does not count. */
export function saysNothing(answers: Answers): boolean {
  const { key } = noAnswers;
  return isDeepStrictEqual({ ...answers, key }, noAnswers);
}
