import { randomBytes } from 'node:crypto';
import type { Client } from '../openrouter/client.ts';
import { deleteManagedKey, listKeys, updateManagedKey } from '../openrouter/managed-keys.ts';
import { WireError } from '../openrouter/wire-error.ts';
import type { Deps } from '../platform/deps.ts';
import { managing, unlessGone } from './management.ts';

/** A unique name. It identifies a key that was created just before the connection or the run ended. */
export function temporaryNameOf(name: string, what: 'new' | 'rotation'): string {
  return `${name} (${what} ${randomBytes(6).toString('hex')})`;
}

/**
 * Gives a key its name. If OpenRouter refuses the name, that is reported but not an error: the key works without it,
 * and a retry cannot help. Throws UserError for any other failure.
 */
export async function giveName(
  { io }: Pick<Deps, 'io'>,
  client: Client,
  { hash, name }: { readonly hash: string; readonly name: string },
): Promise<void> {
  const what = 'The new key could not be given its name';
  const again = (program: string) =>
    `The new key is in use everywhere. To finish, run again: ${program} key rotate`;
  const request = updateManagedKey(client, hash, { name }).catch((error: unknown) => {
    if (!(error instanceof WireError && isRefusal(error))) throw error;
    io.err(`  ${what} ${name}: ${error.message}\n`);
  });
  await managing(what, unlessGone(request), again);
}

function isRefusal({ failure: { kind, status } }: WireError): boolean {
  return kind === 'http' && [400, 403, 405, 409, 422].includes(status ?? 0);
}

/** Deletes a key that is not stored anywhere, if it exists. Returns whether it did. Throws UserError. */
export async function deleteLost(
  client: Client,
  lost: {
    readonly temporaryName: string;
    readonly hash: string | null;
    readonly workspaceId: string | null;
  },
): Promise<boolean> {
  const what = 'The key of an interrupted run could not be deleted';
  const keys = await managing(what, listKeys(client, lost.workspaceId));
  const ours = keys.filter(({ hash, name }) => name === lost.temporaryName || hash === lost.hash);
  for (const { hash } of ours) {
    await managing(what, unlessGone(deleteManagedKey(client, hash)));
  }
  return ours.length > 0;
}
