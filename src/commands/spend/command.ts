import type { Command } from 'commander';
import type { Deps } from '../../platform/deps.ts';
import { FoundProblems } from '../../platform/errors.ts';
import { ledgerVariable } from '../../spend/ledger-url.ts';
import { addCommonOptions, inWorld, reportFile, wholeNumber } from '../shared/options.ts';
import { printJson } from '../shared/print-json.ts';
import { sharedLedger } from '../shared/shared-ledger.ts';
import { spendDocument } from './document.ts';
import { renderSpend, renderUnreadKeys } from './render.ts';
import { breakdowns, runSpend, type SpendOptions } from './run.ts';

export function define(command: Command, deps: Deps, run = runSpend): void {
  command
    .option('--check', 'exit with code 1 if a budget is exceeded')
    .addOption(
      command
        .createOption('--fail-on <status>', 'with --check: fail from this status on')
        .choices(['alert', 'exceeded'])
        .default('exceeded')
        .implies({ check: true }),
    )
    .addOption(
      command
        .createOption('--by <what>', 'break the cost down by day, model, channel or entry')
        .choices(breakdowns),
    )
    .option(
      '--days <n>',
      'number of days for --by and --html, including today',
      wholeNumber('--days', 1, 366),
      30,
    )
    .option('--html <file>', 'also write an HTML page with charts', reportFile('--html'))
    .addOption(
      command
        .createOption('--offline', 'show only what the ledger recorded, without network')
        .conflicts('sandbox'),
    )
    .addOption(
      command
        .createOption(
          '--ledger <url>',
          `postgres:// URL of the ledger that serve --ledger writes to (also: ${ledgerVariable})`,
        )
        .conflicts('sandbox'),
    )
    .addHelpText('after', notes(deps.place.program));
  addCommonOptions(command).action(async (raw: SpendOptions) => {
    const ledger = raw.sandbox === true ? undefined : sharedLedger(deps, raw.ledger);
    const options = { ...raw, ledger };
    await inWorld(deps, options, async (world) => {
      const result = await run(world, options);
      if (options.html !== undefined) {
        const { writePage } = await import('./page.ts');
        await writePage(world, options.html, result);
      }
      if (options.json === true) printJson(world, spendDocument(result));
      else {
        world.io.out(renderSpend(world.io.stdout, result));
        if (!world.io.stdout.isTty) world.io.err(renderUnreadKeys(world.io.stderr, result));
      }
      if (!result.ok) throw new FoundProblems();
    });
  });
}

const notes = (program: string) => `
Days, weeks (from Monday) and months are UTC, as OpenRouter counts them.
With OPENROUTER_MANAGEMENT_KEY set, credits and the last 30 days of the account
are shown too. --by channel and --by entry show what this tool recorded.

OpenRouter does not charge what your own keys at providers (BYOK) cost: the sum of
this month is shown separately ("byok" in --json), and the ledger counts both.

Examples:
  $ ${program} spend --by model --days 7
  $ ${program} spend --check --fail-on alert
`;
