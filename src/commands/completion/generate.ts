import type { Command } from 'commander';
import { shells } from './scripts.ts';
import { describeCommands } from './spec.ts';

/** Every file of `completions/`, made from the commands. Used when the project is built, not by the bin. */
export function generateCompletions(program: Command): { file: string; text: string }[] {
  const specs = describeCommands(program);
  return shells.map(({ file, script }) => ({ file, text: script(program.name(), specs) }));
}
