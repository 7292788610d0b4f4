/** One word of a command. */
export interface Word {
  readonly start: number;
  readonly end: number;
  /** What the shell makes of it; null where only running it tells (`$x`, `$(…)`). */
  readonly value: string | null;
  /** Its unquoted beginning `NAME=` or `NAME+=`, or ''. */
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

/** A place that sets a variable. */
export interface Assignment {
  readonly name: string;
  /** Null where only running the file tells, as where it adds to what was there. */
  readonly value: string | null;
  /** What a new value replaces: the value with its quotes, and with what makes it one that is added. */
  readonly start: number;
  readonly end: number;
  /** What then comes before the new value. */
  readonly lead: string;
  /** The word or words that set it, inside their command. */
  readonly setter: { readonly start: number; readonly end: number };
  readonly command: Command;
  /** The command sets this one variable and does nothing else. */
  readonly alone: boolean;
}

/** What matters of an rc file. */
export interface Script {
  /** Those that reach programs, in the order in which they take effect; the last one of a name counts. */
  readonly assignments: readonly Assignment[];
  /** Offsets of `return` and `exit` outside of functions. */
  readonly leaves: readonly number[];
}

/** What a command does to variables. */
export interface Effects {
  readonly sets: readonly Assignment[];
  /** From here on, programs see these. */
  readonly exports: readonly string[];
  /** From here on, no more. */
  readonly unsets: readonly string[];
}

export const noEffects: Effects = { sets: [], exports: [], unsets: [] };

/** From the first word to the last. */
export function spanOf({ words }: Command): { start: number; end: number } {
  return { start: words[0]?.start ?? 0, end: words.at(-1)?.end ?? 0 };
}

/** The script that commands make up. A variable may be exported before or after it is set, and set again later. */
export function scriptOf(
  commands: readonly Command[],
  effectsOf: (command: Command) => Effects,
): Script {
  const assignments = new Set<Assignment>();
  const byName = new Map<string, Assignment[]>();
  const exported = new Set<string>();
  const leaves: number[] = [];
  for (const command of commands) {
    if (!command.live) continue;
    const first = command.words[0];
    if (first?.value === 'return' || first?.value === 'exit') leaves.push(first.start);
    const { sets, exports, unsets } = effectsOf(command);
    for (const name of unsets) {
      exported.delete(name);
      for (const assignment of byName.get(name) ?? []) assignments.delete(assignment);
      byName.delete(name);
    }
    for (const name of exports) exported.add(name);
    for (const assignment of sets) {
      assignments.add(assignment);
      const same = byName.get(assignment.name) ?? [];
      same.push(assignment);
      byName.set(assignment.name, same);
    }
  }
  return { assignments: [...assignments].filter(({ name }) => exported.has(name)), leaves };
}
