import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'libsql';
import { put } from './put.ts';

/** Name of a key; `keyNamed` turns it into a key. */
type KeyName = string;
type Profiles = Readonly<Record<string, KeyName>>;

/** Where OpenRouter keys are stored in a home, and which of them OpenClaw uses. */
export interface KeyCase {
  readonly name: string;
  /** Profiles shared by all agents, by profile id. */
  readonly profiles?: Profiles;
  /** Profiles of the agent `main` only. */
  readonly ownProfiles?: Profiles;
  /** The order stored for the agent. */
  readonly storedOrder?: readonly string[];
  readonly environment?: KeyName;
  readonly dotenv?: KeyName;
  readonly gatewayEnv?: KeyName;
  readonly configEnv?: KeyName;
  /** `models.providers.openrouter.apiKey`; a name in angle brackets is replaced by the key. */
  readonly apiKey?: unknown;
  readonly withAuth?: true;
  /** `auth` of the config. */
  readonly auth?: unknown;
  readonly used: KeyName | null;
  /** Also verified against the real OpenClaw. */
  readonly isTriedInHost?: true;
}

const byDefault = { 'openrouter:default': 'profile' };
const reference = `\${OPENROUTER_API_KEY}`;
const two = { 'openrouter:default': 'profile', 'openrouter:work': 'work' };

export const keyCases: readonly KeyCase[] = [
  { name: 'no key', used: null },
  {
    name: 'a profile before the config',
    profiles: byDefault,
    configEnv: 'config',
    used: 'profile',
    isTriedInHost: true,
  },
  {
    name: 'a profile before the environment',
    profiles: byDefault,
    environment: 'environment',
    used: 'profile',
  },
  {
    name: 'a reference before a profile',
    profiles: byDefault,
    environment: 'environment',
    apiKey: reference,
    used: 'environment',
  },
  {
    name: 'a reference with auth before a profile',
    profiles: byDefault,
    dotenv: 'dotenv',
    apiKey: reference,
    withAuth: true,
    used: 'dotenv',
    isTriedInHost: true,
  },
  {
    name: 'a SecretRef to a variable before a profile',
    profiles: byDefault,
    environment: 'environment',
    apiKey: { source: 'env', provider: 'default', id: 'OPENROUTER_API_KEY' },
    used: 'environment',
  },
  {
    name: 'a profile before a literal key',
    profiles: byDefault,
    apiKey: '<literal>',
    used: 'profile',
    isTriedInHost: true,
  },
  {
    name: 'a literal key with auth before a profile',
    profiles: byDefault,
    apiKey: '<literal>',
    withAuth: true,
    used: 'literal',
  },
  {
    name: 'the environment before a literal key',
    environment: 'environment',
    apiKey: '<literal>',
    used: 'environment',
  },
  { name: 'a literal key alone', apiKey: '<literal>', used: 'literal' },
  {
    name: 'the profile that the config names',
    profiles: two,
    apiKey: 'openrouter:work',
    used: 'work',
  },
  {
    name: 'the profile of the agent before the one of all agents',
    profiles: byDefault,
    ownProfiles: { 'openrouter:default': 'own' },
    used: 'own',
  },
  {
    name: 'the order of the config',
    profiles: two,
    auth: { order: { openrouter: ['openrouter:work', 'openrouter:default'] } },
    used: 'work',
  },
  {
    name: 'the stored order before that of the config',
    profiles: two,
    storedOrder: ['openrouter:default'],
    auth: { order: { openrouter: ['openrouter:work'] } },
    used: 'profile',
  },
  {
    name: 'nothing where the order of the config excludes all profiles',
    profiles: byDefault,
    environment: 'environment',
    auth: { order: { openrouter: [] } },
    used: null,
  },
  {
    name: 'what is stored where the config lists a profile that is gone',
    profiles: byDefault,
    environment: 'environment',
    auth: { profiles: { 'openrouter:gone': { provider: 'openrouter', mode: 'api_key' } } },
    used: 'profile',
  },
  {
    name: 'the environment before the files',
    environment: 'environment',
    dotenv: 'dotenv',
    configEnv: 'config',
    used: 'environment',
  },
  {
    name: '.env before gateway.env and the config',
    dotenv: 'dotenv',
    gatewayEnv: 'gateway',
    configEnv: 'config',
    used: 'dotenv',
    isTriedInHost: true,
  },
  {
    name: 'gateway.env before the config',
    gatewayEnv: 'gateway',
    configEnv: 'config',
    used: 'gateway',
  },
  { name: 'env of the config', configEnv: 'config', used: 'config' },
];

/** A well-formed key that does not exist. */
export function keyNamed(name: KeyName): string {
  return `sk-or-v1-${Buffer.from(name).toString('hex').padEnd(64, '0')}`;
}

/** The name of the key in a text such as a header; null if there is none. */
export function nameOfKey(text: string): KeyName | null {
  const [, hex] = /sk-or-v1-([0-9a-f]{64})/.exec(text) ?? [];
  return hex === undefined ? null : Buffer.from(hex, 'hex').toString().replace(/\0+$/, '');
}

/** Writes the files of a case, and returns its key settings in the config and the environment. */
export function writeKeys(home: string, one: KeyCase) {
  const write = (path: string, name: KeyName | undefined) => {
    if (name === undefined) return;
    put(join(home, path), `OPENROUTER_API_KEY=${keyNamed(name)}\n`);
  };
  write('.openclaw/.env', one.dotenv);
  write('.config/openclaw/gateway.env', one.gatewayEnv);
  if (one.profiles !== undefined) writeProfiles(sharedDatabase(home), one.profiles);
  if (one.ownProfiles !== undefined || one.storedOrder !== undefined) {
    writeProfiles(ownDatabase(home), one.ownProfiles ?? {}, one.storedOrder);
  }
  const { configEnv, auth, withAuth, environment } = one;
  const apiKey =
    typeof one.apiKey === 'string'
      ? one.apiKey.replace(/<(\w+)>/, (_all, name: string) => keyNamed(name))
      : one.apiKey;
  return {
    config: {
      ...(configEnv === undefined
        ? {}
        : { env: { vars: { OPENROUTER_API_KEY: keyNamed(configEnv) } } }),
      ...(auth === undefined ? {} : { auth }),
    },
    provider: {
      ...(apiKey === undefined ? {} : { apiKey }),
      ...(withAuth ? { auth: 'api-key' } : {}),
    },
    env: environment === undefined ? {} : { OPENROUTER_API_KEY: keyNamed(environment) },
  };
}

export function sharedDatabase(home: string): string {
  return join(home, '.openclaw', 'state', 'openclaw.sqlite');
}

function ownDatabase(home: string): string {
  return join(home, '.openclaw', 'agents', 'main', 'agent', 'openclaw-agent.sqlite');
}

/** Stores profiles as OpenClaw 2026.9.6 does: in its existing database, or in a new one with the same tables. */
export function writeProfiles(
  path: string,
  names: Profiles,
  order: readonly string[] | undefined = undefined,
): void {
  mkdirSync(dirname(path), { recursive: true });
  const database = new Database(path);
  const profiles = Object.fromEntries(
    Object.entries(names).map(([id, name]) => [
      id,
      { type: 'api_key', provider: 'openrouter', key: keyNamed(name) },
    ]),
  );
  const store = JSON.stringify({ version: 1, profiles });
  const state = JSON.stringify({ version: 1, order: { openrouter: order } });
  const isShared = path.endsWith('openclaw.sqlite');
  for (const statement of isShared ? sharedTables : ownTables) database.exec(statement);
  if (isShared) {
    const put = database.prepare('INSERT OR REPLACE INTO config_machine_state VALUES (?, ?, 0)');
    put.run('auth.sharedStore', '{"location":"state-db"}');
    put.run('authProfiles.store', store);
  } else {
    database.prepare("INSERT INTO auth_profile_store VALUES ('primary', ?, 0)").run(store);
    if (order !== undefined)
      database.prepare("INSERT INTO auth_profile_state VALUES ('primary', ?, 0)").run(state);
  }
  database.close();
}

const sharedTables = [
  `CREATE TABLE IF NOT EXISTS config_machine_state (
    state_key TEXT NOT NULL PRIMARY KEY, value_json TEXT NOT NULL, updated_at_ms INTEGER NOT NULL
  ) STRICT`,
];
const ownTables = ['store', 'state'].map(
  (kind) => `CREATE TABLE IF NOT EXISTS auth_profile_${kind} (
    ${kind}_key TEXT NOT NULL PRIMARY KEY, ${kind}_json TEXT NOT NULL, updated_at INTEGER NOT NULL
  ) STRICT`,
);
