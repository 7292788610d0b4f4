/** One word of a command. */
export interface Word {
  readonly start: number;
  readonly end: number;
  /** What the shell makes of it; null where only running it tells (`$x`, `$(…)`). */
  readonly value: string | null;
  /** Its unquoted beginning `NAME=`, or ''. */
  readonly head: string;
}

/** A simple command, as a shell would come to run it. */
export interface Command {
  readonly words: readonly Word[];
  /** False in a function body or a subshell: reading the file does not set anything there. */
  readonly live: boolean;
  /** In an `if`, a loop, braces or the like. */
  readonly nested: boolean;
}

/** A variable that a text sets for the programs started from it. */
export interface Assignment {
  readonly name: string;
  readonly value: string | null;
  /** The value with its quotes. */
  readonly start: number;
  readonly end: number;
  /** The word or words that set it, inside their command. */
  readonly setter: { readonly start: number; readonly end: number };
  readonly command: Command;
  /** The command sets this one variable and does nothing else. */
  readonly alone: boolean;
}

/** What matters of an rc file. */
export interface Script {
  /** In the order in which they take effect; the last one of a name counts. */
  readonly assignments: readonly Assignment[];
  /** Offsets of `return` and `exit` outside of functions. */
  readonly leaves: readonly number[];
}

/** From the first word to the last. */
export function spanOf({ words }: Command): { start: number; end: number } {
  return { start: words[0]?.start ?? 0, end: words.at(-1)?.end ?? 0 };
}

/** The script that commands make up: later `unset`s take earlier assignments back. */
export function scriptOf(
  commands: readonly Command[],
  effects: (command: Command) => { sets: Assignment[]; unsets: string[] },
): Script {
  let assignments: Assignment[] = [];
  const leaves: number[] = [];
  for (const command of commands) {
    if (!command.live) continue;
    const first = command.words[0];
    if (first?.value === 'return' || first?.value === 'exit') leaves.push(first.start);
    const { sets, unsets } = effects(command);
    if (unsets.length > 0) assignments = assignments.filter(({ name }) => !unsets.includes(name));
    assignments.push(...sets);
  }
  return { assignments, leaves };
}
