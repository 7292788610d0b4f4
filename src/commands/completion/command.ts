import { join } from 'node:path';
import type { Command } from 'commander';
import { baseUrlFrom } from '../../openrouter/base-url.ts';
import type { Deps } from '../../platform/deps.ts';
import { UsageError, UserError } from '../../platform/errors.ts';
import { cacheFolder, setupFilePath } from '../../platform/paths.ts';
import { isPlainName } from '../../setup-file/names.ts';
import { addCommonOptions, type CommonOptions } from '../shared/options.ts';
import { printJson } from '../shared/print-json.ts';
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

/** Prints the completion script for one shell, as generated into the package. */
export async function runCompletion(deps: Deps, shell: string, json: boolean): Promise<void> {
  const file = shells.find(({ name }) => name === shell)?.file;
  if (file === undefined) throw new Error(`No completion script for ${shell}`);
  const path = join(deps.place.packageFolder, 'completions', file);
  const script = await deps.files.read(path).then(
    (bytes) => Buffer.from(bytes).toString('utf8'),
    (cause) => {
      throw new UserError(`The completion script ${path} is missing`, {
        hint: 'Install openclaw-openrouter again',
        cause,
      });
    },
  );
  if (json) printJson(deps, { ok: true, shell, script });
  else deps.io.out(script);
}

/** Prints completion words, one per line. No network requests and no error messages, because a shell is waiting. */
export async function printWords(deps: Deps, source: WordSource, config?: string): Promise<void> {
  const words = source === 'models' ? await modelIds(deps) : await setupWords(deps, source, config);
  deps.io.out(words.map((word) => `${word}\n`).join(''));
}

async function modelIds(deps: Deps): Promise<readonly string[]> {
  const { readIds } = await import('../../catalog/cached-list.ts');
  return readIds(deps, { folder: cacheFolder(deps), baseUrl: baseUrlFrom(deps.env) });
}

async function setupWords(
  deps: Deps,
  source: Exclude<WordSource, 'models'>,
  config: string | undefined,
): Promise<string[]> {
  const { readSetup } = await import('../../setup-file/setup-file.ts');
  const setup = await readSetup(deps.files, setupFilePath(deps, config)).catch(() => null);
  const entries = (setup?.entries ?? []).map(({ name }) => name).filter(isPlainName);
  if (source === 'entries') return entries;
  const channels = (setup?.channels ?? []).map(({ name }) => name).filter(isPlainName);
  if (source === 'channels') return channels;
  return channels.flatMap((channel) => entries.map((entry) => `${channel}=${entry}`));
}
