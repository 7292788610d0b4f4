import { type ChangeSet, changedFiles } from '../changes/change-set.ts';
import { commit, commitFresh } from '../changes/commit.ts';
import { verifyUse } from '../host/ask-agents.ts';
import { resolveKey } from '../host/key-sources.ts';
import { expectedKey } from '../host/key-use.ts';
import { hostPaths, isHostPresent } from '../host/location.ts';
import { newShellWarnings } from '../host/new-shells.ts';
import { type Restart, restartHost, type Validation, validateConfig } from '../host/program.ts';
import { shellOf, shells } from '../host/rc-file.ts';
import type { Deps } from '../platform/deps.ts';
import { type OwnCommand, ownCommand } from '../platform/own-command.ts';
import { tildePath } from '../platform/paths.ts';
import { type PrimaryReport, probePrimaries } from '../probe/certify.ts';
import type { KeyedEntry } from '../probe/plan.ts';
import type { Entry } from '../setup-file/entry.ts';
import { keyVariable } from '../setup-file/key-format.ts';
import { parseSetup } from '../setup-file/setup-file.ts';
import { shellWord } from '../text/escape.ts';
import type { InitOptions } from './flags.ts';
import { type InitPlan, type InitResult, newKeyVariable } from './init-plan.ts';

/** Sends a small live request to the primary model of each planned entry, using the entry as the file will have it. */
export async function verifyPrimaries(
  deps: Deps,
  timeoutMs: number,
  plan: InitPlan,
): Promise<readonly PrimaryReport[]> {
  const keyed = await Promise.all(primariesOf(plan).map((entry) => withKey(deps, entry, plan)));
  return probePrimaries(deps, keyed, timeoutMs);
}

export function primaryModels(plan: InitPlan): readonly string[] {
  return [...new Set(primariesOf(plan).map(({ defaultModel }) => defaultModel))];
}

function primariesOf({ changes, result }: InitPlan): readonly Entry[] {
  const [file] = changes.files;
  if (file === undefined) return [];
  const { entries } = parseSetup(file.after, file.path);
  return entries.filter(({ name }) => result.entries.includes(name));
}

// A new key is not yet where the entry looks for it.
async function withKey(deps: Deps, entry: Entry, plan: InitPlan): Promise<KeyedEntry> {
  const { isNew, key } = plan.key;
  if (isNew && key !== null && keyVariable(entry.apiKey) === newKeyVariable(plan)) {
    return { entry, key };
  }
  const found = await resolveKey(deps, entry.apiKey);
  if ('missing' in found) return { entry, key: null, variable: found.missing };
  return { entry, key: found.key };
}

/**
 * Writes the change set, which `undo` reverts as a whole, then restarts OpenClaw if requested and installed. `replan`
 * is for changes that nobody was shown: the files are read and planned again under their locks, so that concurrent
 * processes wait for each other instead of failing with a conflict. Without `replan`, the user has seen the changes and
 * agreed to where the key goes.
 */
export async function write(
  deps: Deps,
  { keyLine, changes, result, hostPlan }: InitPlan,
  proofs: readonly PrimaryReport[],
  { restart, sandbox }: Pick<InitOptions, 'restart' | 'sandbox'>,
  replan?: () => Promise<ChangeSet>,
): Promise<InitResult> {
  const paths = changes.files.map(({ path }) => path);
  let validation = 'not asked' as Validation;
  const verify = async () => {
    if (hostPlan !== undefined) validation = await validateConfig(deps);
  };
  const { undoId } = await (replan === undefined
    ? commit(deps, changes, { consent: 'agreed', verify })
    : commitFresh(deps, paths, replan, verify));
  const inShells = await shellWarnings(deps, keyLine);
  const restarted = restart && !sandbox ? await restartHost(deps) : 'absent';
  const use =
    hostPlan === undefined || restarted === 'stopped'
      ? { problems: [], notes: [] }
      : await verifyUse(
          deps,
          sandbox ? null : await expectedKey(deps, hostPlan),
          validation === 'valid',
        );
  return {
    ...result,
    proofs,
    verified: proofs.length > 0 && proofs.every(({ ok }) => ok),
    warnings: [
      ...result.warnings,
      ...inShells,
      ...restartWarnings[restarted],
      ...use.problems,
      ...use.notes,
    ],
    undoId,
    applied: hostPlan !== undefined,
    next: await nextSteps(deps, changes, {
      restarted: restarted === 'done',
      applied: hostPlan !== undefined,
      sandbox,
    }),
  };
}

/** The result if there is nothing to write. */
export async function unchanged(
  deps: Deps,
  { keyLine, changes, result }: InitPlan,
  { sandbox }: Pick<InitOptions, 'sandbox'>,
): Promise<InitResult> {
  return {
    ...result,
    warnings: [...result.warnings, ...(await shellWarnings(deps, keyLine))],
    next: await nextSteps(deps, changes, { restarted: false, applied: false, sandbox }),
  };
}

/** Warns if new shells will not get the key from the rc file. */
async function shellWarnings(deps: Deps, keyLine: InitPlan['keyLine']): Promise<readonly string[]> {
  return keyLine === null ? [] : newShellWarnings(deps, keyLine);
}

const restartWarnings: Readonly<Record<Restart, readonly string[]>> = {
  done: [],
  absent: [],
  failed: ['OpenClaw could not be restarted; its output is above'],
  stopped: ['Interrupted after everything was written: OpenClaw may not have been restarted'],
};

/** Steps 2.2 and 2.3 of the guide, then the commands of this tool. */
async function nextSteps(
  deps: Deps,
  changes: ChangeSet,
  {
    restarted,
    applied,
    sandbox,
  }: { readonly restarted: boolean; readonly applied: boolean; readonly sandbox: boolean },
): Promise<InitResult['next']> {
  const command = ownCommand(deps.place);
  const changed = changedFiles(changes);
  const rcFile = changed.find(({ dialect }) => shells.some((shell) => shell === dialect));
  if (sandbox && rcFile === undefined) return sandboxSteps(command);
  const shell = shellOf(deps.env.SHELL);
  const source =
    rcFile === undefined || (shell !== null && rcFile.dialect !== shell)
      ? []
      : [
          {
            command: `source ${shellWord(tildePath(rcFile.path, deps.place))}`,
            why: 'this shell has no key yet',
          },
        ];
  // Must come before the restart: the host reads the key set by `apply` at startup.
  const apply = { command: command('apply'), why: 'configure OpenClaw to use this' };
  const restart = [
    { command: 'openclaw gateway restart', why: 'OpenClaw reads its key when it starts' },
    { command: 'openclaw doctor', why: 'check OpenClaw itself' },
  ];
  return [
    ...source,
    ...(!applied && (await hasHostConfig(deps)) ? [apply] : []),
    ...(restarted || changed.length === 0 || !(await isHostPresent(deps)) ? [] : restart),
    { command: command('doctor'), why: 'check the whole setup' },
    { command: command('test'), why: 'send a request to every model of the chain' },
  ];
}

async function hasHostConfig(deps: Deps): Promise<boolean> {
  return (await deps.files.stat(hostPaths(deps).config).catch(() => null)) !== null;
}

// No key is stored, so commands that need one would fail.
function sandboxSteps(command: OwnCommand): InitResult['next'] {
  return [
    { command: command('test'), why: 'send a request to every model of the chain' },
    { command: command('models'), why: 'list all models' },
    {
      command: command('init', { sandbox: false }),
      why: 'once you have a key: none is stored yet',
    },
  ];
}
