import { assertPrivate } from '../../changes/key-exposure.ts';
import { recoverInterrupted } from '../../changes/undo.ts';
import {
  askLimit,
  createKeyMaker,
  defaultKeyName,
  futureKey,
  type KeySettings,
  keyNameProblem,
  settingsForBudget,
} from '../../keys/create.ts';
import {
  changeLimit,
  type LimitChange,
  type ManagementOptions,
  managementClient,
} from '../../keys/management.ts';
import { chosenKey, findHeldKeys, type HeldKey } from '../../keys/places.ts';
import type { LimitReset, ManagedKey } from '../../openrouter/managed-keys.ts';
import type { Deps } from '../../platform/deps.ts';
import { CancelError, UsageError, UserError } from '../../platform/errors.ts';
import { setupFilePath, tildePath } from '../../platform/paths.ts';
import type { InitOptions } from '../../setup/flags.ts';
import { type InitPlan, type InitResult, planInit } from '../../setup/init-plan.ts';
import { createdKey, rcFileFrom } from '../../setup/setup-key.ts';
import { emptyRequest } from '../../setup/setup-request.ts';
import { write } from '../../setup/write.ts';
import { keyPrefix, keyVariable } from '../../setup-file/key-format.ts';
import { commandToStoreKey, mainVariable } from '../../setup-file/missing-key.ts';
import { readSetup, type SetupFile } from '../../setup-file/setup-file.ts';
import { withProgress } from '../../terminal/progress.ts';

export interface CreateOptions
  extends ManagementOptions,
    Pick<
      InitOptions,
      'config' | 'json' | 'yes' | 'dryRun' | 'sandbox' | 'shell' | 'rcFile' | 'restart'
    > {
  readonly name: string | undefined;
  /** USD as a decimal string; null for no limit. */
  readonly limit: string | null | undefined;
  readonly limitReset: LimitReset | undefined;
  readonly expiresInDays: number | undefined;
  /** Store the key even if there already is one. */
  readonly replace: boolean;
}

export interface CreateResult extends Pick<InitResult, 'files' | 'warnings' | 'undoId' | 'next'> {
  readonly ok: true;
  readonly dryRun: boolean;
  /** Null with `dryRun`. */
  readonly created: Omit<ManagedKey, 'disabled'> | null;
  readonly key: { readonly prefix: string } | null;
  /** The unified diff; only with `dryRun`. */
  readonly diff: string;
}

/** Creates a key and stores it the way `init` does. If it cannot be stored, the key is removed again. */
export async function runCreate(deps: Deps, options: CreateOptions): Promise<CreateResult> {
  const asks = !options.yes && !options.dryRun;
  if (asks && (options.json || !deps.prompter.canPrompt)) throw cannotAsk();
  if (!options.dryRun) await recoverInterrupted(deps);
  const path = setupFilePath(deps, options.config);
  const setup = await readSetup(deps.files, path);
  const held = await findHeldKeys(deps, path);
  if (!options.replace && !options.sandbox) assertNoKey(held, setup);
  const plan = await planStorage(deps, options, setup, futureKey);
  if (options.dryRun) return { ...resultOf(plan.result), dryRun: true, diff: plan.result.diff };
  await assertPrivate(deps, plan.changes, asks ? 'ask' : 'refuse');
  const client = await managementClient(deps, options, held);
  const settings = asks
    ? await askSettings(deps, options, setup, plan.result)
    : settingsFrom(options);
  const maker = createKeyMaker(deps, path);
  return maker.keepStored(async () => {
    const { key, managed } = await withProgress(deps.io, 'Creating the key', () =>
      maker.create(client, settings),
    );
    const stored = await planStorage(deps, options, setup, key);
    const { disabled, ...created } = managed;
    return {
      ...resultOf(await write(deps, stored, [], options)),
      created,
      key: { prefix: keyPrefix(key) },
    };
  });
}

function cannotAsk(): UsageError {
  return new UsageError('key create asks questions, and cannot do so here', {
    hint: 'Pass --yes to use the flags instead, or --dry-run to see what would be written',
  });
}

function assertNoKey(held: readonly HeldKey[], { entries }: SetupFile): void {
  const keyOf = (variable: string) =>
    held.find(({ holder }) => 'variable' in holder && holder.variable === variable);
  const present = keyOf(mainVariable(entries));
  if (present === undefined) return;
  const lacking = entries.find(({ apiKey }) => {
    const variable = keyVariable(apiKey);
    return variable !== null && keyOf(variable) === undefined;
  });
  throw new UserError(`${present.where} has a key already: ${keyPrefix(present.key)}`, {
    type: 'conflict',
    hint: (command) =>
      [
        ...(lacking === undefined
          ? []
          : [`Store one for ${lacking.name}: ${commandToStoreKey(command, lacking.name)}`]),
        `Replace it everywhere, without an outage: ${command('key rotate')}`,
        'Store another one there anyway: --replace',
      ].join('\n'),
  });
}

/** Plans what to write. In the sandbox the key is not stored. */
async function planStorage(
  deps: Deps,
  { shell, rcFile, sandbox }: CreateOptions,
  setup: SetupFile,
  key: string,
): Promise<InitPlan> {
  const chosen = createdKey(key, rcFileFrom(deps, { rc: !sandbox, shell, rcFile }));
  const variable = mainVariable(setup.entries);
  const notes = sandbox ? ['This was a rehearsal in the sandbox: no key is stored'] : chosen.notes;
  const stored = { ...chosen, variable, notes };
  const plan = await planInit(deps, { setup }, emptyRequest, stored, null);
  return { ...plan, changes: { ...plan.changes, command: 'key create' } };
}

function settingsFrom(options: CreateOptions): KeySettings {
  const { name = defaultKeyName, limit = null, limitReset, expiresInDays = null } = options;
  if (limit === null && limitReset !== undefined && limitReset !== null) {
    throw new UsageError('--reset needs a limit', { hint: 'Pass --limit <usd> too' });
  }
  return { name, limit, limitReset: limitReset ?? null, expiresInDays };
}

/** Prompts for what the flags leave open, then for confirmation. */
async function askSettings(
  deps: Deps,
  options: CreateOptions,
  setup: SetupFile,
  { files }: Pick<InitResult, 'files'>,
): Promise<KeySettings> {
  const { io, prompter, place } = deps;
  const name =
    options.name ??
    (await prompter.input({
      message: 'Name of the key',
      default: defaultKeyName,
      validate: (text) => {
        const problem = keyNameProblem(io, text);
        return problem === null || `The name ${problem}`;
      },
    }));
  const answered =
    options.limit === undefined
      ? await askLimit(deps, settingsForBudget(setup.entries[0]?.budget))
      : { limit: options.limit, limitReset: null };
  const limitReset = options.limitReset ?? answered.limitReset;
  const { limit } = answered;
  const settings = settingsFrom({
    ...options,
    ...{ name: name.trim(), limit, limitReset: limit === null ? undefined : limitReset },
  });
  const where = files.map((file) => tildePath(file.path, place)).join(', ') || 'no file';
  const message = `Create the key and store it in ${where}?`;
  if (!(await prompter.confirm({ message, default: true }))) throw new CancelError();
  return settings;
}

function resultOf({ files, warnings, undoId, next }: InitResult): CreateResult {
  return {
    ok: true,
    dryRun: false,
    created: null,
    key: null,
    diff: '',
    files,
    warnings,
    undoId,
    next,
  };
}

export interface LimitOptions extends ManagementOptions, LimitChange {
  readonly config: string | undefined;
  /** The first characters of the key; undefined for the key of the setup file. */
  readonly key: string | undefined;
}

export interface LimitResult {
  readonly ok: true;
  readonly prefix: string;
  readonly before: ManagedKey;
  readonly after: ManagedKey;
}

/** Changes the limit of a key at OpenRouter. Changes no files. */
export async function runLimit(deps: Deps, options: LimitOptions): Promise<LimitResult> {
  const path = setupFilePath(deps, options.config);
  const setup = await readSetup(deps.files, path);
  const held = await findHeldKeys(deps, path);
  const key = await chosenKey(deps, setup, held, options.key);
  const client = await managementClient(deps, options, held);
  const changed = await withProgress(deps.io, 'Changing the limit', () =>
    changeLimit(client, key, options),
  );
  return { ok: true, prefix: keyPrefix(key), ...changed };
}
