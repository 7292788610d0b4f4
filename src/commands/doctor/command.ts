import type { Command } from 'commander';
import type { Deps } from '../../deps.ts';
import { type Severity, severities } from '../../doctor/check.ts';
import { FoundProblems, UsageError } from '../../errors.ts';
import { addCommonOptions, type CommonOptions, inWorld, printJson, repeatable } from '../common.ts';
import { doctorDocument } from './document.ts';
import { checkList, checkListDocument } from './list.ts';
import { renderDoctor } from './render.ts';
import { renderAnnotations } from './render-annotations.ts';
import { type DoctorOptions, runDoctor } from './run.ts';

/** `doctor [--fix] [--only <id>…] [--skip <id>…] [--severity-min …] [--offline] [--list-checks] [--github]`. */
export function define(command: Command, deps: Deps, run = runDoctor): void {
  command
    .option('--fix', 'mend what a machine can mend; shows the changes and asks first')
    .option('--yes', 'with --fix: do not ask')
    .option('--dry-run', 'with --fix: show the changes and write nothing')
    .option('--only <id>', 'run this check, or group of checks, alone; may be repeated', repeatable)
    .option('--skip <id>', 'leave this check, or group of checks, out; may be repeated', repeatable)
    .addOption(
      command
        .createOption(
          '--severity-min <level>',
          'report findings from this level on, and fail on them (default: report all, fail on error)',
        )
        .choices([...severities]),
    )
    .option(
      '--offline',
      'ask nothing of the network; model ids are checked against the cached list',
    )
    .option('--list-checks', 'print the checks and what each needs')
    .option('--github', 'print findings as annotations of GitHub Actions')
    .addHelpText('after', help);
  addCommonOptions(command).action(async (raw: CommonOptions & RawOptions) => {
    if (raw.listChecks === true) return printList(deps, raw);
    const options = toOptions(raw, deps);
    await inWorld(deps, raw, async (world) => {
      const report = await run(world, options);
      if (raw.json === true) printJson(world, doctorDocument(report));
      else if (raw.github === true) world.io.out(renderAnnotations(report, world.place));
      else world.io.out(renderDoctor(report, world.io.stdout, world.place));
      if (!report.ok) throw new FoundProblems();
    });
  });
}

const help = `
Exit code: 0 nothing found at the level of --severity-min (error unless given), 1 found, 2 could not check.

Examples:
  $ openclaw-openrouter doctor
  $ openclaw-openrouter doctor --fix --dry-run
  $ openclaw-openrouter doctor --offline --only models --severity-min warning
`;

interface RawOptions {
  readonly fix?: boolean;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly only?: readonly string[];
  readonly skip?: readonly string[];
  readonly severityMin?: Severity;
  readonly offline?: boolean;
  readonly listChecks?: boolean;
  readonly github?: boolean;
}

const defaultTimeoutMs = 10_000;

function toOptions(raw: CommonOptions & RawOptions, deps: Deps): DoctorOptions {
  return {
    ...(raw.config === undefined ? {} : { config: raw.config }),
    only: raw.only ?? [],
    skip: raw.skip ?? [],
    shownFrom: raw.severityMin ?? 'info',
    failsFrom: raw.severityMin ?? 'error',
    offline: raw.offline === true,
    timeoutMs: raw.timeout ?? defaultTimeoutMs,
    fix: fixMode(raw, deps),
  };
}

function fixMode(raw: CommonOptions & RawOptions, { prompter }: Deps): DoctorOptions['fix'] {
  if (raw.fix !== true) {
    if (raw.yes !== true && raw.dryRun !== true) return 'no';
    throw new UsageError(`${raw.yes === true ? '--yes' : '--dry-run'} is only of use with --fix`);
  }
  if (raw.dryRun === true) return 'dry-run';
  if (raw.yes === true) return 'yes';
  if (prompter.canPrompt && raw.json !== true) return 'ask';
  throw new UsageError('--fix changes files and nobody can be asked here', {
    hint: 'Add --yes to change them, or --dry-run to see what would change',
  });
}

function printList({ io }: Deps, { json }: CommonOptions): void {
  if (json === true) printJson({ io }, checkListDocument());
  else io.out(checkList(io.stdout));
}
