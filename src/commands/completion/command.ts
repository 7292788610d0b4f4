import type { Command } from 'commander';
import type { Deps } from '../../platform/deps.ts';
import { UsageError } from '../../platform/errors.ts';
import { addCommonOptions, type CommonOptions } from '../shared/options.ts';
import { printWords, runCompletion } from './run.ts';
import { shells } from './scripts.ts';
import { type WordSource, wordSources } from './spec.ts';

/** `completion <bash|zsh|fish>`. */
export function define(command: Command, deps: Deps, run = runCompletion): void {
  const names = shells.map(({ name }) => name);
  command
    .addArgument(
      command.createArgument('[shell]', 'the shell to print a script for').choices(names),
    )
    .addOption(
      command
        .createOption('--words <source>', 'for the scripts themselves: print ids, one per line')
        .choices(wordSources)
        .hideHelp(),
    )
    .addHelpText('after', examples(deps.place.program));
  addCommonOptions(command).action(
    async (shell: string | undefined, raw: CommonOptions & { words?: WordSource }) => {
      if (raw.words !== undefined) return printWords(deps, raw.words, raw.config);
      if (shell === undefined) {
        throw new UsageError('Name the shell: bash, zsh or fish');
      }
      await run(deps, shell, raw.json === true);
    },
  );
}

const examples = (program: string) => `
Examples:
  $ ${program} completion bash >> ~/.bash_completion
  $ ${program} completion zsh > "\${fpath[1]}/_openclaw-openrouter"
  $ ${program} completion fish > ~/.config/fish/completions/openclaw-openrouter.fish
`;
