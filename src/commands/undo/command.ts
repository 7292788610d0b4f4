import type { Command } from 'commander';
import type { Deps } from '../../platform/deps.ts';
import { addCommonOptions, addPlainPrompts, type CommonOptions } from '../shared/options.ts';
import { runUndo } from './run.ts';

/** `undo [--list] [--force] [--yes] [--dry-run]`. */
export function define(command: Command, deps: Deps, run = runUndo): void {
  command
    .option('--list', 'list the last 20 changes that can be undone')
    .option('--force', 'undo even if a file has changed since, and keep a copy of it')
    .option('--yes', 'do not ask')
    .option('--dry-run', 'show what would change and write nothing')
    .addHelpText(
      'after',
      '\nUndoes the latest change. Run it again to undo the one before.\n' +
        `\nExample:\n  $ ${deps.place.program} undo --dry-run\n`,
    );
  addPlainPrompts(command);
  addCommonOptions(command).action(async (raw: CommonOptions & RawOptions) => {
    await run(deps, {
      list: raw.list === true,
      force: raw.force === true,
      yes: raw.yes === true,
      dryRun: raw.dryRun === true,
      json: raw.json === true,
      config: raw.config,
    });
  });
}

interface RawOptions {
  readonly list?: boolean;
  readonly force?: boolean;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}
