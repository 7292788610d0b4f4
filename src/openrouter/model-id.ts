/**
 * Could this be the id of a model, as OpenRouter lists it or takes it: `anthropic/claude-sonnet-4`, `a/b:free`,
 * `~openai/gpt-latest`, `@preset/mine`. Ids are written into files, command lines and completions: whatever a shell or
 * a terminal would take for more than a word is none.
 */
export function isModelId(text: string): boolean {
  return /^[~@]?[A-Za-z0-9][\w.:/@~+-]{0,199}$/.test(text);
}
