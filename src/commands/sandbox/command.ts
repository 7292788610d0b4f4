import type { Command } from 'commander';
import type { Deps } from '../../platform/deps.ts';
import {
  addCommonOptions,
  type CommonOptions,
  repeatable,
  wholeNumber,
} from '../shared/options.ts';
import { runSandbox, type SandboxCommandOptions } from './run.ts';

/** `sandbox [--port <n>] [--faults <faults>] [--allow-host <name>]…`. */
export function define(command: Command, deps: Deps, run = runSandbox): void {
  command
    .option(
      '--port <n>',
      'port on 127.0.0.1; 0 picks a free one',
      wholeNumber('--port', 0, 65535),
      0,
    )
    .option(
      '--faults <faults>',
      'faults to produce, e.g. "openai/gpt-4o:503*2, *:429/5"; may be repeated',
      repeatable,
    )
    .option(
      '--allow-host <name>',
      'also answer to this host name, e.g. of a proxy in front of it; may be repeated',
      repeatable,
    )
    .addHelpText(
      'after',
      `\nExample:\n  $ ${deps.place.program} sandbox --faults "openai/gpt-4o:503*2"\n`,
    );
  addCommonOptions(command).action(async (raw: CommonOptions & RawOptions) => {
    const options: SandboxCommandOptions = {
      port: raw.port,
      faults: (raw.faults ?? []).join(','),
      allowedHosts: raw.allowHost ?? [],
      json: raw.json === true,
    };
    await run(deps, options);
  });
}

interface RawOptions {
  readonly port: number;
  readonly faults?: readonly string[];
  readonly allowHost?: readonly string[];
}
