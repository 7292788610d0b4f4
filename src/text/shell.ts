/** A word of a command that users can paste into a shell, quoted if necessary. */
export function shellWord(text: string): string {
  // Inside quotes, the tilde would not expand to the home folder.
  if (text.startsWith('~/')) return `~/${shellWord(text.slice(2))}`;
  return /^[\w./:@%+,=-]+$/.test(text) ? text : singleQuoted(text);
}

/** Single-quotes text for bash and zsh. */
export function singleQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
