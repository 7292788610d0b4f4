import { isDeepStrictEqual } from 'node:util';
import {
  type ChangeSet,
  changedFiles,
  diffOf,
  type PlannedFile,
  planFile,
} from '../../changes/change-set.ts';
import { commit } from '../../changes/commit.ts';
import { keyNotes } from '../../changes/key-exposure.ts';
import { recoverInterrupted } from '../../changes/undo.ts';
import { readText } from '../../config/snapshot.ts';
import { type AppliedSetting, stillThere } from '../../host/applied.ts';
import { planApplied, readApplied } from '../../host/applied-file.ts';
import { parseHostConfig, readHostConfig, wholeHostConfig } from '../../host/config.ts';
import {
  ensureGatewayToken,
  newGatewayToken,
  readGatewayToken,
  removeGatewayToken,
} from '../../host/gateway-token.ts';
import { editsOfFile } from '../../host/include.ts';
import { hostPaths } from '../../host/location.ts';
import { hostChain } from '../../host/model.ts';
import { entryInForce, type HostPlan, planHost } from '../../host/plan.ts';
import type { Deps } from '../../platform/deps.ts';
import { CancelError, UsageError, UserError } from '../../platform/errors.ts';
import { uninterrupted } from '../../platform/interrupts.ts';
import { setupFilePath, tildePath } from '../../platform/paths.ts';
import { chooseEntry } from '../../routing/choose.ts';
import type { Entry } from '../../setup-file/entry.ts';
import { refuseShape } from '../../setup-file/refuse-shape.ts';
import { readSetup, type Setup } from '../../setup-file/setup-file.ts';
import { type CarriedKey, keyFor } from './key.ts';
import { paintPlan, pathText } from './render.ts';
import type { ApplyOptions, ApplyResult } from './result.ts';
import { validate } from './validate.ts';

/**
 * Carries the setup file into the host's config: plans, shows, asks, writes, has the host validate it, and takes it
 * back when the host refuses. Throws UserError: `not_found` without a setup file, an entry or a host, `file` when the
 * host refuses what was written; UsageError where it would have to ask and cannot; CancelError when the answer is no.
 */
export async function runApply(deps: Deps, options: ApplyOptions): Promise<ApplyResult> {
  if (options.mode === 'write') await recoverInterrupted(deps);
  const known = await gather(deps, options);
  const token = (await readGatewayToken(deps)) ?? newGatewayToken();
  const planned = await plan(deps, options, known, token);
  if (options.mode !== 'write' || !planned.result.changed) return planned.result;
  if (!options.yes) await ask(deps, options, planned.result);
  if (!planned.result.plan.throughGateway) return write(deps, options, planned);
  const wasThere = (await readGatewayToken(deps)) !== null;
  // Somebody may have started `serve`, which made one of its own, before the answer came.
  const kept = await ensureGatewayToken(deps, token);
  const final = kept === token ? planned : await plan(deps, options, known, kept);
  try {
    return await write(deps, options, final);
  } catch (error) {
    const isOurs = !wasThere && kept === token;
    if (isOurs && deps.written.size === 0)
      await uninterrupted(deps, (rest) => removeGatewayToken(rest, kept));
    throw error;
  }
}

/** Everything that the plan goes by. */
type Known = Awaited<ReturnType<typeof gather>>;

async function gather(deps: Deps, options: ApplyOptions) {
  const setup = await readSetup(deps.files, setupFilePath(deps, options.config));
  requireSetup(deps, setup);
  refuseShape(setup);
  const { entry: chosen } = chooseEntry(
    setup,
    options.entry === undefined ? {} : { entry: options.entry },
  );
  requireModel(setup, chosen);
  const host = await readHostConfig(deps);
  const key = await keyFor(deps, chosen, options.withKey);
  return { setup, chosen, host, key, applied: await readApplied(deps, host.snapshot.path) };
}

interface Planned {
  readonly changes: ChangeSet;
  readonly result: ApplyResult;
}

async function plan(
  deps: Deps,
  options: ApplyOptions,
  { setup, chosen, host, key, applied }: Known,
  gatewayToken: string,
): Promise<Planned> {
  deps.io.conceal(gatewayToken);
  const { snapshot, own, value } = host;
  const keyIsThere = key.state !== 'missing';
  const carry = { stateFolder: stateFolder(deps), keyIsThere, gatewayToken, applied };
  // Where nothing is asked for, any entry may have been made the default.
  const isAny = options.entry === undefined && options.throughGateway === null;
  const inForce = isAny && options.mode === 'check' ? entryInForce(setup, value, carry) : null;
  const entry = inForce ?? chosen;
  const hostPlan = planHost(setup, value, {
    ...carry,
    entry,
    throughGateway: options.throughGateway,
  });
  const { throughGateway, differences } = hostPlan;
  const edits = editsOfFile(hostPlan.edits, own, value);
  const holdsToken = throughGateway && edits.length > 0;
  const hostFile = planFile(snapshot, 'json5', edits, { holdsToken });
  const after = await configAfter(deps, hostFile);
  const changes: ChangeSet = {
    command: 'apply',
    files: [
      await memoryFile(deps, snapshot.path, stillThere(hostPlan.applied, after)),
      hostFile,
      ...(await keyFile(deps, key)),
    ],
  };
  const result = await resultOf(deps, options, hostPlan, key, changes);
  if (options.mode === 'check') {
    return { changes, result: { ...result, ok: !result.changed && differences.length === 0 } };
  }
  if (!isDeepStrictEqual(own, value)) {
    requireCarried(deps, hostFile, planHost(setup, after, { ...carry, entry, throughGateway }));
  }
  return { changes, result };
}

async function write(
  deps: Deps,
  { yes }: ApplyOptions,
  { changes, result }: Planned,
): Promise<ApplyResult> {
  let { validation } = result;
  const { undoId } = await commit(deps, changes, {
    consent: yes ? 'refuse' : 'ask',
    verify: async () => {
      validation = await validate(deps);
    },
  });
  return { ...result, undoId, validation };
}

/** What the host goes by once the file is written. */
function configAfter({ files }: Deps, { path, after }: PlannedFile): Promise<unknown> {
  return wholeHostConfig(files, parseHostConfig(after, path), path);
}

/** What the config includes may have the last word; then nothing that is written beside it helps. */
function requireCarried({ place }: Deps, { path }: PlannedFile, { differences }: HostPlan): void {
  const [still] = differences;
  if (still === undefined) return;
  const config = tildePath(path, place);
  throw new UserError(`${pathText(still.path)} is in a file that ${config} includes`, {
    hint: `apply changes ${config} alone: move that member there, then apply again`,
  });
}

async function memoryFile(
  deps: Deps,
  config: string,
  applied: readonly AppliedSetting[],
): Promise<PlannedFile> {
  const { before, after } = await planApplied(deps, config, applied);
  const { path } = before;
  const rest = { dialect: 'json5', notes: [], holdsKey: false, isMemory: true } as const;
  return { path, before, after, setMode: 0o600, ...rest };
}

function requireSetup({ place }: Deps, setup: Setup): void {
  if (setup.exists) return;
  throw new UserError(`There is no setup file at ${tildePath(setup.path, place)}`, {
    type: 'not_found',
    hint: 'openclaw-openrouter init writes one',
  });
}

function requireModel(setup: Setup, entry: Entry): void {
  if (hostChain(entry).length > 0) return;
  const place = setup.at([...entry.path, 'defaultModel']);
  throw new UserError(`The entry "${entry.name}" names no model`, {
    hint: 'Set its defaultModel, or choose another entry with --entry',
    ...(place === undefined ? {} : { place }),
  });
}

function stateFolder(deps: Deps): string {
  return tildePath(hostPaths(deps).stateFolder, deps.place);
}

async function keyFile(deps: Deps, { edits }: CarriedKey): Promise<readonly PlannedFile[]> {
  if (edits.length === 0) return [];
  const snapshot = await readText(deps.files, hostPaths(deps).dotenv);
  return [planFile(snapshot, 'dotenv', edits, { holdsKey: true })];
}

async function resultOf(
  deps: Deps,
  { mode }: ApplyOptions,
  plan: HostPlan,
  key: CarriedKey,
  changes: ChangeSet,
): Promise<ApplyResult> {
  const files = changedFiles(changes);
  const ofKey = mode === 'check' ? [] : await keyNotes(deps, changes);
  return {
    ok: true,
    mode,
    changed: files.length > 0,
    hostConfig: hostPaths(deps).config,
    plan,
    key,
    files: files.map(({ path, before }) => ({ path, action: before.exists ? 'update' : 'create' })),
    diff: diffOf(changes, {
      mask: deps.io.mask,
      name: (path) => tildePath(path, deps.place),
    }),
    notes: [...plan.notes, ...ofKey],
    validation: 'not asked',
    undoId: null,
  };
}

async function ask(deps: Deps, { json }: ApplyOptions, result: ApplyResult): Promise<void> {
  if (!deps.prompter.canPrompt || json) {
    throw new UsageError('apply changes files and cannot ask here', {
      hint: 'Say --yes to do it, or --dry-run to see what it would do',
    });
  }
  deps.io.err(paintPlan(deps.io.stderr, result));
  const sure = await deps.prompter.confirm({ message: 'Write this?', default: true });
  if (!sure) throw new CancelError();
}
