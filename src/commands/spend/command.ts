import type { Command } from 'commander';
import type { Deps } from '../../platform/deps.ts';
import { FoundProblems, UsageError } from '../../platform/errors.ts';
import { ledgerVariable } from '../../spend/ledger-url.ts';
import {
  addCommonOptions,
  type CommonOptions,
  inWorld,
  printJson,
  sharedLedger,
  wholeNumber,
} from '../shared/common.ts';
import { spendDocument } from './document.ts';
import { renderSpend } from './render.ts';
import { runSpend, type SpendOptions } from './run.ts';

const defaultTimeoutMs = 10_000;

/** `spend [--check] [--fail-on alert|exceeded] [--by day|model] [--days <n>] [--html <file>]`: DESIGN section 2. */
export function define(command: Command, deps: Deps, run = runSpend): void {
  command
    .option('--check', 'exit with 1 when a budget is exceeded')
    .addOption(
      command
        .createOption('--fail-on <status>', 'check, and fail at this status already')
        .choices(['alert', 'exceeded'])
        .default('exceeded')
        .implies({ check: true }),
    )
    .addOption(
      command
        .createOption('--by <what>', 'what each day, or each model, cost')
        .choices(['day', 'model']),
    )
    .option(
      '--days <n>',
      'days of --by and --html, today included',
      wholeNumber('--days', 1, 366),
      30,
    )
    .option('--html <file>', 'write a page with charts too')
    .option('--offline', 'ask nobody: show what the ledger recorded')
    .option(
      '--ledger <url>',
      `postgres:// URL of the ledger that serve --ledger keeps (also: ${ledgerVariable})`,
    )
    .addHelpText('after', notes(deps.place.program));
  addCommonOptions(command).action(async (raw: CommonOptions & RawOptions) => {
    const options = optionsFrom(deps, raw);
    await inWorld(deps, raw, async (world) => {
      const result = await run(world, options);
      if (options.html !== undefined) {
        const { writePage } = await import('./page.ts');
        await writePage(world, options.html, result);
      }
      if (raw.json === true) printJson(world, spendDocument(result));
      else world.io.out(renderSpend(world.io.stdout, result));
      if (!result.ok) throw new FoundProblems();
    });
  });
}

interface RawOptions {
  readonly check?: boolean;
  readonly failOn: 'alert' | 'exceeded';
  readonly by?: 'day' | 'model';
  readonly days: number;
  readonly html?: string;
  readonly offline?: boolean;
  readonly ledger?: string;
}

function optionsFrom(deps: Deps, raw: CommonOptions & RawOptions): SpendOptions {
  if (raw.ledger !== undefined && raw.sandbox === true) {
    throw new UsageError('--ledger reads what was recorded, and --sandbox keeps nothing', {
      hint: 'Give one of them',
    });
  }
  if (raw.offline === true && raw.sandbox === true) {
    throw new UsageError('--offline reads the ledger, and --sandbox keeps none', {
      hint: 'Give one of them',
    });
  }
  return {
    config: raw.config,
    check: raw.check === true,
    failOn: raw.failOn,
    by: raw.by,
    days: raw.days,
    html: raw.html,
    offline: raw.offline === true,
    ledger: raw.sandbox === true ? undefined : sharedLedger(deps, raw.ledger),
    sandbox: raw.sandbox === true,
    timeoutMs: raw.timeout ?? defaultTimeoutMs,
  };
}

const notes = (program: string) => `
Days, weeks (from Monday) and months are UTC, as OpenRouter counts them.
With OPENROUTER_MANAGEMENT_KEY set, credits and the last 30 days of the account are shown too.

Examples:
  $ ${program} spend --by model --days 7
  $ ${program} spend --check --fail-on alert
`;
