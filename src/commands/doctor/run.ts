import type { Check } from '../../doctor/check.ts';
import { checks } from '../../doctor/checks/index.ts';
import { type Examined, examine, reaches } from '../../doctor/examine.ts';
import type { FactsOptions, SkipCause } from '../../doctor/facts/context.ts';
import { type Facts, gatherFacts } from '../../doctor/facts/index.ts';
import { groups, type Severity } from '../../doctor/finding.ts';
import { mentionsOf } from '../../doctor/models.ts';
import type { Deps } from '../../platform/deps.ts';
import { IncompleteReport, UsageError } from '../../platform/errors.ts';
import { uninterrupted } from '../../platform/interrupts.ts';
import { nearestName } from '../../platform/nearest.ts';
import { setupFilePath } from '../../platform/paths.ts';
import { withProgress } from '../../terminal/progress.ts';
import type { DoctorReport, FixOutcome } from './report.ts';

export interface DoctorOptions {
  readonly config?: string;
  /** Check ids or group names. */
  readonly only: readonly string[];
  readonly skip: readonly string[];
  /** Findings below this severity are not shown. */
  readonly shownFrom: Severity;
  /** Findings of this severity or above make the run fail. */
  readonly failsFrom: Severity;
  readonly offline: boolean;
  /** Timeout per request, in milliseconds. */
  readonly timeoutMs: number;
  readonly fix: 'no' | 'ask' | 'yes' | 'dry-run';
}

/**
 * Examines the setup. With `fix`, fixes what it can as one change set and examines again. Throws UsageError for an
 * unknown check, and UserError if the setup file exists but cannot be read.
 */
export async function runDoctor(world: Deps, options: DoctorOptions): Promise<DoctorReport> {
  const selected = selectChecks(checks, options);
  const factsOptions: FactsOptions = {
    path: setupFilePath(world, options.config),
    offline: options.offline,
    timeoutMs: options.timeoutMs,
    dryRun: options.fix === 'dry-run',
  };
  const examineAt = async (at: Deps, asked = factsOptions): Promise<Examination> => {
    const facts = gatherFacts(at, asked);
    await facts.reading();
    const examined = await withProgress(world.io, `Running ${selected.length} checks`, () =>
      examine(selected, facts),
    );
    return { facts, examined };
  };
  if (options.fix === 'ask' || options.fix === 'yes') {
    const { recoverInterrupted } = await import('../../changes/undo.ts');
    await recoverInterrupted(world);
  }
  const first = await examineAt(world);
  if (options.fix === 'no') return reportOf(first.examined, first.facts, options, null);
  const { fixFindings } = await import('./fix.ts');
  const fixed = await fixFindings(world, first.examined, options.fix, async (planned) => {
    // Fixes only change files, and the network was already queried.
    const { examined } = await examineAt(planned, { ...factsOptions, offline: true });
    return examined;
  });
  const last =
    fixed.written.length === 0 ? first : await examineAgain(world, examineAt, factsOptions);
  return reportOf(last.examined, last.facts, options, fixed);
}

interface Examination {
  readonly facts: Facts;
  readonly examined: readonly Examined[];
}

/** The fixes are already written, so after Ctrl-C the report is still made, without the network. */
async function examineAgain(
  world: Deps,
  examineAt: (at: Deps, asked: FactsOptions) => Promise<Examination>,
  asked: FactsOptions,
): Promise<Examination> {
  try {
    return await examineAt(world, asked);
  } catch (error) {
    if (!world.signal.aborted) throw error;
    return uninterrupted(world, (undisturbed) =>
      examineAt(undisturbed, { ...asked, offline: true }),
    );
  }
}

async function reportOf(
  examined: readonly Examined[],
  facts: Facts,
  { only, shownFrom, failsFrom }: DoctorOptions,
  fixed: FixOutcome | null,
): Promise<DoctorReport> {
  const all = examined.flatMap((one) => (one.state === 'ran' ? one.findings : []));
  const isFine = !all.some(({ severity }) => reaches(severity, failsFrom));
  const unchecked = isFine && only.length > 0 ? uncheckedOf(examined) : null;
  return {
    ok: isFine && unchecked === null,
    path: facts.options.path,
    counts: await countsOf(facts),
    examined,
    findings: all.filter(({ severity }) => reaches(severity, shownFrom)),
    fixed,
    unchecked,
  };
}

/**
 * Checks that need the network are no surprise with `--offline` as long as others ran, and neither are those of OpenClaw
 * where it is not installed.
 */
function uncheckedOf(examined: readonly Examined[]): IncompleteReport | null {
  const skipped = examined.filter((one) => one.state === 'skipped');
  const because = (cause: SkipCause) => skipped.filter(({ skipCause }) => skipCause === cause);
  const isAll = skipped.length === examined.length;
  const missing = [...because('failed'), ...(isAll ? because('offline') : [])];
  const [first] = missing;
  if (first === undefined) return null;
  const { reason, type, hint } = first;
  const what = missing.length === 1 ? first.checkId : `${missing.length} checks`;
  return new IncompleteReport(`${what} could not run: ${reason}`, {
    type,
    ...(hint === undefined ? {} : { hint }),
  });
}

async function countsOf(facts: Facts): Promise<DoctorReport['counts']> {
  const reading = await facts.reading();
  if (reading.state !== 'read') return null;
  const { setup } = reading;
  const links = setup.entries.flatMap((entry) => mentionsOf(setup, entry));
  return {
    entries: setup.entries.length,
    links: links.length,
    channels: setup.channels.length,
  };
}

/**
 * The checks left after `--only` and `--skip`, by id or group. Throws UsageError with the nearest match for an unknown
 * id: a check that silently does not run would look like one that found nothing.
 */
export function selectChecks(
  checks: readonly Check[],
  { only, skip }: { readonly only: readonly string[]; readonly skip: readonly string[] },
): readonly Check[] {
  for (const id of only) assertKnown('--only', id, checks);
  for (const id of skip) assertKnown('--skip', id, checks);
  const selected = checks.filter(
    (check) =>
      (only.length === 0 || only.some((id) => means(id, check))) &&
      !skip.some((id) => means(id, check)),
  );
  if (selected.length > 0) return selected;
  throw new UsageError('--only and --skip together leave no check to run');
}

function means(id: string, check: Check): boolean {
  return id === check.id || check.id.startsWith(`${id}/`);
}

function assertKnown(flag: string, id: string, checks: readonly Check[]): void {
  if (checks.some((check) => means(id, check))) return;
  const known = [...checks.map((check) => check.id), ...groups];
  const near = nearestName(id, known) ?? known.find((name) => name.endsWith(`/${id}`));
  throw new UsageError(`${flag}: there is no check or group "${id}"`, {
    hint: `${near === undefined ? '' : `Did you mean ${near}? `}--list-checks shows them all`,
  });
}
