import type { Deps } from '../../deps.ts';
import { UserError } from '../../errors.ts';
import { undo } from '../../setup/history.ts';
import { withProgress } from '../../terminal/progress.ts';

/** What the host said of its config: fine · it is not on PATH · it was not asked. */
export type Validation = 'valid' | 'no host' | 'not asked';

const deadlineMs = 60_000;

/**
 * Has the host validate the config that was written; takes the change back and throws UserError when it refuses. A
 * host that is not on PATH, or does not answer, cannot refuse.
 */
export async function validateOrTakeBack(deps: Deps, undoId: string | null): Promise<Validation> {
  const said = await withProgress(deps.io, 'OpenClaw validates its config', () => validate(deps));
  if (said.notFound) return 'no host';
  if (said.exitCode === 0) return 'valid';
  if (undoId !== null) await undo(deps, { id: undoId });
  throw new UserError('OpenClaw refuses the config: all is as it was', {
    hint: said.timedOut
      ? `openclaw config validate did not answer within ${deadlineMs / 1000} s`
      : 'openclaw doctor says what is wrong with the config as it is; apply --dry-run shows what would be written',
    detail: wordsOf(said.stdout, said.stderr),
  });
}

function validate(deps: Deps) {
  return deps.exec('openclaw', ['config', 'validate'], { env: deps.env, timeoutMs: deadlineMs });
}

function wordsOf(stdout: string, stderr: string): string {
  const lines = `${stdout}\n${stderr}`.split('\n').filter((line) => line.trim() !== '');
  return lines.slice(0, 12).join('\n');
}
