import type { Setup } from '../setup-file/setup-file.ts';
import type { Answers, ChannelAnswer, KeyAnswer } from './answers.ts';
import { checkAnswers } from './check-answers.ts';
import { draftsFrom } from './drafts.ts';
import { type EntryDraft, presetOf } from './presets.ts';

/** Entries and channels as they are wanted; what flags come to, and what a conversation comes to. */
export interface Wish {
  readonly drafts: readonly EntryDraft[];
  /** Of two for one channel the later one counts. */
  readonly channels: readonly ChannelAnswer[];
  readonly key: KeyAnswer;
  /** Model ids that a person said: one that does not exist is a slip, and refused. */
  readonly typed: ReadonlySet<string>;
}

/**
 * Answers as the entries and channels that they mean in this setup. Throws UsageError for answers that cannot work,
 * UserError of type `key` for a text that is no key.
 */
export function wishFrom(answers: Answers, setup: Setup): Wish {
  checkAnswers(answers);
  return {
    drafts: draftsFrom(answers, setup),
    channels: [...answers.presets.flatMap((name) => presetOf(name).channels), ...answers.channels],
    key: answers.key,
    typed: saidModels(answers),
  };
}

/** The model ids that the answers hold. */
export function saidModels({ model, complexModel, fallbacks }: Answers): ReadonlySet<string> {
  return new Set([model, complexModel, ...(fallbacks ?? [])].filter((id) => id !== null));
}
