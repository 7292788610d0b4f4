import type { Command } from 'commander';
import type { ApplyOptions } from '../../host/apply-plan.ts';
import type { Deps } from '../../platform/deps.ts';
import { FoundProblems, UsageError } from '../../platform/errors.ts';
import {
  addCommonOptions,
  addPlainPrompts,
  type CommonOptions,
  inWorld,
} from '../shared/options.ts';
import { printJson } from '../shared/print-json.ts';
import { documentOf, renderResult } from './render.ts';

import { runApply } from './run.ts';

export function define(command: Command, deps: Deps, run = runApply): void {
  command
    .option('--entry <entry>', 'entry to use where no channel names another')
    .option('--through-gateway', 'point OpenClaw at serve, for budgets, triggers and retries')
    .option('--no-through-gateway', 'point OpenClaw at OpenRouter again')
    .option('--check', 'change nothing; exit with code 1 if the setup file is not applied')
    .option('--dry-run', 'show what would change, and write nothing')
    .option('--yes', 'do not ask')
    .addHelpText('after', examples(deps.place.program));
  addPlainPrompts(command);
  addCommonOptions(command).action(async (raw: CommonOptions & RawOptions) => {
    const options = optionsFrom(raw);
    await inWorld(deps, raw, async (world) => {
      const result = await run(world, options);
      if (raw.json === true) printJson(world, documentOf(world, result));
      else world.io.out(renderResult(world, result));
      if (!result.ok) throw new FoundProblems();
    });
  });
}

interface RawOptions {
  readonly entry?: string;
  readonly throughGateway?: boolean;
  readonly check?: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

function optionsFrom(raw: CommonOptions & RawOptions): ApplyOptions {
  if (raw.check === true && raw.dryRun === true) {
    throw new UsageError('--check and --dry-run cannot be used together');
  }
  return {
    ...(raw.config === undefined ? {} : { config: raw.config }),
    ...(raw.entry === undefined ? {} : { entry: raw.entry }),
    throughGateway: raw.throughGateway ?? null,
    mode: raw.check === true ? 'check' : raw.dryRun === true ? 'dry-run' : 'write',
    yes: raw.yes === true,
    json: raw.json === true,
    withKey: raw.sandbox !== true,
  };
}

const examples = (program: string) => `
Writes models, fallbacks, parameters, providers, headers, channels and the key
to OpenClaw's own config. OpenClaw validates the result, and a config that it
rejects is undone.

Examples:
  $ ${program} apply --dry-run
  $ ${program} apply --entry router-premium --yes
  $ ${program} apply --check --json
`;
