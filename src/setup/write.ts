import type { ChangeSet } from '../changes/change-set.ts';
import { commit, commitFresh } from '../changes/commit.ts';
import type { Deps } from '../platform/deps.ts';
import { UserError } from '../platform/errors.ts';
import { nextSteps } from './next.ts';
import type { InitOptions } from './options.ts';
import type { Prepared } from './prepare.ts';
import { type Restart, restartHost } from './restart.ts';
import type { InitResult, PrimaryProof } from './result.ts';

/**
 * Writes the change set as one undo, then restarts OpenClaw where that is wanted and it is here. A person has agreed to
 * the place of the key when they gave it. With `replan`, which is for changes that nobody was shown, the files are read and planned again under their locks: several processes
 * that write at once wait for each other, and none meets a conflict.
 */
export async function write(
  deps: Deps,
  { changes, result }: Prepared,
  proofs: readonly PrimaryProof[],
  { restart, sandbox }: Pick<InitOptions, 'restart' | 'sandbox'>,
  replan?: () => Promise<ChangeSet>,
): Promise<InitResult> {
  const paths = changes.files.map(({ path }) => path);
  const { undoId } = await (replan === undefined
    ? commit(deps, changes, { consent: 'agreed' })
    : commitFresh(deps, paths, replan));
  const outcome = restart && !sandbox ? await restartHost(deps) : 'absent';
  const warnings = [...result.warnings, ...restartWarnings[outcome]];
  const next = await nextSteps(deps, changes, { restarted: outcome === 'done', sandbox });
  return { ...result, warnings, proofs, verified: allAnswered(proofs), undoId, next };
}

const restartWarnings: Readonly<Record<Restart, readonly string[]>> = {
  done: [],
  absent: [],
  failed: ['OpenClaw could not be restarted; what it said is above'],
  stopped: ['Interrupted once all was written: OpenClaw may not have been restarted'],
};

/** What the result is when there was nothing to write. */
export async function nothingWritten(
  deps: Deps,
  { changes, result }: Prepared,
  { sandbox }: Pick<InitOptions, 'sandbox'>,
): Promise<InitResult> {
  return { ...result, next: await nextSteps(deps, changes, { restarted: false, sandbox }) };
}

function allAnswered(proofs: readonly PrimaryProof[]): boolean {
  return proofs.length > 0 && proofs.every(({ ok }) => ok);
}

export function noKey(): UserError {
  return new UserError('There is no key to prove the setup with', {
    type: 'key',
    hint: [
      'Make one at https://openrouter.ai/keys and give it with --key-stdin or --key-env <NAME>',
      'Say --no-verify to write without a proof, --sandbox to try it without a key',
    ].join('\n'),
  });
}
