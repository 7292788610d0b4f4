import { Command } from 'commander';
import { generateCompletions } from '../commands/completion/generate.ts';
import { commands } from '../commands/index.ts';
import type { Deps } from '../platform/deps.ts';
import { commandsPage } from './commands-page.ts';
import { manPage } from './man-page.ts';
import { describeManual } from './manual.ts';

/** Every committed file that is made from the commands, with its path. Used when the project is built, not by the bin. */
export async function generatedFiles(deps: Deps): Promise<{ file: string; text: string }[]> {
  const program = new Command('openclaw-openrouter');
  for (const { name, summary, load } of commands) {
    (await load()).define(program.command(name).description(summary), deps);
  }
  const manual = describeManual(program);
  return [
    ...generateCompletions(program).map(({ file, text }) => ({
      file: `completions/${file}`,
      text,
    })),
    { file: 'man/openclaw-openrouter.1', text: manPage(manual, deps.place.version) },
    { file: 'docs/commands.md', text: commandsPage(manual) },
  ];
}
