import type { Deps, ExecResult } from '../../platform/deps.ts';
import { UserError } from '../../platform/errors.ts';
import { withProgress } from '../../terminal/progress.ts';

/** What the host said of its config: fine · it is not on PATH · it was not asked. */
export type Validation = 'valid' | 'no host' | 'not asked';

const deadlineMs = 60_000;

/**
 * Has the host validate the config as it lies on disk. Throws UserError when it refuses, and when it does not say:
 * then too the change is better taken back. A host that is not on PATH cannot refuse.
 */
export async function validate(deps: Deps): Promise<Validation> {
  const said = await withProgress(deps.io, 'OpenClaw validates its config', () =>
    deps.exec('openclaw', ['config', 'validate'], { env: deps.env, timeoutMs: deadlineMs }),
  );
  if (said.notFound) return 'no host';
  if (said.exitCode === 0) return 'valid';
  throw new UserError(refusal(said), {
    hint: 'All is as it was. openclaw doctor says what is wrong with the config as it is; apply --dry-run shows what would be written',
    detail: wordsOf(said.stdout, said.stderr),
  });
}

function refusal({ timedOut, exitCode }: ExecResult): string {
  if (timedOut) return `openclaw config validate did not answer within ${deadlineMs / 1000} s`;
  return exitCode === null
    ? 'openclaw config validate was killed'
    : 'OpenClaw refuses the config that apply has written';
}

function wordsOf(stdout: string, stderr: string): string {
  const lines = `${stdout}\n${stderr}`.split('\n').filter((line) => line.trim() !== '');
  return lines.slice(0, 12).join('\n');
}
