import { join } from 'node:path';
import { readTextIfPossible } from '../config/snapshot.ts';
import { variablesIn } from '../config/variables.ts';
import type { Deps } from '../platform/deps.ts';
import { homeFolder, tildePath } from '../platform/paths.ts';
import { isRecord, valueAt } from '../platform/record.ts';
import { defaultKeyVariable, variableReference } from '../setup-file/key-format.ts';
import { isPlainWord } from '../text/redact.ts';
import { type AuthProfile, readAuthProfiles } from './auth-profiles.ts';
import { hostPaths } from './location.ts';

/** A place from which the host takes an OpenRouter key. */
export interface HostCredential {
  /** As shown to the user, e.g. `OpenClaw's profile openrouter:default` or `~/.openclaw/.env`. */
  readonly where: string;
  /** The secret; null if only the host can read it, empty if the host looks there but finds no key. */
  readonly key: string | null;
}

/** `where` of a key that the host inherits from the process that starts it. */
export const inEnvironment = 'the environment';

type World = Pick<Deps, 'env' | 'place' | 'files' | 'io'>;

/**
 * The keys that an agent of the host could use, starting with the one that it does use. `world.env` is the environment
 * of the host. The order is that of OpenClaw 2026.9.6; test/e2e/host-credentials.test.ts compares it with real turns:
 *
 * 1. the profile that `models.providers.openrouter.apiKey` names
 * 2. that `apiKey` itself if it is a reference, or if it comes with `auth: "api-key"`
 * 3. the profiles of the agent and of the host; nothing else if an order set by the user leaves none
 * 4. `OPENROUTER_API_KEY`: environment, `.env`, `gateway.env`, `env` of the config, login shell; an empty value hides
 *    all later places except `env` of the config
 * 5. that `apiKey` as a literal
 *
 * Only turns prefer a reference to the profiles. Everything else, such as titles, also requires `auth: "api-key"`.
 */
export async function hostCredentials(
  world: World,
  config: unknown,
  agent: string,
): Promise<readonly HostCredential[]> {
  const { profiles, isExplicit } = await readAuthProfiles(world, config, agent);
  const { apiKey, auth } = openRouterProvider(config);
  const bound = profiles.find(({ id }) => id === apiKey);
  const own = await configCredential(world, config, apiKey);
  const isFirst = auth === 'api-key' || isReference(apiKey);
  const environment = await environmentCredential(world, config, defaultKeyVariable);
  const isBlocked = isExplicit && profiles.length === 0;
  const credentials = bound
    ? [profileCredential(bound)]
    : [
        ...(isFirst ? own : []),
        ...profiles.map(profileCredential),
        ...(isBlocked ? [] : environment),
        ...(isFirst || isBlocked ? [] : own),
      ];
  for (const { key } of credentials) if (key && !isPlainWord(key)) world.io.conceal(key);
  return credentials;
}

/** `models.providers.openrouter` of the host config, as far as it determines which key is used. */
export function openRouterProvider(config: unknown): {
  readonly apiKey: unknown;
  readonly auth: unknown;
} {
  const path = ['models', 'providers', 'openrouter'];
  return { apiKey: valueAt(config, [...path, 'apiKey']), auth: valueAt(config, [...path, 'auth']) };
}

/** Whether an `apiKey` of the host config refers to a secret stored elsewhere: a variable, a file or a program. */
function isReference(apiKey: unknown): boolean {
  return referencedVariable(apiKey) !== null || isRecord(apiKey);
}

/** The variable that an `apiKey` of the host config refers to, in any of its notations; null for anything else. */
export function referencedVariable(apiKey: unknown): string | null {
  if (typeof apiKey === 'string') {
    const name = apiKey.trim();
    if (name === defaultKeyVariable) return name;
    const [, braced, plain] = /^\$(?:\{([A-Z]\w*)\}|([A-Z]\w*))$/.exec(name) ?? [];
    return braced ?? plain ?? null;
  }
  const id = valueAt(apiKey, ['source']) === 'env' ? valueAt(apiKey, ['id']) : null;
  return typeof id === 'string' ? id.trim() : null;
}

function profileCredential({ id, key }: AuthProfile): HostCredential {
  return { where: `OpenClaw's profile ${id}`, key };
}

async function configCredential(
  world: World,
  config: unknown,
  apiKey: unknown,
): Promise<readonly HostCredential[]> {
  const variable = referencedVariable(apiKey);
  const where = "models.providers.openrouter.apiKey of OpenClaw's config";
  if (variable !== null) {
    const found = await environmentCredential(world, config, variable);
    if (found.length > 0 || !isRecord(apiKey)) return found;
    // Observed with 2026.9.6: no turn begins until all references of this kind are resolved.
    return [{ where: `${where} refers to ${variable}, which is set nowhere`, key: '' }];
  }
  if (isRecord(apiKey)) return [{ where, key: null }];
  const meant = typeof apiKey === 'string' ? variableReference(apiKey) : null;
  if (meant !== null) {
    return [
      { where: `${where}, which must name the variable as \${${meant.name}}`, key: String(apiKey) },
    ];
  }
  return typeof apiKey === 'string' && apiKey.trim() !== '' ? [{ where, key: apiKey.trim() }] : [];
}

/** Where the host finds that variable; at most one place. */
async function environmentCredential(
  world: World,
  config: unknown,
  variable: string,
): Promise<readonly HostCredential[]> {
  const set = await firstSet(world, variable);
  if (set !== null && set.key !== '') return [set];
  const inConfig = valueAt(config, ['env', 'vars', variable]) ?? valueAt(config, ['env', variable]);
  if (typeof inConfig === 'string' && inConfig.trim() !== '') {
    return [{ where: "env of OpenClaw's config", key: inConfig.trim() }];
  }
  const importsShell = valueAt(config, ['env', 'shellEnv', 'enabled']) === true;
  return importsShell && set === null
    ? [{ where: 'the login shell, which OpenClaw asks', key: null }]
    : [];
}

/** The environment, or the first file that sets the variable, even to an empty value. */
async function firstSet(world: World, variable: string): Promise<HostCredential | null> {
  const inherited = world.env[variable];
  if (inherited !== undefined) {
    return { where: inEnvironment, key: inherited.trim() };
  }
  for (const path of dotenvFiles(world)) {
    const text = await readTextIfPossible(world.files, path);
    const value = variablesIn(text, 'dotenv')[variable];
    if (typeof value === 'string')
      return { where: tildePath(path, world.place), key: value.trim() };
  }
  return null;
}

/** In order of precedence. The second file is a fallback for hosts that keep their state in the default folder. */
function dotenvFiles(world: World): readonly string[] {
  const { dotenv } = hostPaths(world);
  const fallback = join(homeFolder(world.place), '.config', 'openclaw', 'gateway.env');
  return world.env.OPENCLAW_STATE_DIR === undefined ? [dotenv, fallback] : [dotenv];
}
