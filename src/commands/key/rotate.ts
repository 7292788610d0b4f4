import { type RotateResult, rotateKey } from '../../keys/rotate.ts';
import type { RotateOptions } from '../../keys/rotation-steps.ts';
import type { Deps } from '../../platform/deps.ts';
import { CancelError, UsageError } from '../../platform/errors.ts';
import { startProgress } from '../../terminal/progress.ts';
import { renderRotationPlan } from './render.ts';

export type RotateCommandOptions = Omit<RotateOptions, 'consent'> & {
  readonly yes: boolean;
  readonly json: boolean;
};

/** Rotates a key after showing the plan and asking for confirmation. */
export async function runRotate(
  deps: Deps,
  { yes, json, ...options }: RotateCommandOptions,
): Promise<RotateResult> {
  const asks = !yes && !options.dryRun;
  if (asks && (json || !deps.prompter.canPrompt)) {
    throw new UsageError('key rotate needs confirmation and cannot ask for it here', {
      hint: 'Pass --yes to rotate without a question, or --dry-run to see what would change',
    });
  }
  let stop = () => {};
  const rotated = rotateKey(
    deps,
    { ...options, consent: asks ? 'ask' : 'refuse' },
    {
      async confirm(plan) {
        if (!asks) return;
        deps.io.err(renderRotationPlan(deps.io.stderr, plan));
        const message = `Replace ${plan.prefix} by a new key?`;
        if (!(await deps.prompter.confirm({ message, default: true }))) throw new CancelError();
      },
      async step(what) {
        stop();
        stop = what === null ? () => {} : (await startProgress(deps.io, what)).stop;
      },
    },
  );
  return rotated.finally(() => stop());
}
