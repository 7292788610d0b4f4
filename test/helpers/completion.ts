import { dirname, join } from 'node:path';
import { compileCache } from './bin.ts';

interface Shell {
  readonly name: string;
  readonly path: string;
  readonly args: readonly string[];
  /** Typed first: loads the completion script and prints `ready`. */
  readonly load: (folder: string) => string;
}

/** Without this dump, compinit scans all zsh functions, which takes longer than a test. */
const zshDump = join(dirname(compileCache), 'zcompdump');

/** The shells that have a completion script, run interactively. */
export const typingShells: readonly Shell[] = [
  {
    name: 'bash',
    path: '/bin/bash',
    args: ['--norc', '--noprofile'],
    load: (folder) => `PS1='> '; source ${folder}/openclaw-openrouter.bash; echo rea''dy\r`,
  },
  {
    name: 'zsh',
    path: '/usr/bin/zsh',
    args: ['-f', '-i'],
    load: (folder) =>
      `PS1='> '; autoload -U compinit; compinit -u -d '${zshDump}'; source ${folder}/_openclaw-openrouter; echo rea''dy\r`,
  },
  {
    name: 'fish',
    path: '/usr/bin/fish',
    args: ['--no-config', '--interactive'],
    load: (folder) => `source ${folder}/openclaw-openrouter.fish; echo rea''dy\r`,
  },
];
