import type { Command, Option } from 'commander';
import { type Shell, shells } from '../../host/shell-files.ts';
import type { Deps } from '../../platform/deps.ts';
import { FoundProblems } from '../../platform/errors.ts';
import type { AnswerFlags } from '../../setup/flags.ts';
import { defaultTimeoutMs, type InitOptions } from '../../setup/options.ts';
import { presets } from '../../setup/presets.ts';
import type { InitResult } from '../../setup/result.ts';
import { parts } from '../../setup/without.ts';
import {
  addCommonOptions,
  addPlainPrompts,
  type CommonOptions,
  inWorld,
  printJson,
  repeatable,
  wholeNumber,
} from '../shared/common.ts';
import { documentOf, renderResult } from './render.ts';
import { runInit } from './run.ts';

/** `init`, with every flag of DESIGN section 2. */
export function define(command: Command, deps: Deps, run = runInit): void {
  addAnswerOptions(command);
  addHostOption(command);
  addKeyOptions(command);
  command
    .option('-y, --yes', 'ask nothing: flags, presets and what is found decide')
    .option('--dry-run', 'ask nothing, show what would change and write nothing')
    .option('--no-verify', 'write without asking the primary model for an answer first')
    .option('--no-restart', 'leave a running OpenClaw alone')
    .addHelpText('after', examples);
  addPlainPrompts(command);
  addCommonOptions(command).action((raw: RawOptions) =>
    inWorld(deps, raw, async (world) => {
      const result = await run(world, optionsFrom(raw));
      if (raw.json === true) printJson(world, documentOf(result));
      else tellResult(world, result);
      if (!result.ok) throw new FoundProblems();
    }),
  );
}

// A diff in a pipe is for a program: what a person should know of it goes beside it.
function tellResult(world: Deps, result: InitResult): void {
  world.io.out(renderResult(world, result));
  if (!result.dryRun || world.io.stdout.isTty) return;
  for (const warning of result.warnings) world.io.err(`  ! ${warning}\n`);
}

function addAnswerOptions(command: Command): void {
  command
    .addOption(presetOption(command))
    .option('--name <entry>', 'the entry to write')
    .option('--model <id>', 'its model')
    .option('--fallback <id>', 'a model to go on with; may be repeated, in order', repeatable)
    .option(
      '--retries <n>',
      'tries again on a passing failure; 0 for none',
      wholeNumber('--retries', 0, 20),
    )
    .option('--channel <name=entry>', 'a channel and its entry; may be repeated', repeatable)
    .option('--daily-limit <usd>', 'budget for a UTC day')
    .option('--monthly-limit <usd>', 'budget for a UTC month')
    .option('--alert <share>', 'alert at this share of a limit, e.g. 0.8')
    .option('--complex-model <id>', 'the model for complex requests')
    .option(
      '--complex-trigger <text>',
      'a text that makes a request complex; may be repeated',
      repeatable,
    )
    .option('--header <name=value>', 'an HTTP header to send; may be repeated', repeatable)
    .option('--exclude-provider <slug>', 'a provider never to use; may be repeated', repeatable)
    .option('--prefer-provider <slug>', 'a provider to try first; may be repeated', repeatable)
    .option(
      '--param <name=json>',
      'a request parameter, e.g. temperature=0.7; may be repeated',
      repeatable,
    )
    .addOption(withoutOption(command));
}

function presetOption(command: Command): Option {
  const option = command.createOption('--preset <name>', 'what for; may be repeated');
  return offering(
    option,
    presets.map(({ name }) => name),
  );
}

function withoutOption(command: Command): Option {
  const purpose = 'take this away from the entry; may be repeated';
  return offering(command.createOption('--without <part>', purpose), parts);
}

/** The choices are for help and completions; `answersFrom` refuses what is none of them, with the nearest. */
function offering(option: Option, choices: readonly string[]): Option {
  return option.choices([...choices]).argParser(repeatable);
}

// Its values would have to be joined with theirs: two calls, one after the other, say which come later.
function addHostOption(command: Command): void {
  const answers = command.options.map((option) => option.attributeName());
  command.addOption(
    command
      .createOption('--from-host', "take over what OpenClaw's own config has of OpenRouter")
      .conflicts(answers),
  );
}

function addKeyOptions(command: Command): void {
  command
    .addOption(
      command.createOption('--key-stdin', 'read the key from standard input').conflicts('keyEnv'),
    )
    .option('--key-env <NAME>', 'take the key from this environment variable')
    .addOption(
      command.createOption('--shell <shell>', 'whose rc file gets the key').choices([...shells]),
    )
    .option('--rc-file <file>', 'the rc file that gets the key')
    .option('--no-rc', 'leave rc files alone');
}

interface RawOptions extends CommonOptions, AnswerFlags {
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly fromHost?: boolean;
  readonly keyStdin?: boolean;
  readonly keyEnv?: string;
  readonly shell?: Shell;
  readonly rcFile?: string;
  readonly rc: boolean;
  readonly verify: boolean;
  readonly restart: boolean;
}

function optionsFrom(raw: RawOptions): InitOptions {
  return {
    config: raw.config,
    json: raw.json === true,
    timeoutMs: raw.timeout ?? defaultTimeoutMs,
    sandbox: raw.sandbox === true,
    yes: raw.yes === true,
    dryRun: raw.dryRun === true,
    answers: raw,
    fromHost: raw.fromHost === true,
    keyStdin: raw.keyStdin === true,
    keyEnv: raw.keyEnv,
    shell: raw.shell,
    rcFile: raw.rcFile,
    rc: raw.rc,
    verify: raw.verify,
    restart: raw.restart,
  };
}

const examples = `
Without --preset and --model, --yes writes the preset "basic".

Examples:
  $ openclaw-openrouter init
  $ printf %s "$KEY" | openclaw-openrouter init --yes --preset resilient --key-stdin
  $ openclaw-openrouter init --yes --name router-cheap --model google/gemini-2.5-flash --daily-limit 2
  $ openclaw-openrouter init --yes --name router-cheap --without budget
  $ openclaw-openrouter init --yes --preset channels --dry-run
  $ openclaw-openrouter init --yes --from-host
`;
