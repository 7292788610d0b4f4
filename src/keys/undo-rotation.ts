import { type Undone, type UndoPlan, undo } from '../changes/undo.ts';
import { keyHash, readManagedKey, updateManagedKey } from '../openrouter/managed-keys.ts';
import type { Deps } from '../platform/deps.ts';
import { hintText, UserError } from '../platform/errors.ts';
import { uninterrupted } from '../platform/interrupts.ts';
import { shellWord } from '../text/escape.ts';
import { asOnlyRotation, removeJournal } from './journals.ts';
import {
  type ManagementOptions,
  managementClient,
  managing,
  withoutManagementKey,
} from './management.ts';
import { findHeldKeys } from './places.ts';
import { isReplaceable, storeInProfile } from './replace-key.ts';

/**
 * Undoes a change set that replaced a key. The old key is enabled again before it is restored anywhere, and the new one
 * is disabled afterwards. Throws UserError if the old key was deleted, and whatever `undo` throws.
 */
export async function undoRotation(
  world: Deps,
  { record, recordFile, steps }: UndoPlan,
  options: ManagementOptions & { readonly force: boolean; readonly setupPath: string },
): Promise<Undone> {
  const { oldHash = '', newHash = '' } = record.rotation ?? {};
  return asOnlyRotation(world, async () => {
    const held = await findHeldKeys(world, options.setupPath);
    const client = await managementClient(world, options, held);
    const deps = withoutManagementKey(world);
    const what = 'The old key could not be enabled again';
    const old = await managing(what, readManagedKey(client, oldHash)).catch((error: unknown) => {
      throw error instanceof UserError && error.type === 'not_found'
        ? unknownKey(world, error, recordFile)
        : error;
    });
    const profiles = held
      .filter(isReplaceable)
      .filter(({ key, holder }) => holder.kind === 'profile' && keyHash(key) === newHash);
    const texts = steps.flatMap(({ before }) => before ?? []);
    const oldKey = texts.map((text) => keyIn(text, oldHash)).find((key) => key !== null) ?? null;
    if (oldKey === null && profiles[0] !== undefined) {
      throw new UserError(`The old key of ${profiles[0].where} is not on record`, {
        type: 'conflict',
        hint: (command) => `Replace the key once more instead: ${command('key rotate')}`,
      });
    }
    await managing(what, updateManagedKey(client, oldHash, { disabled: false }));
    return uninterrupted(deps, async (shielded) => {
      const undone = await undo(shielded, { id: record.id, force: options.force }).catch(
        async (error: unknown) => {
          if (old.disabled) await updateManagedKey(client, oldHash, { disabled: true });
          throw error;
        },
      );
      for (const place of profiles) await storeInProfile(shielded, place, oldKey ?? '');
      const request = updateManagedKey(client, newHash, { disabled: true });
      await managing('Everything has the old key again, but the new one is still enabled', request);
      await removeJournal(shielded);
      return undone;
    });
  });
}

/** If the old key was deleted, no later attempt can succeed, and the record bars the way to the changes before it. */
function unknownKey(
  { place }: Pick<Deps, 'place'>,
  { message, type, hint = '' }: UserError,
  recordFile: string,
): UserError {
  const forget = `If it was deleted, this change cannot be undone. To go on to the one before: rm ${shellWord(recordFile)}`;
  return new UserError(message, { type, hint: `${hintText(hint, place)}\n${forget}` });
}

function keyIn(text: string, hash: string): string | null {
  const keys = text.match(/(?<![\w-])sk-or-v1-[\w-]{32,}/g) ?? [];
  return keys.find((key) => keyHash(key) === hash) ?? null;
}
