import type { Command } from 'commander';
import type { Deps } from '../../platform/deps.ts';
import { FoundProblems, UsageError } from '../../platform/errors.ts';
import {
  addCommonOptions,
  addPlainPrompts,
  inWorld,
  reportFile,
  usdAmount,
  wholeNumber,
} from '../shared/options.ts';
import { printJson } from '../shared/print-json.ts';
import type { TestOptions } from './inputs.ts';
import { renderRun } from './render.ts';
import { documentOf, openReports } from './reports.ts';
import { runTest } from './run.ts';

/** `test [entry…] [--simulate <faults>] [--prompt <text>] …` */
export function define(command: Command, deps: Deps, run = runTest): void {
  command
    .argument('[entry...]', 'entries to test (default: all)')
    .option(
      '--simulate <faults>',
      'rehearse an outage without key or network, e.g. "primary:503*3"',
    )
    .option('--host', 'have the installed OpenClaw rehearse it, in a temporary home; takes minutes')
    .option('--prompt <text>', 'send this text as the entry would, and explain the choice')
    .option('--channel <channel>', 'test the entry that this channel uses')
    .option('--tools', 'check that each model calls a tool')
    .option('--stream', 'check that a longer answer streams to its end')
    .option(
      '--max-cost <usd>',
      'stop before the run could cost more than this',
      usdAmount('--max-cost'),
    )
    .option(
      '--concurrency <n>',
      'how many requests to send at a time',
      wholeNumber('--concurrency', 1, 64),
      16,
    )
    .option('--yes', 'do not ask before spending')
    .option('--junit <file>', 'also write a JUnit report', reportFile('--junit'))
    .option('--github', 'print GitHub Actions annotations and write a job summary')
    .addHelpText('after', examples(deps.place.program));
  addPlainPrompts(command);
  addCommonOptions(command).action(async (entries: string[], raw: Omit<TestOptions, 'entries'>) => {
    const options = { ...raw, entries };
    assertCompatible(options);
    await inWorld(deps, options, async (world) => {
      const writeReports = await openReports(world, options);
      const result = await run(world, options);
      if (options.json === true) printJson(world, documentOf(result));
      else world.io.out(renderRun(world.io, result));
      await writeReports(result);
      if (!result.ok) throw new FoundProblems();
    });
  });
}

function assertCompatible(options: TestOptions): void {
  const conflict = conflicts.find(({ when }) => when(options));
  if (conflict !== undefined) throw new UsageError(conflict.message);
}

const conflicts: readonly {
  readonly when: (options: TestOptions) => boolean;
  readonly message: string;
}[] = [
  {
    when: ({ entries, channel }) => channel !== undefined && entries.length > 0,
    message: 'An entry and --channel cannot be used together',
  },
  {
    when: ({ entries, prompt }) => prompt !== undefined && entries.length > 1,
    message: '--prompt is sent to one entry: pass only one',
  },
  {
    when: ({ tools, stream }) => tools === true && stream === true,
    message: '--tools and --stream cannot be used together',
  },
  {
    when: ({ prompt, tools, stream }) =>
      prompt !== undefined && (tools === true || stream === true),
    message: '--tools and --stream cannot be used with --prompt',
  },
  {
    when: ({ prompt, junit, github }) =>
      prompt !== undefined && (junit !== undefined || github === true),
    message: '--junit and --github cannot be used with --prompt',
  },
  {
    when: ({ host, ...rest }) =>
      host === true &&
      ['prompt', 'tools', 'stream', 'junit', 'github', 'maxCost'].some((name) => name in rest),
    message: '--host can be used with --simulate only',
  },
  {
    when: ({ prompt, simulate, maxCost }) =>
      maxCost !== undefined && (prompt !== undefined || simulate !== undefined),
    message:
      '--max-cost cannot be used with --simulate, which costs nothing, or with --prompt, whose cost is not known beforehand',
  },
];

const examples = (program: string) => `
Faults for --simulate, comma separated: <model|role|*>:<fault>[*<times>]
  roles: primary, fallback1, fallback2 …, complex
  faults: 400 401 402 403 404 408 429 429/<s> 500 502 503 504 524 529
          negative workspace free-quota key-limit key-limit-402
          no-endpoints timeout reset slow/<ms> empty garbage error200
          midstream cut unfinished
  outage:<author>   every model of this author is down
  broke             the account is out of credit
  quota             the free requests of the day are used up

Examples:
  $ ${program} test
  $ ${program} test router-resilient --simulate "primary:503*3, fallback1:429/60"
  $ ${program} test --host   # 503, 402 and 429 of the primary
  $ ${program} test --host --simulate outage:anthropic
  $ ${program} test --channel telegram --prompt "Hello"
`;
