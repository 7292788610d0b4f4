import type { Command } from 'commander';
import type { Deps } from '../../platform/deps.ts';
import { FoundProblems } from '../../platform/errors.ts';
import { setupFilePath } from '../../platform/paths.ts';
import { addCommonOptions, type CommonOptions, inWorld } from '../shared/options.ts';
import { printJson } from '../shared/print-json.ts';
import { renderStatus } from './render-status.ts';

/** For one request, in milliseconds. */
const defaultTimeoutMs = 20_000;

export function define(command: Command, deps: Deps): void {
  defineStatus(command, deps);
  defineStatus(
    command.command('status').description('every key that is set, and who uses which (default)'),
    deps,
  );
}

function defineStatus(command: Command, deps: Deps): void {
  command.addHelpText('after', statusHelp(deps.place.program));
  addCommonOptions(command).action((_own: unknown, called: Command) => {
    const raw = called.optsWithGlobals<CommonOptions>();
    return inWorld(deps, raw, async (world) => {
      const { keyStatus } = await import('../../keys/status.ts');
      const { withProgress } = await import('../../terminal/progress.ts');
      const path = setupFilePath(world, raw.config);
      const status = await withProgress(world.io, 'Looking for keys and their users', () =>
        keyStatus(world, path, raw.timeout ?? defaultTimeoutMs),
      );
      if (raw.json === true) printJson(world, { ...status });
      else world.io.out(renderStatus(world.io.stdout, status));
      if (!status.ok) throw new FoundProblems();
    });
  });
}

const statusHelp = (program: string) => `
Shows keys by their first digits and their hash, and asks OpenRouter about each
with the key itself. No management key is needed. New shells are started to see
which key they get.

Examples:
  $ ${program} key
  $ ${program} key status --json
`;
