/**
 * A name as lower-case words for comparison, split at everything that is not a letter or digit and between letters and
 * digits, with a version as one word: `Llama-3.3-70B` and `llama3.3 70b` both become `llama 3.3 70 b`, and
 * `claude-3-5-haiku` becomes `claude 3.5 haiku`.
 */
export function wordsOf(text: string): string[] {
  // The tables of Unicode below take milliseconds to load.
  if (text === '') return [];
  const plain = text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/(?<![\d.])(\d)-(\d)(?![\d.])/g, '$1.$2');
  return plain.match(/\p{L}+|\p{N}+(?:\.\p{N}+)*/gu) ?? [];
}
