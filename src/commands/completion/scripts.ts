import { bashScript } from './shells/bash.ts';
import { fishScript } from './shells/fish.ts';
import { zshScript } from './shells/zsh.ts';
import type { CommandSpec } from './spec.ts';

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
