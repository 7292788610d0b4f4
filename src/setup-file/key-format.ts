import { variableReference } from './variable-reference.ts';

/** Today a key has 64 hex digits after its prefix; this accepts other ones of the future. */
const wellFormed = /^sk-or-v1-[A-Za-z0-9_-]{32,}$/;

/** What is wrong with a text that should be an OpenRouter key, or null. Never repeats the text. */
export function keyFormatProblem(text: string): string | null {
  if (wellFormed.test(text)) return placeholderProblem(text);
  const trimmed = text.trim();
  if (trimmed === '') return 'is empty';
  if (/[\r\n]/.test(trimmed)) return 'has more than one line; a key is one line';
  if (trimmed !== text) return 'has white space around it';
  if (/^(['"`]).*\1$/.test(text)) return 'has quotes around it; leave them out';
  if (variableReference(text) !== null) return 'is the name of a variable, not its value';
  if (/^bearer\s/i.test(text)) return 'begins with "Bearer"; leave that out';
  return otherProblem(text);
}

/** The part of a key that may be shown, enough to recognize it: `sk-or-v1-1a2b…`. */
export function keyPrefix(key: string): string {
  return wellFormed.test(key) ? `${key.slice(0, 'sk-or-v1-'.length + 4)}…` : '(hidden)';
}

/** The variable of an entry without an `apiKey`. */
export const defaultKeyVariable = 'OPENROUTER_API_KEY';

/**
 * The variable with the key that manages other keys. Such a key cannot be used for inference, so it is never the key of
 * an entry (OpenRouter's page "Management API keys").
 */
export const managementKeyVariable = 'OPENROUTER_MANAGEMENT_KEY';

/** The variable that an `apiKey` text names, e.g. `${OPENROUTER_API_KEY}`; null when it is a literal. */
export function keyVariable(apiKeyText: string | null): string | null {
  if (apiKeyText === null || apiKeyText.trim() === '') return defaultKeyVariable;
  return /^\$\{([A-Za-z_][A-Za-z0-9_]*)\}$/.exec(apiKeyText.trim())?.[1] ?? null;
}

/** The variable that an `apiKey` text names; the default one for a literal key. */
export function variableFor(apiKeyText: string | null): string {
  return keyVariable(apiKeyText) ?? defaultKeyVariable;
}

function placeholderProblem(text: string): string | null {
  return /^sk-or-v1-([xX0._-])\1+$/.test(text) ? 'is a placeholder from an example' : null;
}

function otherProblem(text: string): string {
  if (text.startsWith('sk-ant-'))
    return 'is an Anthropic key; OpenRouter keys begin with sk-or-v1-';
  if (!text.startsWith('sk-or-')) {
    return /^sk-(proj-)?[A-Za-z0-9]/.test(text)
      ? 'looks like an OpenAI key; OpenRouter keys begin with sk-or-v1-'
      : 'is not an OpenRouter key; those begin with sk-or-v1-';
  }
  if (!text.startsWith('sk-or-v1-')) return 'begins with sk-or- but not with sk-or-v1-';
  if (/[^A-Za-z0-9_-]/.test(text)) return 'has characters that no key has; copy it again';
  return placeholderProblem(text) ?? 'is too short; it was probably cut off when it was copied';
}
