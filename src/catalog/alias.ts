import { idParts } from '../openrouter/model-id.ts';
import type { Model } from '../openrouter/models.ts';
import { wordsOf } from './words.ts';

/**
 * The listed models for which an alias like `~google/gemini-flash-latest` can stand: those of the author with every word
 * of the family in their names. Empty for any other id.
 */
export function aliasMembers<M extends Model>(models: readonly M[], id: string): readonly M[] {
  const [, author, family] = /^~([^/]+)\/(.+)-latest$/.exec(id) ?? [];
  if (author === undefined || family === undefined) return [];
  const wanted = wordsOf(family);
  return models.filter((row) => {
    if (row.id.startsWith('~') || idParts(row.id).author !== author) return false;
    const words = wordsOf(idParts(row.id).slug);
    return wanted.every((word) => words.includes(word));
  });
}
