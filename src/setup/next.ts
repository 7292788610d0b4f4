import { type ChangeSet, changedFiles } from '../changes/change-set.ts';
import { hostPaths } from '../host/location.ts';
import type { Deps } from '../platform/deps.ts';
import { tildePath } from '../platform/paths.ts';
import type { InitResult } from './result.ts';

/** What a person should type after `init`, in order (the guide's steps 2.2 and 2.3, then what this tool has). */
export async function nextSteps(
  deps: Deps,
  changes: ChangeSet,
  { restarted, sandbox }: { readonly restarted: boolean; readonly sandbox: boolean },
): Promise<InitResult['next']> {
  const changed = changedFiles(changes);
  const rc = changed.find(({ dialect }) => dialect !== 'json5');
  if (sandbox && rc === undefined) return sandboxSteps;
  const source =
    rc === undefined
      ? []
      : [{ command: `source ${tildePath(rc.path, deps.place)}`, why: 'this shell has no key yet' }];
  const restart =
    restarted || changed.length === 0
      ? []
      : [
          { command: 'openclaw gateway restart', why: 'OpenClaw reads its key when it starts' },
          { command: 'openclaw doctor', why: 'is OpenClaw itself well?' },
        ];
  return [
    ...source,
    ...((await hasHostConfig(deps)) ? [carry] : []),
    ...restart,
    { command: 'openclaw-openrouter doctor', why: 'is everything in order?' },
    { command: 'openclaw-openrouter test', why: 'does every model of the chain answer?' },
  ];
}

async function hasHostConfig(deps: Deps): Promise<boolean> {
  const config = await deps.files.stat(hostPaths(deps).config).catch(() => null);
  return config !== null;
}

// Before the restart: the host reads the key that this brings when it starts.
const carry = { command: 'openclaw-openrouter apply', why: 'has OpenClaw itself use this' };

// No key is stored: what needs one would fail.
const sandboxSteps: InitResult['next'] = [
  { command: 'openclaw-openrouter test --sandbox', why: 'does every model of the chain answer?' },
  { command: 'openclaw-openrouter models --sandbox', why: 'what else is there?' },
  { command: 'openclaw-openrouter init', why: 'once you have a key: none is stored yet' },
];
