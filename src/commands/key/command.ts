import type { Command, Option } from 'commander';
import { shells } from '../../host/rc-file.ts';
import { keyNameProblem } from '../../keys/create.ts';
import { keyStatus } from '../../keys/status.ts';
import { type LimitReset, limitResets } from '../../openrouter/managed-keys.ts';
import type { Deps } from '../../platform/deps.ts';
import { FoundProblems, UsageError } from '../../platform/errors.ts';
import { formatUsd } from '../../platform/money.ts';
import { choiceHint } from '../../platform/nearest.ts';
import { ownCommand } from '../../platform/own-command.ts';
import { setupFilePath } from '../../platform/paths.ts';
import { withProgress } from '../../terminal/progress.ts';
import {
  addCommonOptions,
  addPlainPrompts,
  type CommonOptions,
  inWorld,
  usdAmount,
  wholeNumber,
} from '../shared/options.ts';
import { printJson } from '../shared/print-json.ts';
import { renderCreated, renderLimit, renderRotated, renderStatus } from './render.ts';
import { type RotateCommandOptions, runRotate } from './rotate.ts';
import { type CreateOptions, runCreate, runLimit } from './run.ts';

/** Per request, in milliseconds. */
const defaultTimeoutMs = 20_000;

export function define(command: Command, deps: Deps): void {
  defineStatus(command, deps);
  defineStatus(
    command.command('status').description('every key that is set, and who uses which (default)'),
    deps,
  );
  defineCreate(
    command.command('create').description('create a key, and store it as init does'),
    deps,
  );
  defineLimit(
    command.command('limit <usd>').description('change the spending limit of a key'),
    deps,
  );
  defineRotate(
    command.command('rotate').description('replace a key everywhere, without an outage'),
    deps,
  );
  // Lets an unknown subcommand through as an argument of `key`. Set last, because subcommands would inherit it.
  command.allowExcessArguments(true);
}

function defineRotate(command: Command, deps: Deps): void {
  command
    .option('--delete', 'delete the old key at the end instead of disabling it')
    .option('--force', 'disable the old key even if something still uses it')
    .option('--no-verify', 'write the new key without a live request to the primary model first')
    .option('--no-restart', 'do not restart OpenClaw');
  addKeyOption(command);
  addManagement(command);
  command
    .option('-y, --yes', 'do not ask')
    .option('--dry-run', 'show what would change; create and write nothing')
    .addHelpText('after', rotateHelp(deps.place.program));
  addPlainPrompts(command);
  addCommonOptions(command).action((_own: unknown, called: Command) => {
    const raw = called.optsWithGlobals<RawRotate>();
    return inWorld(deps, raw, async (world) => {
      const result = await runRotate(world, rotateOptions(raw));
      if (raw.json === true) printJson(world, { ...result });
      else world.io.out(renderRotated(world.io.stdout, ownCommand(world.place), result));
      if (!result.ok) throw new FoundProblems();
    });
  });
}

function defineStatus(command: Command, deps: Deps): void {
  command.addHelpText('after', statusHelp(deps.place.program));
  addCommonOptions(command).action((_own: unknown, called: Command) => {
    const [unknown] = called.args;
    if (unknown !== undefined) throw unknownCommand(called, unknown);
    const raw = called.optsWithGlobals<CommonOptions>();
    return inWorld(deps, raw, async (world) => {
      const path = setupFilePath(world, raw.config);
      const status = await withProgress(world.io, 'Looking for keys and their users', () =>
        keyStatus(world, path, raw.timeout ?? defaultTimeoutMs),
      );
      if (raw.json === true) printJson(world, { ...status });
      else world.io.out(renderStatus(world.io.stdout, ownCommand(world.place), status));
      if (!status.ok) throw new FoundProblems();
    });
  });
}

function unknownCommand({ commands }: Command, name: string): UsageError {
  const names = commands.map((command) => command.name());
  return new UsageError(`Unknown command '${name}'`, { hint: choiceHint(name, names) });
}

function defineCreate(command: Command, deps: Deps): void {
  command
    .option('--name <name>', 'the name of the key (default: openclaw-prod)', checkedName(deps))
    .option('--limit <usd>', 'its spending limit, or none', newLimit)
    .addOption(resetOption(command))
    .option('--expires <days>', 'days until it expires', wholeNumber('--expires', 1, 3650))
    .option('--replace', 'store it even if a key is already stored')
    .addOption(
      command
        .createOption('--shell <shell>', 'the shell whose rc file gets the key')
        .choices([...shells]),
    )
    .option('--rc-file <file>', 'the rc file that gets the key')
    .option('--no-restart', 'do not restart OpenClaw');
  addManagement(command);
  command
    .option('-y, --yes', 'ask nothing')
    .option('--dry-run', 'show what would be written; create and write nothing')
    .addHelpText('after', createHelp(deps.place.program));
  addPlainPrompts(command);
  addCommonOptions(command).action((_own: unknown, called: Command) => {
    const raw = called.optsWithGlobals<RawCreate>();
    return inWorld(deps, raw, async (world) => {
      const result = await runCreate(world, createOptions(raw));
      if (raw.json === true) printJson(world, { ...result });
      else world.io.out(renderCreated(world.io.stdout, result));
    });
  });
}

function defineLimit(command: Command, deps: Deps): void {
  command.addOption(resetOption(command));
  addKeyOption(command);
  addManagement(command);
  command.addHelpText('after', limitHelp(deps.place.program));
  addPlainPrompts(command);
  addCommonOptions(command).action((usd: string, _own: unknown, called: Command) => {
    const raw = called.optsWithGlobals<RawLimit>();
    return inWorld(deps, raw, async (world) => {
      const { config, key } = raw;
      const limit = limitAmount(usd);
      const limitReset = resetOf(raw.reset);
      if (limit === null && limitReset != null) {
        throw new UsageError('--reset cannot be used with none: without a limit nothing resets');
      }
      const options = { ...managementOptions(raw), config, key, limit, limitReset };
      const result = await runLimit(world, options);
      if (raw.json === true) printJson(world, { ...result });
      else world.io.out(renderLimit(world.io.stdout, result));
    });
  });
}

function addKeyOption(command: Command): void {
  command.option('--key <digits>', 'the first digits of the key (default: that of the setup file)');
}

function addManagement(command: Command): void {
  command.option(
    '--management-key-stdin',
    'read the management key from standard input (default: OPENROUTER_MANAGEMENT_KEY)',
  );
}

function resetOption(command: Command): Option {
  return command
    .createOption('--reset <when>', 'when the limit resets')
    .choices([...limitResets, 'never']);
}

function checkedName({ io }: Deps): (name: string) => string {
  return (name) => {
    const problem = keyNameProblem(io, name);
    if (problem !== null) throw new UsageError(`The name of the key ${problem}`);
    return name;
  };
}

function limitAmount(text: string): string | null {
  if (text === 'none') return null;
  const usd = usdAmount('The limit')(text);
  if (Number(usd) <= maxUsd) return usd;
  throw new UsageError(`The limit must not be above ${formatUsd(String(maxUsd))}`, {
    hint: 'Pass none to have no limit',
  });
}

/** The largest number that OpenRouter accepts without changing it. */
const maxUsd = 1_000_000_000;

function newLimit(text: string): string | null {
  const usd = limitAmount(text);
  if (usd === null || Number(usd) > 0) return usd;
  throw new UsageError('A limit of $0.00 would stop the key at once', {
    hint: 'Pass a limit above $0.00, or none to have no limit',
  });
}

function resetOf(when: RawLimit['reset']): LimitReset | undefined {
  return when === 'never' ? null : when;
}

function managementOptions({ managementKeyStdin = false, timeout }: RawManagement) {
  return { managementKeyStdin, timeoutMs: timeout ?? defaultTimeoutMs };
}

function createOptions(raw: RawCreate): CreateOptions {
  const { config, name, limit, expires, shell, rcFile, restart } = raw;
  const { json = false, yes = false, dryRun = false, sandbox = false, replace = false } = raw;
  return {
    ...managementOptions(raw),
    ...{ config, json, yes, dryRun, sandbox, replace, name, limit, shell, rcFile, restart },
    limitReset: resetOf(raw.reset),
    expiresInDays: expires,
  };
}

function rotateOptions(raw: RawRotate): RotateCommandOptions {
  const { config, key, verify, restart } = raw;
  const { json = false, yes = false, dryRun = false, force = false } = raw;
  const deletes = raw.delete === true;
  return {
    ...managementOptions(raw),
    ...{ config, key, verify, restart, json, yes, dryRun, force, deletes },
  };
}

interface RawManagement extends CommonOptions {
  readonly managementKeyStdin?: boolean;
}

interface RawLimit extends RawManagement {
  readonly reset?: Exclude<LimitReset, null> | 'never';
  readonly key?: string;
}

interface RawRotate extends RawManagement, Pick<RawLimit, 'key'> {
  readonly delete?: boolean;
  readonly force?: boolean;
  readonly verify: boolean;
  readonly restart: boolean;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

interface RawCreate extends RawManagement, Pick<RawLimit, 'reset'> {
  readonly name?: string;
  readonly limit?: string | null;
  readonly expires?: number;
  readonly replace?: boolean;
  readonly shell?: CreateOptions['shell'];
  readonly rcFile?: string;
  readonly restart: boolean;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

const statusHelp = (program: string) => `
Shows keys by their first digits and their hash, and asks OpenRouter about each
with the key itself. No management key is needed. New shells are started to see
which key they get.

Examples:
  $ ${program} key
  $ ${program} key status --json
`;

const createHelp = (program: string) => `
Needs a management key, which is never stored:
https://openrouter.ai/settings/management-keys

Examples:
  $ ${program} key create --limit 30 --reset monthly
  $ pass show openrouter | ${program} key create --yes --management-key-stdin
`;

const limitHelp = (program: string) => `
The limit is the hard stop behind the budget of an entry: OpenRouter refuses
requests beyond it, whoever sends them. It must be above what is used already.

Examples:
  $ ${program} key limit 30 --reset monthly
  $ ${program} key limit none --key sk-or-v1-1a2b
`;

const rotateHelp = (program: string) => `
Makes a key with the same name and limits, writes it to every place that has the
old one, restarts OpenClaw, and disables the old key once every user of it was
seen with the new one. Both keys work meanwhile. If it is interrupted, run it
again. Shells that are open keep the old key; they are named.

Examples:
  $ ${program} key rotate --dry-run
  $ ${program} key rotate
  $ ${program} key rotate --yes --delete --key sk-or-v1-1a2b
`;
