/** A word of a command that a person may copy into a shell: quoted where the shell would read more than a word. */
export function shellWord(text: string): string {
  // Inside quotes the tilde would not be the home folder any more.
  if (text.startsWith('~/')) return `~/${shellWord(text.slice(2))}`;
  return /^[\w./:@%+,=-]+$/.test(text) ? text : singleQuoted(text);
}

/** In the single quotes of bash and zsh, where nothing is expanded. */
export function singleQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
