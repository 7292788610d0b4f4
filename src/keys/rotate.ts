import { type ChangeSet, changeReport } from '../changes/change-set.ts';
import { assertPrivate } from '../changes/key-exposure.ts';
import { recoverInterrupted } from '../changes/undo.ts';
import { findHost } from '../host/location.ts';
import { type Restart, restartHost } from '../host/program.ts';
import { keyHash, type ManagedKey, readManagedKey } from '../openrouter/managed-keys.ts';
import type { Deps } from '../platform/deps.ts';
import { CancelError, UserError } from '../platform/errors.ts';
import { uninterrupted } from '../platform/interrupts.ts';
import { formatUsd } from '../platform/money.ts';
import { ownCommand } from '../platform/own-command.ts';
import { setupFilePath } from '../platform/paths.ts';
import { keyPage, keyPrefix } from '../setup-file/key-format.ts';
import { readSetup } from '../setup-file/setup-file.ts';
import { futureKey } from './create.ts';
import {
  asOnlyRotation,
  type RotationJournal,
  readJournal,
  unknownRotation,
  writeJournal,
} from './journals.ts';
import {
  managementClient,
  managing,
  unlessGone,
  usedIn,
  withoutManagementKey,
} from './management.ts';
import { chosenKey, findHeldKeys, type HeldKey } from './places.ts';
import { type RemainingUsers, remainingUsers } from './remaining-users.ts';
import { isReplaceable, planReplacement, type Replaceable, replaceKey } from './replace-key.ts';
import {
  makeKey,
  type RotateEvents,
  type RotateOptions,
  type Rotating,
  type RotationPlan,
  retire,
  takeBack,
  takenBack,
  verifyKey,
} from './rotation-steps.ts';
import { hostUsers } from './users.ts';

export interface RotateResult extends RemainingUsers {
  /** False while the old key is still needed and stays enabled. */
  readonly ok: boolean;
  readonly dryRun: boolean;
  readonly plan: RotationPlan | null;
  readonly oldPrefix: string;
  readonly newPrefix: string | null;
  /** What happened to the old key. */
  readonly oldKey: 'kept' | 'disabled' | 'deleted';
  /** The run resumed an interrupted rotation. */
  readonly isResumed: boolean;
  readonly restart: Restart;
  readonly notes: readonly string[];
  readonly undoId: string | null;
}

/**
 * Replaces a key with a new one that has the same name and limits. Every place has a valid key at all times:
 *
 * 1. create the new key under a temporary name that is already in the journal
 * 2. verify that OpenRouter accepts it
 * 3. write it to every place that had the old one
 * 4. check that every user of the old key now uses the new one
 * 5. disable the old key and give the new one its name
 *
 * Both keys are valid from step 1 to step 5. A run that is killed before step 3 is rolled back by the next run; one
 * that is killed later is finished by it.
 */
export async function rotateKey(
  world: Deps,
  options: RotateOptions,
  events: RotateEvents,
): Promise<RotateResult> {
  const path = setupFilePath(world, options.config);
  if (options.dryRun) return dryRun(world, options, path);
  return asOnlyRotation(world, async () => {
    await recoverInterrupted(world);
    const setup = await readSetup(world.files, path);
    const held = await findHeldKeys(world, path);
    const client = await managementClient(world, options, held);
    const deps = withoutManagementKey(world);
    const rotating = { deps, options, events, client, setup };
    try {
      const journal = await readJournal(deps);
      if (journal !== null) await assertKnown(rotating, journal);
      const resumed = journal === null ? null : await resume(rotating, journal, held);
      return resumed ?? (await begin(rotating, held));
    } catch (error) {
      throw await asUnfinished(deps, error);
    }
  });
}

async function dryRun(deps: Deps, options: RotateOptions, path: string): Promise<RotateResult> {
  const setup = await readSetup(deps.files, path);
  const held = await findHeldKeys(deps, path);
  const key = await chosenKey(deps, setup, held, options.key);
  const places = replaceablePlaces(held, key);
  const changes = await planReplacement(deps, places, futureKey);
  const plan = planOf(deps, key, places, changes);
  return { ...nothingDone, dryRun: true, plan, oldPrefix: plan.prefix };
}

function planOf(
  deps: Deps,
  key: string,
  places: readonly Replaceable[],
  changes: ChangeSet,
): RotationPlan {
  const { files, diff } = changeReport(deps, changes);
  const where = places.map((place) => place.where);
  return { prefix: keyPrefix(key), places: where, notes: [], files, diff };
}

const nothingDone = {
  ok: true,
  dryRun: false,
  plan: null,
  newPrefix: null,
  oldKey: 'kept',
  isResumed: false,
  restart: 'absent',
  notes: [],
  undoId: null,
  blocking: [],
  unreached: [],
} as const;

function replaceablePlaces(held: readonly HeldKey[], key: string): readonly Replaceable[] {
  const holding = held.filter((one) => one.key === key);
  const included = holding.find(({ holder }) => holder.kind === 'included');
  if (included !== undefined) {
    throw new UserError(`${included.where} has the key in a file that it includes`, {
      type: 'conflict',
      hint: 'Put it into the config itself or into a variable; files that are included are not changed',
    });
  }
  const places = holding.filter(isReplaceable);
  if (places.length > 0) return places;
  const where = holding.map((one) => one.where).join(', ');
  throw new UserError(`${keyPrefix(key)} is in no file that can be changed`, {
    type: 'key',
    hint: (command) =>
      `It comes from ${where === '' ? 'a command' : where}: change it where that is set. ${command('key create')} makes a new one`,
  });
}

async function begin(rotating: Rotating, held: readonly HeldKey[]): Promise<RotateResult> {
  const { deps, options, events, client, setup } = rotating;
  const key = await chosenKey(deps, setup, held, options.key);
  const places = replaceablePlaces(held, key);
  // Before a key is created: fails here if a file cannot be written or others can read it.
  const changes = await planReplacement(deps, places, futureKey);
  await assertHost(deps, places);
  const what = `${keyPrefix(key)} could not be rotated`;
  const old = await managing(what, readManagedKey(client, keyHash(key)));
  const notes = notesOn(old);
  const plan = { ...planOf(deps, key, places, changes), notes };
  await events.confirm(plan);
  await assertPrivate(deps, changes, options.consent);
  deps.signal.throwIfAborted();
  const { journal, newKey } = await makeKey(rotating, key, old);
  let undoId: string | null;
  try {
    await verifyKey(rotating, newKey);
    undoId = await write(rotating, journal, places, newKey);
  } catch (error) {
    const now = await findHeldKeys(deps, setup.path);
    if (now.some((one) => one.key === newKey)) throw error;
    throw await takenBack(rotating, journal, error);
  }
  const result = await finish(rotating, journal, newKey, places);
  return { ...result, plan, notes, undoId: undoIdAfter(result, undoId) };
}

async function assertHost(deps: Deps, places: readonly Replaceable[]): Promise<void> {
  const profile = places.find(({ holder }) => holder.kind === 'profile');
  if (profile === undefined || (await findHost(deps)).installed) return;
  throw new UserError(`${profile.where} has the key, and only OpenClaw itself can change it`, {
    type: 'not_found',
    hint: 'Put openclaw on PATH',
  });
}

function notesOn(old: ManagedKey): readonly string[] {
  const used = usedIn(old, old.limitReset);
  return old.limit === null || Number(used) === 0
    ? []
    : [`The limit of the new key starts from zero: ${formatUsd(used)} of the old one is used`];
}

/** Returns the id of the undo record; null if no file has changed. */
async function write(
  { deps, options, events }: Rotating,
  { oldHash }: RotationJournal,
  places: readonly Replaceable[],
  newKey: string,
): Promise<string | null> {
  await events.step('Writing the new key');
  const consent = options.consent === 'refuse' ? 'refuse' : 'agreed';
  const rotation = { oldHash, newHash: keyHash(newKey) };
  return replaceKey(deps, places, newKey, { consent, rotation });
}

/** Restarts what needs a restart, checks every user, and retires the old key. */
async function finish(
  rotating: Rotating,
  begun: RotationJournal,
  newKey: string,
  places: readonly Replaceable[],
): Promise<RotateResult> {
  const { deps, options, events, setup } = rotating;
  const writtenMs = begun.writtenMs ?? deps.clock.now().getTime();
  const journal = await uninterrupted(deps, (shielded) =>
    writeJournal(shielded, { ...begun, writtenMs }),
  );
  const fresh = asNewShell(deps, journal.oldHash, newKey);
  const hashes = [journal.oldHash, keyHash(newKey)];
  const isUsedByHost = (await hostUsers(fresh)).some(
    ({ key }) => key !== null && hashes.includes(keyHash(key)),
  );
  const hostUsesIt = isUsedByHost || places.some(({ hostEnv }) => hostEnv !== undefined);
  await events.step(null);
  const restart = options.restart && isUsedByHost ? await restartService(fresh, places) : 'absent';
  await events.step('Checking every user of the key');
  const left = await remainingUsers(deps, fresh, {
    oldHash: journal.oldHash,
    newKey,
    variables: places.flatMap(({ holder }) => ('variable' in holder ? holder.variable : [])),
    writtenMs,
    hostUsesIt,
    apiKeys: (await readSetup(deps.files, setup.path)).entries.map(({ apiKey }) => apiKey),
    setupPath: setup.path,
  });
  const base = { ...nothingDone, ...left, restart, oldPrefix: journal.oldPrefix };
  const result = { ...base, newPrefix: keyPrefix(newKey) };
  if (left.blocking.length > 0 && !options.force) return { ...result, ok: false };
  await events.step('Retiring the old key');
  return { ...result, oldKey: await retire(rotating, journal) };
}

async function restartService(fresh: Deps, places: readonly Replaceable[]): Promise<Restart> {
  const isLinux = fresh.place.platform === 'linux';
  const isOfSystemd = ({ holder }: Replaceable) =>
    'file' in holder && /\/(?:systemd|environment\.d)\//.test(holder.file);
  if (isLinux && places.some(isOfSystemd)) {
    await fresh.exec('systemctl', ['--user', 'daemon-reload'], { env: fresh.env });
  }
  return restartHost(fresh);
}

/** The world with the environment of a new shell, so that programs we start do not inherit the old key. */
function asNewShell(deps: Deps, oldHash: string, newKey: string): Deps {
  const env = Object.fromEntries(
    Object.entries(deps.env).map(([name, value]) => [
      name,
      value !== undefined && keyHash(value) === oldHash ? newKey : value,
    ]),
  );
  return { ...deps, env };
}

/** Throws UserError if OpenRouter knows neither key, because every later step would then seem to succeed. */
async function assertKnown({ deps, client }: Rotating, journal: RotationJournal): Promise<void> {
  let known = 0;
  for (const hash of [journal.oldHash, journal.newHash]) {
    if (hash === null || known > 0) continue;
    const request = unlessGone(readManagedKey(client, hash).then(() => (known += 1)));
    await managing('An unfinished rotation could not go on', request);
  }
  if (known === 0) throw unknownRotation(deps, journal);
}

/** Resumes an interrupted rotation. Null if it was rolled back and a new rotation can begin. */
async function resume(
  rotating: Rotating,
  journal: RotationJournal,
  held: readonly HeldKey[],
): Promise<RotateResult | null> {
  const { deps, client } = rotating;
  const isOf = (hash: string | null) => (one: HeldKey) => keyHash(one.key) === hash;
  const withNew = held.filter(isOf(journal.newHash));
  const withOld = held.filter(isOf(journal.oldHash)).filter(isReplaceable);
  const newKey = withNew[0]?.key;
  if (journal.isRetiring) {
    const oldKey = await retire({ deps, client }, journal);
    const newPrefix = newKey === undefined ? null : keyPrefix(newKey);
    return { ...nothingDone, isResumed: true, oldPrefix: journal.oldPrefix, newPrefix, oldKey };
  }
  if (newKey === undefined) {
    if (journal.writtenMs !== null && withOld.length === 0) throw lostKey(journal);
    await takeBack({ deps, client }, journal);
    return null;
  }
  const undoId = withOld.length > 0 ? await write(rotating, journal, withOld, newKey) : null;
  const places = [...withNew.filter(isReplaceable), ...withOld];
  const result = await finish(rotating, journal, newKey, places);
  return { ...result, isResumed: true, undoId: undoIdAfter(result, undoId) };
}

/** Once the old key is deleted, there is no undo record. */
function undoIdAfter({ oldKey }: RotateResult, undoId: string | null): string | null {
  return oldKey === 'deleted' ? null : undoId;
}

function lostKey({ oldPrefix, newHash }: RotationJournal): UserError {
  return new UserError(
    `The rotation of ${oldPrefix} cannot continue: neither it nor the new key is set anywhere now`,
    {
      type: 'conflict',
      hint: `Set one of them again. The new key: ${keyPage(newHash ?? '')}`,
    },
  );
}

/** Once the new key is in use, a rotation only moves forward. */
async function asUnfinished(deps: Deps, error: unknown): Promise<unknown> {
  const journal = await readJournal(deps);
  if (journal === null || !(error instanceof CancelError)) return error;
  const again = ownCommand(deps.place)('key rotate');
  return new CancelError(
    `Interrupted: the old key and the new one both work. To finish, run again: ${again}`,
    error.exitCode,
  );
}
