import type { Credits } from '../../openrouter/account.ts';
import type { KeyInfo } from '../../openrouter/key.ts';
import type { WireFailure } from '../../openrouter/wire-error.ts';
import { UserError } from '../../platform/errors.ts';
import { keyFormatProblem } from '../../setup-file/key-format.ts';
import { openClient, refuseOffline } from './client.ts';
import { type FactContext, Unavailable } from './context.ts';
import type { EntryKey } from './keys.ts';

/** What OpenRouter says about a key. */
export interface Account {
  readonly key: EntryKey;
  readonly info: KeyInfo | null;
  /** Null with an ordinary key: credits need a management key. */
  readonly credits: Credits | null;
  /** Why there is no `info`; a key that looks wrong is never sent. */
  readonly refused: {
    /** True when the answer is about the key, and not about a bad day of the server. */
    readonly certain: boolean;
    readonly headline: string;
    readonly fix: string;
    readonly message: string;
  } | null;
}

/** One for each key that was found and looks like one. Throws Unavailable offline and where nothing answers. */
export async function readAccounts(
  given: FactContext,
  keys: readonly EntryKey[],
): Promise<readonly Account[]> {
  refuseOffline(given.options);
  const usable = keys.filter(({ found }) => 'key' in found && keyFormatProblem(found.key) === null);
  if (usable.length === 0) throw new Unavailable('there is no usable key');
  return Promise.all(usable.map((key) => readAccount(given, key)));
}

async function readAccount(given: FactContext, key: EntryKey): Promise<Account> {
  const secret = 'key' in key.found ? key.found.key : null;
  const [{ currentKey }, { credits }, { WireError }] = await Promise.all([
    import('../../openrouter/key.ts'),
    import('../../openrouter/account.ts'),
    import('../../openrouter/wire-error.ts'),
  ]);
  try {
    const client = await openClient(given, secret);
    const info = await currentKey(client);
    const balance = await credits(client).catch(() => null);
    return { key, info, credits: balance, refused: null };
  } catch (error) {
    if (error instanceof WireError) return refusedBy(key, error.failure);
    if (error instanceof UserError) throw new Unavailable(error.message);
    throw error;
  }
}

async function refusedBy(key: EntryKey, failure: WireFailure): Promise<Account> {
  if (failure.kind === 'network' || failure.kind === 'timeout') {
    throw new Unavailable(`OpenRouter did not answer: ${failure.message}`);
  }
  const { judgeFailure } = await import('../../routing/outcomes.ts');
  const { name, walk, headline, fix } = judgeFailure(failure);
  const { message } = failure;
  // There is no text to moderate in a question about a key: 403 is about the key itself.
  const refused =
    name === 'moderation'
      ? { certain: true, headline: 'forbidden', fix: disabledHint, message }
      : { certain: walk === 'stop', headline, fix, message };
  return { key, info: null, credits: null, refused };
}

const disabledHint = 'check at https://openrouter.ai/settings/keys whether the key is disabled';
