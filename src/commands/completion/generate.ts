import { Command } from 'commander';
import type { Deps } from '../../platform/deps.ts';
import { commands } from '../index.ts';
import { shells } from './scripts.ts';
import { describeCommands } from './spec.ts';

/** Every file of `completions/`, made from the list of commands. Used when the project is built, not by the bin. */
export async function generateCompletions(deps: Deps): Promise<{ file: string; text: string }[]> {
  const root = new Command('openclaw-openrouter');
  for (const { name, summary, load } of commands) {
    (await load()).define(root.command(name).description(summary), deps);
  }
  const specs = describeCommands(root);
  return shells.map(({ file, script }) => ({ file, text: script(root.name(), specs) }));
}
