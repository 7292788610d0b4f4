export interface Word {
  readonly start: number;
  readonly end: number;
  /** Its value without quotes and escapes; null if it depends on running the file (`$x`, `$(…)`). */
  readonly value: string | null;
  /** Its leading `NAME=` or `NAME+=`, or ''. */
  readonly head: string;
}

/** A simple command. */
export interface Command {
  readonly words: readonly Word[];
  /** False inside a function body or a subshell, where sourcing the file does not set anything. */
  readonly live: boolean;
  /** Inside an `if`, a loop, braces or similar. */
  readonly nested: boolean;
}

/** A place that sets a variable. */
export interface Assignment {
  readonly name: string;
  /** Null if it depends on running the file, e.g. if the value is appended to. */
  readonly value: string | null;
  /** Start of the part to replace: the value with its quotes, and the `+` that would append it. */
  readonly start: number;
  readonly end: number;
  /** Text to insert before the new value. */
  readonly prefix: string;
  /** The part of the command that sets it. */
  readonly setter: { readonly start: number; readonly end: number };
  readonly command: Command;
  /** The command does nothing else. */
  readonly alone: boolean;
}

/** The parts of an rc file that we need. */
export interface Script {
  /** Assignments of exported variables, in the order in which they take effect; the last one for each name wins. */
  readonly assignments: readonly Assignment[];
  /** Offsets of `return`, `exit` and `exec` outside functions. */
  readonly exits: readonly number[];
  readonly commands: readonly Command[];
}

/** How a command changes variables. */
export interface Effects {
  readonly sets: readonly Assignment[];
  readonly exports: readonly string[];
  /** Names of variables that are unset or no longer exported. */
  readonly unsets: readonly string[];
}

export const noEffects: Effects = { sets: [], exports: [], unsets: [] };

/** The range from the first word to the last. */
export function spanOf({ words }: Command): { start: number; end: number } {
  return { start: words[0]?.start ?? 0, end: words.at(-1)?.end ?? 0 };
}

/** Applies the commands in order. A variable may be exported before or after it is set, and set again later. */
export function scriptOf(
  commands: readonly Command[],
  effectsOf: (command: Command) => Effects,
): Script {
  const assignments = new Set<Assignment>();
  const byName = new Map<string, Assignment[]>();
  const exported = new Set<string>();
  const exits: number[] = [];
  for (const command of commands) {
    if (!command.live) continue;
    if (exitsFile(command)) exits.push(spanOf(command).start);
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
  const visible = [...assignments].filter(({ name }) => exported.has(name));
  return { assignments: visible, exits, commands };
}

/** `exec` with a program replaces the shell; with only redirections it does not. */
export function exitsFile({ words }: Command): boolean {
  const first = words[0]?.value;
  return first === 'return' || first === 'exit' || (first === 'exec' && words.length > 1);
}

/** Offset of the line end at or after `at`. */
export function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}
