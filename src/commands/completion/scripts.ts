import type { Command } from 'commander';
import { bashScript } from './shells/bash.ts';
import { fishScript } from './shells/fish.ts';
import { zshScript } from './shells/zsh.ts';
import { type CommandSpec, describeCommands } from './spec.ts';

export interface Shell {
  readonly name: string;
  /** The file name in `completions/`, as the shell's completion folder expects it. */
  readonly file: string;
  readonly script: (bin: string, commands: readonly CommandSpec[]) => string;
}

/** All supported shells. Add new ones here. */
export const shells: readonly Shell[] = [
  { name: 'bash', file: 'openclaw-openrouter.bash', script: bashScript },
  { name: 'zsh', file: '_openclaw-openrouter', script: zshScript },
  { name: 'fish', file: 'openclaw-openrouter.fish', script: fishScript },
];

/** Generates every file in `completions/` from the commands. Used at build time only. */
export function generateCompletions(program: Command): { file: string; text: string }[] {
  const specs = describeCommands(program);
  return shells.map(({ file, script }) => ({ file, text: script(program.name(), specs) }));
}
