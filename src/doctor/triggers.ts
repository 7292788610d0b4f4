import type { Path } from '../config/edit.ts';
import { valueAt } from '../platform/record.ts';
import type { Entry } from '../setup-file/entry.ts';
import type { Setup } from '../setup-file/setup-file.ts';

export interface TriggerMention {
  readonly text: string;
  readonly path: Path;
}

/** The triggers that are not empty, each with its place. */
export function triggerMentions(
  setup: Pick<Setup, 'value'>,
  { path, complexTriggers }: Entry,
): readonly TriggerMention[] {
  const list = [...path, 'complexTriggers'];
  const written = valueAt(setup.value, list);
  if (!Array.isArray(written)) return complexTriggers.map((text) => ({ text, path: list }));
  return written.flatMap((text: unknown, index) =>
    typeof text === 'string' && text.trim() !== '' ? [{ text, path: [...list, index] }] : [],
  );
}

/** As triggers are compared (DESIGN section 4). */
export function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase().trim();
}

/**
 * Would it be found in nearly every message? A trigger is looked for anywhere, inside of words too: two letters of
 * the Latin alphabet turn up by chance, and so do the commonest words of a language.
 */
export function isBroad(text: string): boolean {
  const trigger = folded(text);
  return [...trigger].length > 1 && (/^[a-z]{2}$/.test(trigger) || common.has(trigger));
}

const common: ReadonlySet<string> = new Set(
  [
    'the and you for are not can how what with this that have from will your please help but all any was who why when',
    'ing tion http hello thanks',
    '什么 怎么 我们 你们 可以 这个 那个 一个 请问 帮我 你好 是的',
    'der die das und ist nicht ein eine wie les des est que por una para como con',
  ].flatMap((words) => words.split(' ')),
);
