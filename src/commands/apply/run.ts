import { commit } from '../../changes/commit.ts';
import { recoverInterrupted } from '../../changes/undo.ts';
import {
  type ApplyOptions,
  type ApplyResult,
  type PlannedApply,
  planApply,
  readInput,
} from '../../host/apply-plan.ts';
import { verifyUse } from '../../host/ask-agents.ts';
import {
  ensureGatewayToken,
  newGatewayToken,
  readGatewayToken,
  removeGatewayToken,
} from '../../host/gateway-token.ts';
import { expectedKey } from '../../host/key-use.ts';
import { validateConfig } from '../../host/program.ts';
import type { Deps } from '../../platform/deps.ts';
import { CancelError, UsageError } from '../../platform/errors.ts';
import { uninterrupted } from '../../platform/interrupts.ts';
import { withProgress } from '../../terminal/progress.ts';
import { paintPlan } from './render.ts';

/**
 * Applies the setup file to the host config: plans, shows the changes, asks, writes, and lets the host validate the
 * result. If the host rejects it, the change is undone. Throws UserError, UsageError if it needs to ask but cannot
 * prompt, and CancelError if the answer is no.
 */
export async function runApply(deps: Deps, options: ApplyOptions): Promise<ApplyResult> {
  if (options.mode === 'write') await recoverInterrupted(deps);
  const input = await readInput(deps, options);
  const candidate = (await readGatewayToken(deps)) ?? newGatewayToken();
  const planned = await planApply(deps, options, input, candidate);
  if (options.mode !== 'write' || !planned.result.changed) return planned.result;
  if (!options.yes) await confirm(deps, options, planned.result);
  if (!planned.result.plan.throughGateway) return write(deps, options, planned);
  const hadToken = (await readGatewayToken(deps)) !== null;
  // `serve` may have started during the prompt and created a different token.
  const token = await ensureGatewayToken(deps, candidate);
  const final = token === candidate ? planned : await planApply(deps, options, input, token);
  try {
    return await write(deps, options, final);
  } catch (error) {
    const isOurs = !hadToken && token === candidate;
    if (isOurs && deps.written.size === 0)
      await uninterrupted(deps, (rest) => removeGatewayToken(rest, token));
    throw error;
  }
}

async function confirm(deps: Deps, { json }: ApplyOptions, result: ApplyResult): Promise<void> {
  if (!deps.prompter.canPrompt || json) {
    throw new UsageError('apply needs confirmation and cannot ask for it here', {
      hint: 'Pass --yes to apply the changes, or --dry-run to see them',
    });
  }
  deps.io.err(paintPlan(deps, deps.io.stderr, result));
  const answer = await deps.prompter.confirm({ message: 'Write this?', default: true });
  if (!answer) throw new CancelError();
}

async function write(
  deps: Deps,
  options: ApplyOptions,
  { changes, result }: PlannedApply,
): Promise<ApplyResult> {
  let { validation } = result;
  const { undoId } = await commit(deps, changes, {
    consent: options.yes ? 'refuse' : 'ask',
    verify: async () => {
      validation = await withProgress(deps.io, 'Validating the config with OpenClaw', () =>
        validateConfig(deps),
      );
    },
  });
  const key = options.withKey ? await expectedKey(deps, result.plan) : null;
  const { problems, notes, agents } = await withProgress(
    deps.io,
    'Asking OpenClaw which model and key its agents use',
    () => verifyUse(deps, key, validation === 'valid'),
  );
  return {
    ...result,
    ok: result.problems.length + problems.length === 0,
    problems: [...result.problems, ...problems],
    notes: [...result.notes, ...notes],
    agents,
    undoId,
    validation,
  };
}
