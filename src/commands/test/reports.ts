import { relative, resolve } from 'node:path';
import type { Deps } from '../../deps.ts';
import { UserError } from '../../errors.ts';
import { githubAnnotations, githubSummary } from './github.ts';
import { junitReport } from './junit.ts';
import type { TestRun } from './run.ts';

export interface ReportOptions {
  readonly junit: string | undefined;
  readonly github: boolean;
  /** stdout belongs to the one JSON document. */
  readonly json: boolean;
}

/** Writes what was asked for besides the report itself. Throws UserError for a file that cannot be written. */
export async function writeReports(
  world: Deps,
  run: TestRun,
  options: ReportOptions,
): Promise<void> {
  if (run.kind === 'asked') return;
  const { cwd } = world.place;
  if (options.junit !== undefined) {
    const text = world.io.mask(junitReport(run.report, world.clock.now()));
    await write(world, resolve(cwd, options.junit), text);
  }
  if (!options.github) return;
  // GitHub shows the path as it stands in the repository; the runner reads both streams.
  const root = world.env.GITHUB_WORKSPACE || cwd;
  const tell = options.json ? world.io.err : world.io.out;
  tell(githubAnnotations(run.report, run.setup, (file) => relative(root, file)));
  const summary = world.env.GITHUB_STEP_SUMMARY;
  if (summary === undefined || summary === '') return;
  const before = await textOf(world, summary);
  await write(world, summary, before + world.io.mask(githubSummary(run.report)));
}

async function textOf({ files }: Deps, path: string): Promise<string> {
  if ((await files.stat(path)) === null) return '';
  return new TextDecoder().decode(await files.read(path));
}

/** Replaces the file in one step, so that a reader never sees half a report. */
async function write({ files, place }: Deps, path: string, text: string): Promise<void> {
  const temporary = `${path}.${place.pid}.tmp`;
  try {
    const file = await files.create(temporary, 0o644);
    try {
      await file.write(new TextEncoder().encode(text));
    } finally {
      await file.close();
    }
    await files.rename(temporary, path);
  } catch (error) {
    await files.remove(temporary).catch(() => undefined);
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(`The report could not be written to ${path}`, {
      hint: reason,
      cause: error,
    });
  }
}
