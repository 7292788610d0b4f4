import type { DoctorReport } from '../commands/doctor/report.ts';
import { type DoctorOptions, runDoctor } from '../commands/doctor/run.ts';
import type { Finding } from '../doctor/finding.ts';
import type { Deps } from '../platform/deps.ts';
import { outsideWorld } from './main.ts';

/** What we use of the host's context of a check. */
export interface HealthContext {
  readonly env?: Deps['env'];
  readonly cwd?: string;
  /** Of a repair: write nothing. */
  readonly dryRun?: boolean;
}

export interface HostFinding {
  readonly checkId: string;
  readonly severity: 'info' | 'warning' | 'error';
  readonly message: string;
  readonly source: string;
  /** The file. */
  readonly path?: string;
  readonly line?: number;
  readonly column?: number;
  readonly fixHint?: string;
}

export interface HealthRepair {
  readonly status: 'repaired' | 'skipped';
  readonly reason?: string;
  /** What was mended, in words; with `dryRun`, what would be. */
  readonly changes: readonly string[];
}

/** What `doctor` finds, as findings of the host. */
export async function detect(
  context: HealthContext,
  world: Deps = outsideWorld([]),
): Promise<readonly HostFinding[]> {
  const { findings } = await examine(world, context, 'no');
  return findings.map(hostFinding);
}

/** What `doctor --fix --yes` does. */
export async function repair(
  context: HealthContext,
  world: Deps = outsideWorld([]),
): Promise<HealthRepair> {
  const fix = context.dryRun === true ? 'dry-run' : 'yes';
  const { fixed } = await examine(world, context, fix);
  const changes = fixed?.done ?? [];
  return changes.length === 0
    ? { status: 'skipped', reason: 'nothing here can be mended by itself', changes }
    : { status: 'repaired', changes };
}

const options: Omit<DoctorOptions, 'fix'> = {
  only: [],
  skip: [],
  shownFrom: 'info',
  failsFrom: 'error',
  offline: false,
  timeoutMs: 10_000,
};

function examine(
  world: Deps,
  { env = world.env, cwd = world.place.cwd }: HealthContext,
  fix: DoctorOptions['fix'],
): Promise<DoctorReport> {
  const { io, place } = world;
  // The host tells its own progress.
  const quiet = { ...io, stderr: { ...io.stderr, isTty: false } };
  return runDoctor({ ...world, env, io: quiet, place: { ...place, cwd } }, { ...options, fix });
}

function hostFinding({ checkId, severity, message, place, file, fixHint }: Finding): HostFinding {
  const path = place?.file ?? file;
  return {
    checkId: `openrouter-cli/${checkId}`,
    severity,
    message,
    source: 'openrouter-cli',
    ...(path === undefined ? {} : { path }),
    ...(place === undefined ? {} : { line: place.line, column: place.column }),
    ...(fixHint === undefined ? {} : { fixHint }),
  };
}
