import type { Io } from '../platform/deps.ts';

/**
 * An Io that names our command as a person calls it. Hints, examples and next steps are written for the own bin;
 * under the host that one need not be there. Only a name with one of the commands behind it is meant: folders keep
 * theirs, and so do completion scripts, which complete the own bin and ask it for words. Both names are equally long,
 * so that nothing moves. In JSON a line begins after the two characters `\n`.
 */
export function calledAs(io: Io, name: string, commands: readonly string[]): Io {
  const own = new RegExp(
    `(?:\\b|(?<=\\\\n))openclaw-openrouter(?! completion --words)(?=\\s+(?:<command>|${commands.join('|')})(?![\\w-]))`,
    'g',
  );
  const renamed = (text: string) => text.replace(own, name);
  return {
    ...io,
    out: (text) => io.out(renamed(text)),
    outUnmasked: (text) => io.outUnmasked(renamed(text)),
    err: (text) => io.err(renamed(text)),
    annotate: (annotation, stream) =>
      io.annotate({ ...annotation, message: renamed(annotation.message) }, stream),
  };
}
