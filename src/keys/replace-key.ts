import {
  type ChangeSet,
  type PlannedFile,
  planFile,
  type Rotation,
} from '../changes/change-set.ts';
import { commit } from '../changes/commit.ts';
import type { ExposureConsent } from '../changes/key-exposure.ts';
import type { DialectId } from '../config/dialect.ts';
import type { Edit } from '../config/edit.ts';
import { readText } from '../config/snapshot.ts';
import { assertReplaceable } from '../config/write.ts';
import { storedKeys } from '../host/auth-profiles.ts';
import { hostPaths } from '../host/location.ts';
import { validateConfig } from '../host/program.ts';
import type { Deps } from '../platform/deps.ts';
import { UserError } from '../platform/errors.ts';
import { fishHyphen, type HeldKey, type Holder, readHostConfigOrNull } from './places.ts';
import { isComment } from './services.ts';

/** A place whose key can be replaced. */
export interface Replaceable extends HeldKey {
  readonly holder: Exclude<Holder, { kind: 'environment' | 'launchd' | 'included' }>;
}

export function isReplaceable(held: HeldKey): held is Replaceable {
  return !['environment', 'launchd', 'included'].includes(held.holder.kind);
}

/** Plans the file changes. Throws UserError for a file that cannot be changed, e.g. a read-only one. */
export async function planReplacement(
  deps: Deps,
  places: readonly Replaceable[],
  newKey: string,
): Promise<ChangeSet> {
  const files: PlannedFile[] = [];
  for (const path of new Set(
    places.flatMap(({ holder }) => ('file' in holder ? holder.file : [])),
  )) {
    const planned = await planOne(deps, path, places, newKey);
    // Two paths may lead to the same file.
    if (files.every(({ before }) => before.target !== planned.before.target)) files.push(planned);
  }
  return { command: 'key rotate', files };
}

/**
 * Replaces every literal occurrence of the key in the file. If there is none, because quotes or the like split the key,
 * sets the value that contains it.
 */
async function planOne(
  deps: Deps,
  path: string,
  places: readonly Replaceable[],
  newKey: string,
): Promise<PlannedFile> {
  const before = await readText(deps.files, path);
  const here = places.filter(({ holder }) => 'file' in holder && holder.file === path);
  let dialect: DialectId = 'dotenv';
  let after = before.text;
  const edits: Edit[] = [];
  for (const { key, holder } of here) {
    after = replacedIn(after, key, newKey);
    if (holder.kind === 'variable') {
      dialect = holder.dialect;
      edits.push({ op: 'set', path: [holder.variable], value: newKey });
    } else if (holder.kind === 'member') {
      dialect = 'json5';
      edits.push({ op: 'set', path: holder.path, value: newKey });
    }
  }
  const isLiteral = after !== before.text;
  const planned = planFile(before, dialect, isLiteral ? [] : edits, { holdsKey: true });
  if (!isLiteral) return planned;
  assertReplaceable(before);
  return { ...planned, after };
}

function replacedIn(text: string, key: string, newKey: string): string {
  const replaced = (line: string) =>
    line.replaceAll(key, newKey).replaceAll(inFishVariables(key), inFishVariables(newKey));
  const lines = text.split('\n').map((line) => (isComment(line) ? line : replaced(line)));
  return lines.join('\n');
}

function inFishVariables(key: string): string {
  return key.replaceAll('-', fishHyphen);
}

/**
 * Replaces the old key with the new one, first in OpenClaw's profiles, then in all files at once. If that fails, the
 * old key is put back into the profiles.
 */
export async function replaceKey(
  deps: Deps,
  places: readonly Replaceable[],
  newKey: string,
  { consent, rotation }: { readonly consent: ExposureConsent; readonly rotation: Rotation },
): Promise<string | null> {
  const done: Replaceable[] = [];
  try {
    for (const place of places.filter(({ holder }) => holder.kind === 'profile')) {
      done.push(place);
      await storeInProfile(deps, place, newKey);
    }
    const changes = await planReplacement(deps, places, newKey);
    const verify = changes.files.some(({ path }) => path === hostPaths(deps).config)
      ? async () => void (await validateConfig(deps))
      : undefined;
    const { undoId } = await commit(
      deps,
      { ...changes, rotation },
      { consent, ...(verify && { verify }) },
    );
    return undoId;
  } catch (error) {
    if (deps.written.size === 0) {
      for (const place of done) await storeInProfile(deps, place, place.key);
    }
    throw error;
  }
}

const timeoutMs = 120_000;

/** Has the host store a key, passed on standard input, and reads it back. */
export async function storeInProfile(
  deps: Deps,
  { holder, where, hostEnv }: Omit<Replaceable, 'key'>,
  key: string,
): Promise<void> {
  if (holder.kind !== 'profile') return;
  const env = { ...deps.env, ...hostEnv };
  const { id, agent } = holder;
  const agentArgs = agent === null ? [] : ['--agent', agent];
  const args = ['models', 'auth', ...agentArgs, 'paste-api-key', '--provider', 'openrouter'];
  const result = await deps.exec('openclaw', [...args, '--profile-id', id], {
    env,
    input: `${key}\n`,
    timeoutMs,
  });
  const host = { ...deps, env };
  const config = await readHostConfigOrNull(host);
  const stored = await storedKeys(host, config?.value);
  if (stored.some((one) => one.id === id && one.agent === agent && one.key === key)) return;
  const why = result.notFound ? 'openclaw is not on PATH' : `it ended with ${result.exitCode}`;
  throw new UserError(`OpenClaw did not store the key in ${where}: ${why}`, {
    detail: deps.io.mask(result.stderr.trim().split('\n').slice(-5).join('\n')),
    hint: 'Check it with: openclaw models auth list',
  });
}
