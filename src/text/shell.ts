/** A word of a command that a person may copy into a shell, with quotes if it needs them. */
export function shellWord(text: string): string {
  // In quotes, the tilde would not be the home folder.
  if (text.startsWith('~/')) return `~/${shellWord(text.slice(2))}`;
  return /^[\w./:@%+,=-]+$/.test(text) ? text : singleQuoted(text);
}

/** In single quotes for bash and zsh. */
export function singleQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
