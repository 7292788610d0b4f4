import { recoverInterrupted } from '../../changes/recover.ts';
import type { Deps } from '../../platform/deps.ts';
import { UsageError } from '../../platform/errors.ts';
import { look } from '../../setup/detect.ts';
import type { InitOptions } from '../../setup/options.ts';
import type { InitResult } from '../../setup/result.ts';
import { initByFlags } from './by-flags.ts';

/**
 * From nothing to a proven setup: look, answers (flags, or questions), plan, preview, prove, write, restart.
 * Throws UserError for what stands in the way, CancelError when a person stops; nothing is written then.
 */
export async function runInit(deps: Deps, options: InitOptions): Promise<InitResult> {
  refuseSilence(deps, options);
  if (!options.dryRun) await recoverInterrupted(deps);
  const found = await look(deps, options);
  if (options.yes || options.dryRun) return initByFlags(deps, options, found);
  const { converse } = await import('../../wizard/wizard.ts');
  return converse(deps, options, found);
}

// Without a terminal there is nobody to ask: what may be written must have been said.
function refuseSilence({ prompter }: Deps, { yes, dryRun }: InitOptions): void {
  if (yes || dryRun || prompter.canPrompt) return;
  throw new UsageError('init asks questions, and here is no terminal to answer on', {
    hint: [
      'Say --yes to go by flags, e.g.: printf %s "$KEY" | openclaw-openrouter init --yes --preset basic --key-stdin',
      'Say --dry-run to see what would be written',
    ].join('\n'),
  });
}
