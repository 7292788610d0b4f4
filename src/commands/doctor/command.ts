import type { Command, Option } from 'commander';
import { checks } from '../../doctor/checks/index.ts';
import { groups, type Severity, severities } from '../../doctor/finding.ts';
import type { Deps } from '../../platform/deps.ts';
import { FoundProblems, UsageError } from '../../platform/errors.ts';
import {
  addCommonOptions,
  addPlainPrompts,
  type CommonOptions,
  inWorld,
  repeatable,
} from '../shared/options.ts';
import { printJson } from '../shared/print-json.ts';
import { annotationsOf, type DoctorReport, doctorDocument, renderPlain } from './report.ts';
import { type DoctorOptions, runDoctor } from './run.ts';

/** `doctor [--fix] [--only <id>…] [--skip <id>…] [--severity-min …] [--offline] [--list-checks] [--github]`. */
export function define(command: Command, deps: Deps, run = runDoctor): void {
  command
    .option('--fix', 'fix what can be fixed automatically; shows the changes and asks first')
    .option('--yes', 'with --fix: do not ask')
    .option('--dry-run', 'with --fix: show the changes and write nothing')
    .addOption(
      checkOption(command, '--only <check>', 'run only this check or group; may be repeated'),
    )
    .addOption(checkOption(command, '--skip <check>', 'skip this check or group; may be repeated'))
    .addOption(
      command
        .createOption(
          '--severity-min <level>',
          'report findings from this level on, and fail on them (default: report all, fail on error)',
        )
        .choices([...severities]),
    )
    .option('--offline', 'do not use the network; model ids are checked against the cached list')
    .option('--list-checks', 'print the checks and what each needs')
    .option('--github', 'print findings as GitHub Actions annotations')
    .configureHelp({ optionDescription: describeShortly })
    .addHelpText('after', help(deps.place.program));
  addPlainPrompts(command);
  addCommonOptions(command).action(async (raw: CommonOptions & RawOptions) => {
    if (raw.listChecks === true) return printList(deps, raw);
    const options = toOptions(raw, deps);
    await inWorld(deps, raw, async (world) => {
      const report = await run(world, options);
      await print(world, report, raw);
      if (report.unchecked !== null) throw report.unchecked;
      if (!report.ok) throw new FoundProblems();
    });
  });
}

/** The choices are for completions only; `selectChecks` rejects anything else and suggests the nearest one. */
function checkOption(command: Command, flags: string, description: string): Option {
  return command
    .createOption(flags, description)
    .choices([...groups, ...checks.map(({ id }) => id)])
    .argParser(repeatable);
}

// Commander would print every choice, and there are more checks than fit on a screen.
function describeShortly({ description, argChoices = [] }: Option): string {
  return argChoices.length === 0 || argChoices.length > 5
    ? description
    : `${description} (choices: ${argChoices.join(', ')})`;
}

const help = (program: string) => `
Exits with 0 if there is no finding at the level of --severity-min (default:
error), 1 if there is one, and 2 if doctor could not check, for example if
--only names a check that needs the list of models, and there is none. Without
--only, that is a warning (network/models).

--list-checks lists the checks. A group, such as models, means all its checks.

Examples:
  $ ${program} doctor
  $ ${program} doctor --fix --dry-run
  $ ${program} doctor --offline --only models --severity-min warning
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
    throw new UsageError(`${raw.yes === true ? '--yes' : '--dry-run'} requires --fix`);
  }
  if (raw.dryRun === true) return 'dry-run';
  if (raw.yes === true) return 'yes';
  if (prompter.canPrompt && raw.json !== true) return 'ask';
  throw new UsageError('--fix changes files, and there is no terminal to ask on', {
    hint: 'Pass --yes to change them, or --dry-run to see what would change',
  });
}

/** `render.ts` is loaded on demand: piped output does not need the colors. */
async function print(world: Deps, report: DoctorReport, raw: RawOptions & CommonOptions) {
  const { io, place } = world;
  if (raw.json === true) return printJson(world, doctorDocument(report, place));
  if (raw.github === true) {
    for (const annotation of annotationsOf(report, place)) io.annotate(annotation);
    return;
  }
  if (!io.stdout.isTty) return io.out(renderPlain(report));
  const { renderDoctor } = await import('./render.ts');
  return io.out(renderDoctor(report, io.stdout, place));
}

async function printList({ io }: Deps, { json }: CommonOptions): Promise<void> {
  const { checkList, checkListDocument } = await import('./render.ts');
  if (json === true) printJson({ io }, checkListDocument(checks));
  else io.out(checkList(checks, io.stdout));
}
