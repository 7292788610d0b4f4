import { describe, expect, it } from 'vitest';
import { PartlyWritten } from '../../src/changes/write-all.ts';
import { reportError } from '../../src/cli/report-error.ts';
import type { Deps } from '../../src/platform/deps.ts';
import { CancelError, FoundProblems, OutputError, UserError } from '../../src/platform/errors.ts';
import { createWorld } from '../helpers/world.ts';

const fetchAborted = new DOMException('This operation was aborted', 'AbortError');
const terminated = new CancelError(undefined, 143);

/** How a run ends that was asked to, by what it has written. */
function ending(error: unknown, reason?: CancelError, written: readonly string[] = []) {
  const { deps, printed, abort } = createWorld();
  if (reason !== undefined) abort.abort(reason);
  const world: Deps = { ...deps, written: new Set(written) };
  const exitCode = reportError(error, world, []);
  return { exitCode, said: printed.err.trim() };
}

describe('the message of a cancelled run', () => {
  it.each([
    ['a question', new CancelError(), undefined, 130],
    ['SIGTERM at a question', new CancelError(), terminated, 143],
    ['a request that was cut off', fetchAborted, new CancelError(), 130],
    ['an error that the interrupt brought about', new UserError('no list'), terminated, 143],
  ])('says that nothing was written: %s', (_what, error, reason, exitCode) => {
    expect(ending(error, reason)).toEqual({ exitCode, said: 'Cancelled; nothing was written' });
  });

  it.each([
    ['Ctrl-C', new CancelError(), new CancelError()],
    ['SIGTERM', fetchAborted, terminated],
  ])('says what was written and how to undo it: %s', (_what, error, reason) => {
    const { exitCode, said } = ending(error, reason, ['/home/me/.bashrc']);
    expect(exitCode).toBe(2);
    expect(said).toContain('Interrupted too late: /home/me/.bashrc had been written already');
    expect(said).toContain('openclaw-openrouter undo');
    expect(said).not.toContain('nothing was written');
  });

  it('is the error itself where a file could not be restored', () => {
    const stuck = new PartlyWritten(['/home/me/.bashrc'], new Error('no space left'));
    const { exitCode, said } = ending(stuck, terminated, ['/home/me/.bashrc']);
    expect(exitCode).toBe(2);
    expect(said).toContain('/home/me/.bashrc could not be restored');
    expect(said).toContain('no space left');
  });
});

describe('a closed pipe', () => {
  const gone = new OutputError('The output cannot be written: EPIPE', 141);

  it.each([
    ['problems that were found', new FoundProblems(), 1],
    ['a mistake of the command line', new UserError('no such file'), 2],
    ['work that was not done yet', fetchAborted, 141],
  ])('does not change the exit code of %s', (_what, error, exitCode) => {
    expect(ending(error, gone).exitCode).toBe(exitCode);
  });
});
