import type { Command, Option } from 'commander';
import { shells } from '../../host/rc-file.ts';
import type { Deps } from '../../platform/deps.ts';
import { FoundProblems } from '../../platform/errors.ts';
import {
  type InitOptions,
  parseChannel,
  parseHeader,
  parseParameter,
  parsePart,
  parsePreset,
  type SetupFlags,
} from '../../setup/flags.ts';
import type { InitResult } from '../../setup/init-plan.ts';
import { presets } from '../../setup/presets.ts';
import { parts } from '../../setup/setup-request.ts';
import {
  addCommonOptions,
  addPlainPrompts,
  type CommonOptions,
  inWorld,
  repeatable,
  repeatableAs,
  wholeNumber,
} from '../shared/options.ts';
import { printJson } from '../shared/print-json.ts';
import { documentOf, renderResult } from './render.ts';
import { runInit } from './run.ts';

/** Per request, in milliseconds. Verification waits for a complete answer. */
const defaultTimeoutMs = 60_000;

export function define(command: Command, deps: Deps, run = runInit): void {
  addSetupOptions(command);
  const setupFlags = command.options.map((option) => option.attributeName());
  // Conflicts with every setup flag: if both were given, it would be unclear which one wins.
  command.addOption(
    command
      .createOption('--from-host', "import the OpenRouter settings from OpenClaw's own config")
      .conflicts(setupFlags),
  );
  addKeyOptions(command);
  command
    .option('-y, --yes', 'ask nothing: use the flags, the preset and what is already set up')
    .option('--dry-run', 'ask nothing; show what would change and write nothing')
    .option('--no-verify', 'write without a live request to the primary model first')
    .option('--apply', 'also configure OpenClaw to use this, as apply does')
    .option('--no-apply', "leave OpenClaw's own config alone, and do not ask about it")
    .option('--no-restart', 'do not restart OpenClaw')
    .addHelpText('after', examples(deps.place.program));
  addPlainPrompts(command);
  addCommonOptions(command).action((raw: RawOptions) =>
    inWorld(deps, raw, async (world) => {
      const result = await run(world, optionsFrom(raw, setupFlags));
      if (raw.json === true) printJson(world, documentOf(result));
      else printResult(world, result);
      if (!result.ok) throw new FoundProblems();
    }),
  );
}

// A piped diff is meant for a program, so warnings go to stderr.
function printResult(world: Deps, result: InitResult): void {
  world.io.out(renderResult(world, result));
  if (!result.dryRun || world.io.stdout.isTty) return;
  for (const warning of result.warnings) world.io.err(`  ! ${warning}\n`);
}

function addSetupOptions(command: Command): void {
  command
    .addOption(presetOption(command))
    .option('--name <entry>', 'the entry to write')
    .option('--model <id>', "the entry's model")
    .option('--fallback <id>', 'a model to try next; may be repeated, in order', repeatable)
    .option(
      '--retries <n>',
      'how many times to retry after a temporary failure; 0 for never',
      wholeNumber('--retries', 0, 20),
    )
    .option(
      '--channel <name=entry>',
      'a channel and its entry; may be repeated',
      repeatableAs(parseChannel),
    )
    .option('--daily-limit <usd>', 'budget for a UTC day')
    .option('--monthly-limit <usd>', 'budget for a UTC month')
    .option('--alert <share>', 'alert at this share of a limit, e.g. 0.8')
    .option('--complex-model <id>', 'the model for complex requests')
    .option(
      '--complex-trigger <text>',
      'text that makes a request complex; may be repeated',
      repeatable,
    )
    .option(
      '--header <name=value>',
      'an HTTP header to send; may be repeated',
      repeatableAs(parseHeader),
    )
    .option('--exclude-provider <slug>', 'a provider never to use; may be repeated', repeatable)
    .option('--prefer-provider <slug>', 'a provider to try first; may be repeated', repeatable)
    .option(
      '--param <name=json>',
      'a request parameter, e.g. temperature=0.7; may be repeated',
      repeatableAs(parseParameter),
    )
    .addOption(withoutOption(command));
}

function presetOption(command: Command): Option {
  const option = command.createOption('--preset <name>', 'what the setup is for; may be repeated');
  const names = presets.map(({ name }) => name);
  // `choices` feeds help and completions; its built-in error has no hint.
  return option.choices(names).argParser(repeatableAs(parsePreset));
}

function withoutOption(command: Command): Option {
  const option = command.createOption(
    '--without <part>',
    'remove this from the entry; may be repeated',
  );
  return option.choices(parts).argParser(repeatableAs(parsePart));
}

function addKeyOptions(command: Command): void {
  command
    .addOption(
      command.createOption('--key-stdin', 'read the key from standard input').conflicts('keyEnv'),
    )
    .option('--key-env <NAME>', 'read the key from this environment variable')
    .addOption(
      command
        .createOption(
          '--create-key',
          'create the key, limited to the budget, with OPENROUTER_MANAGEMENT_KEY',
        )
        .conflicts(['keyStdin', 'keyEnv']),
    )
    .addOption(
      command
        .createOption('--shell <shell>', 'the shell whose rc file gets the key')
        .choices([...shells]),
    )
    .option('--rc-file <file>', 'the rc file that gets the key')
    .option('--no-rc', 'do not touch rc files');
}

interface RawOptions
  extends CommonOptions,
    SetupFlags,
    Pick<InitOptions, 'rc' | 'verify' | 'restart'>,
    Partial<
      Pick<
        InitOptions,
        | 'apply'
        | 'yes'
        | 'dryRun'
        | 'fromHost'
        | 'keyStdin'
        | 'keyEnv'
        | 'createKey'
        | 'shell'
        | 'rcFile'
      >
    > {}

function optionsFrom(raw: RawOptions, setupFlags: readonly string[]): InitOptions {
  const { config, timeout: timeoutMs = defaultTimeoutMs, keyEnv, shell, rcFile } = raw;
  const { json = false, sandbox = false, yes = false, dryRun = false } = raw;
  const { fromHost = false, keyStdin = false, createKey = false, rc, verify, restart, apply } = raw;
  const common = { config, json, timeoutMs, sandbox, yes, dryRun };
  const key = { keyStdin, keyEnv, createKey, shell, rcFile, rc };
  const flags = Object.fromEntries(
    Object.entries(raw).filter(([name]) => setupFlags.includes(name)),
  );
  return { ...common, ...key, flags, fromHost, verify, restart, apply };
}

const examples = (program: string) => `
Without --preset and --model, --yes writes the preset "basic". It changes
OpenClaw's own config with --apply only; otherwise apply is a next step.

Examples:
  $ ${program} init
  $ printf %s "$KEY" | ${program} init --yes --preset resilient --key-stdin
  $ ${program} init --yes --name router-cheap --model google/gemini-2.5-flash --daily-limit 2
  $ ${program} init --yes --name router-cheap --without budget
  $ ${program} init --yes --preset channels --dry-run
  $ ${program} init --yes --from-host
`;
