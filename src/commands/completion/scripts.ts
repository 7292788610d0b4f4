import type { Command } from 'commander';
import { bashScript } from './shells/bash.ts';
import { fishScript } from './shells/fish.ts';
import { zshScript } from './shells/zsh.ts';
import { type CommandSpec, describeCommands } from './spec.ts';

export interface Shell {
  readonly name: string;
  /** The file in `completions/`, named as the shell's own completion folder wants it. */
  readonly file: string;
  readonly script: (bin: string, commands: readonly CommandSpec[]) => string;
}

/** THE LIST of shells. Add the next one here. */
export const shells: readonly Shell[] = [
  { name: 'bash', file: 'openclaw-openrouter.bash', script: bashScript },
  { name: 'zsh', file: '_openclaw-openrouter', script: zshScript },
  { name: 'fish', file: 'openclaw-openrouter.fish', script: fishScript },
];

/** Every file of `completions/`, made from the commands. Used when the project is built, not by the bin. */
export function generateCompletions(program: Command): { file: string; text: string }[] {
  const specs = describeCommands(program);
  return shells.map(({ file, script }) => ({ file, text: script(program.name(), specs) }));
}
