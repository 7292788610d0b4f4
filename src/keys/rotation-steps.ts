import type { ChangeReport } from '../changes/change-set.ts';
import type { ExposureConsent } from '../changes/key-exposure.ts';
import { forgetRotation } from '../changes/records.ts';
import type { Client } from '../openrouter/client.ts';
import {
  createManagedKey,
  deleteManagedKey,
  type ManagedKey,
  updateManagedKey,
} from '../openrouter/managed-keys.ts';
import type { Deps } from '../platform/deps.ts';
import { dayMs } from '../platform/durations.ts';
import { UserError } from '../platform/errors.ts';
import { uninterrupted } from '../platform/interrupts.ts';
import { type OwnCommand, ownCommand } from '../platform/own-command.ts';
import { probePrimaries } from '../probe/certify.ts';
import { keyPrefix } from '../setup-file/key-format.ts';
import type { SetupFile } from '../setup-file/setup-file.ts';
import { expiryAfter, untilAccepted } from './create.ts';
import {
  deleteLost,
  giveName,
  type RotationJournal,
  removeJournal,
  temporaryNameOf,
  writeJournal,
} from './journals.ts';
import { type ManagementOptions, managing, unlessGone } from './management.ts';

export interface RotateOptions extends ManagementOptions {
  readonly config: string | undefined;
  /** The first digits of the key; undefined for the key of the setup file. */
  readonly key: string | undefined;
  /** Delete the old key instead of disabling it. */
  readonly deletes: boolean;
  /** Disable the old key even if something still uses it. */
  readonly force: boolean;
  readonly dryRun: boolean;
  /** Send a live request with the new key first. */
  readonly verify: boolean;
  readonly restart: boolean;
  readonly consent: ExposureConsent;
}

/** What a rotation will do, shown before it starts. */
export interface RotationPlan extends Pick<ChangeReport, 'files' | 'diff'> {
  readonly prefix: string;
  /** All places that get the new key, as shown to the user. */
  readonly places: readonly string[];
  readonly notes: readonly string[];
}

/** Progress callbacks; `confirm` throws CancelError if the user declines. */
export interface RotateEvents {
  confirm(plan: RotationPlan): Promise<void>;
  /** Null clears the progress line, because a program that we start is about to print. */
  step(what: string | null): Promise<void>;
}

/** What the steps of a rotation need. */
export interface Rotating {
  readonly deps: Deps;
  readonly options: RotateOptions;
  readonly events: RotateEvents;
  readonly client: Client;
  readonly setup: SetupFile;
}

/** Creates the key that will replace `key`. */
export async function makeKey(
  { deps, options, events, client }: Rotating,
  key: string,
  old: ManagedKey,
): Promise<{ readonly journal: RotationJournal; readonly newKey: string }> {
  await events.step('Creating the new key');
  return uninterrupted(deps, async (shielded) => {
    const journal = await writeJournal(shielded, {
      oldHash: old.hash,
      oldPrefix: keyPrefix(key),
      temporaryName: temporaryNameOf(old.name, 'rotation'),
      name: old.name,
      workspaceId: old.workspaceId,
      newHash: null,
      writtenMs: null,
      isRetiring: false,
      deletes: options.deletes,
    });
    const { limit, limitReset, includeByok, workspaceId } = old;
    const wanted = { limit, limitReset, includeByok, workspaceId };
    const expiresAt = expiryLike(deps, old);
    const name = journal.temporaryName;
    const request = createManagedKey(client, { ...wanted, name, expiresAt });
    const made = await managing('The new key could not be created', request).catch(
      async (error: unknown) => {
        // The request may have created the key anyway.
        throw await takenBack({ deps: shielded, client }, journal, error);
      },
    );
    deps.io.conceal(made.key);
    const newHash = made.managed.hash;
    return { newKey: made.key, journal: await writeJournal(shielded, { ...journal, newHash }) };
  });
}

/** An expiry that gives the new key the same lifetime as the old one, counted from now. */
function expiryLike(deps: Deps, { createdAt, expiresAt }: ManagedKey): string | null {
  if (expiresAt === null) return null;
  const life = Date.parse(expiresAt) - Date.parse(createdAt ?? expiresAt);
  return expiryAfter(deps, Math.max(life, dayMs));
}

/** Throws UserError if the new key is rejected or gets no response. */
export async function verifyKey(
  { deps, options, events, setup }: Rotating,
  newKey: string,
): Promise<void> {
  await events.step('Verifying the new key');
  const refused = await untilAccepted(deps, newKey, options.timeoutMs);
  if (refused !== null) {
    throw new UserError(`The new key is not accepted: ${refused.message}`, { type: 'api' });
  }
  const [entry] = setup.entries;
  if (!options.verify || entry === undefined) return;
  const [proof] = await probePrimaries(deps, [{ entry, key: newKey }], options.timeoutMs);
  if (proof === undefined || proof.ok) return;
  throw new UserError(
    `The new key got no answer from ${proof.model}: ${proof.headline ?? ''} ${proof.message ?? ''}`,
    { type: 'api', hint: 'Pass --no-verify to rotate without a live request' },
  );
}

/**
 * Disables or deletes the old key, and gives the new one its name. A rotation whose old key is deleted leaves no undo
 * record: it would restore a dead key, and bar the way to the changes before it.
 */
export async function retire(
  { deps, client }: Pick<Rotating, 'deps' | 'client'>,
  journal: RotationJournal,
): Promise<'disabled' | 'deleted'> {
  return uninterrupted(deps, async (shielded) => {
    const { oldHash, newHash, name, deletes } = await writeJournal(shielded, {
      ...journal,
      isRetiring: true,
    });
    const retired = deletes
      ? deleteManagedKey(client, oldHash)
      : updateManagedKey(client, oldHash, { disabled: true });
    const again = (command: OwnCommand) =>
      `The new key is in use everywhere. To finish, run again: ${command('key rotate')}`;
    const verb = deletes ? 'deleted' : 'disabled';
    await managing(`The old key could not be ${verb}`, unlessGone(retired), again);
    if (deletes) await forgetRotation(shielded, { oldHash });
    if (newHash !== null) await giveName(shielded, client, { hash: newHash, name });
    await removeJournal(shielded);
    return verb;
  });
}

/** Deletes the new key, which is not stored anywhere, and removes the journal. */
export async function takeBack(
  { deps, client }: Pick<Rotating, 'deps' | 'client'>,
  journal: RotationJournal,
): Promise<void> {
  await deleteLost(client, { ...journal, hash: journal.newHash });
  await removeJournal(deps);
}

/** Rolls back a rotation that failed before the new key was in use, and returns the error to throw. */
export async function takenBack(
  { deps, client }: Pick<Rotating, 'deps' | 'client'>,
  journal: RotationJournal,
  error: unknown,
): Promise<unknown> {
  return uninterrupted(deps, async (shielded) => {
    try {
      await takeBack({ deps: shielded, client }, journal);
    } catch (second) {
      const reason = second instanceof Error ? second.message : String(second);
      const again = ownCommand(deps.place)('key rotate');
      shielded.io.err(
        `  The new key could not be removed: ${reason}. To remove it, run again: ${again}\n`,
      );
    }
    return error;
  });
}
