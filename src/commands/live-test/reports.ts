import { relative, resolve } from 'node:path';
import type { FileSnapshot } from '../../config/snapshot.ts';
import { readText } from '../../config/snapshot.ts';
import { writeAtomic } from '../../config/write.ts';
import type { Deps } from '../../platform/deps.ts';
import { githubAnnotations, githubSummary } from './github.ts';
import { junitReport } from './junit.ts';
import type { TestRun } from './run.ts';

export interface ReportOptions {
  readonly junit: string | undefined;
  readonly github: boolean;
  /** stdout belongs to the one JSON document. */
  readonly json: boolean;
}

/** Writes what was asked for besides the report itself. */
export type WriteReports = (run: TestRun) => Promise<void>;

/**
 * Looks at the files that are to be written, before anything is sent and paid for. It and what it gives throw
 * UserError for a file that cannot be read or written.
 */
export async function openReports(world: Deps, options: ReportOptions): Promise<WriteReports> {
  const { env, files, place } = world;
  const open = async (path: string | undefined) =>
    path === undefined || path === '' ? null : readText(files, resolve(place.cwd, path));
  const junit = await open(options.junit);
  const summary = options.github ? await open(env.GITHUB_STEP_SUMMARY) : null;
  return async (run) => {
    if (run.kind === 'asked') return;
    if (junit !== null) await write(world, junit, junitReport(run.report, world.clock.now()));
    if (!options.github) return;
    // GitHub shows the path as it stands in the repository; the runner reads both streams.
    const root = env.GITHUB_WORKSPACE || place.cwd;
    const shown = (file: string) => relative(root, file);
    for (const annotation of githubAnnotations(run.report, run.setup, shown)) {
      world.io.annotate(annotation, options.json ? 'stderr' : 'stdout');
    }
    if (summary !== null) await write(world, summary, summary.text + githubSummary(run.report));
  };
}

async function write(world: Deps, file: FileSnapshot, text: string): Promise<void> {
  await writeAtomic(world, file, world.io.mask(text), { mode: 0o644 });
}
