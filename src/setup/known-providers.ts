import { lazyClient } from '../catalog/load.ts';
import { unknownProvider } from '../catalog/provider-names.ts';
import { listProviders, type Provider } from '../openrouter/endpoints.ts';
import { WireError } from '../openrouter/wire-error.ts';
import type { Deps } from '../platform/deps.ts';
import { UserError } from '../platform/errors.ts';
import { isRecord } from '../platform/record.ts';
import type { InitOptions, SetupFlags } from './flags.ts';

/**
 * Throws UserError of type `not_found` for a provider in the flags that does not exist: excluding it would have no
 * effect, and may be a rule for privacy. Accepts all if OpenRouter cannot be asked.
 */
export async function assertKnownProviders(
  deps: Deps,
  { flags, timeoutMs }: Pick<InitOptions, 'flags' | 'timeoutMs'>,
): Promise<void> {
  const names = providersIn(flags);
  const known = names.length === 0 ? null : await providersIfAny(deps, timeoutMs);
  if (known === null) return;
  for (const name of names) {
    const unknown = unknownProvider(known, name);
    if (unknown === null) continue;
    const { near } = unknown;
    throw new UserError(`OpenRouter has no provider "${name}"`, {
      type: 'not_found',
      hint: near === null ? 'See https://openrouter.ai/providers' : `Did you mean ${near}?`,
    });
  }
}

async function providersIfAny(deps: Deps, timeoutMs: number): Promise<readonly Provider[] | null> {
  try {
    return await listProviders(await lazyClient(deps, timeoutMs).load());
  } catch (error) {
    if (error instanceof WireError) return null;
    throw error;
  }
}

/** The providers in the flags of their own, and in `provider` among the parameters. */
function providersIn({ excludeProvider = [], preferProvider = [], param = [] }: SetupFlags) {
  const rules = param.flatMap(({ name, value }) =>
    name === 'provider' && isRecord(value) ? [value.ignore, value.order, value.only] : [],
  );
  const listed = rules
    .flatMap((list): readonly unknown[] => (Array.isArray(list) ? list : []))
    .filter((name) => typeof name === 'string');
  return [...excludeProvider, ...preferProvider, ...listed];
}
