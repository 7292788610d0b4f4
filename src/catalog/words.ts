/**
 * A name as words to compare by: small letters, split at everything that is no letter or digit and between letters
 * and digits, a version one word: `Llama-3.3-70B` and `llama3.3 70b` are the same `llama 3.3 70 b`, and
 * `claude-3-5-haiku`, the author's own spelling, is `claude 3.5 haiku`.
 */
export function wordsOf(text: string): string[] {
  const plain = text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/(?<![\d.])(\d)-(\d)(?![\d.])/g, '$1.$2');
  return plain.match(/\p{L}+|\p{N}+(?:\.\p{N}+)*/gu) ?? [];
}
