import { join } from 'node:path';
import type { Deps } from '../platform/deps.ts';
import { isRecord, recordAt, valueAt } from '../platform/record.ts';
import { parseJson } from '../text/parse-json.ts';
import { agentIds, agentMembers } from './agents.ts';
import { hostPaths } from './location.ts';

type World = Pick<Deps, 'env' | 'place' | 'files'>;

/** A credential in the host's own database, as `openclaw onboard` and `openclaw models auth` store it. */
export interface AuthProfile {
  /** E.g. `openrouter:default`. */
  readonly id: string;
  /** Null if only the host can read it: a reference to a secret, or a database that cannot be opened. */
  readonly key: string | null;
}

/** The profiles that an agent may use, in the order in which the host tries them. */
export interface AuthProfiles {
  readonly profiles: readonly AuthProfile[];
  /** Whether the user set that order. The host then uses nothing else, even if the order leaves no profile. */
  readonly isExplicit: boolean;
}

/**
 * The OpenRouter profiles that an agent may use: its own, and those shared by all agents
 * (docs.openclaw.ai/concepts/model-failover). Cooldowns are not considered, because the host ignores them for
 * OpenRouter.
 */
export async function readAuthProfiles(
  world: World,
  config: unknown,
  agent: string,
): Promise<AuthProfiles> {
  const shared = await readStore(world.files, ...storeOf(world, config, null));
  const own = await readStore(world.files, ...storeOf(world, config, agent));
  const profiles = { ...shared.profiles, ...own.profiles };
  const { ids, isExplicit } = orderedIds(config, { shared, own, profiles });
  const unreadable = [shared, own].flatMap((store) => store.unreadable ?? []);
  return {
    isExplicit,
    profiles: [
      ...ids.map((id) => ({ id, key: keyOf(profiles[id]) })),
      ...unreadable.map((id) => ({ id, key: null })),
    ],
  };
}

/** A key in the store of one agent; `agent` is null for the store shared by all agents. */
export interface StoredKey {
  readonly id: string;
  readonly agent: string | null;
  readonly key: string;
}

/** The OpenRouter keys in all stores, whether or not they are in use. */
export async function storedKeys(world: World, config: unknown): Promise<readonly StoredKey[]> {
  const stores = await Promise.all(
    [null, ...agentIds(config)].map(async (agent) => {
      const [path, query] = storeOf(world, config, agent);
      return { agent, ...(await readStore(world.files, path, query)) };
    }),
  );
  return stores.flatMap(({ agent, profiles }) =>
    idsIn(profiles).flatMap((id) => {
      const key = keyOf(profiles[id]);
      return key === null ? [] : [{ id, agent, key }];
    }),
  );
}

/** Whether any agent has OpenRouter profiles. */
export async function hasAuthProfiles(world: World, config: unknown): Promise<boolean> {
  const all = await Promise.all(
    agentIds(config).map((agent) => readAuthProfiles(world, config, agent)),
  );
  return all.some(({ profiles, isExplicit }) => isExplicit || profiles.length > 0);
}

type Members = Readonly<Record<string, unknown>>;

interface Store {
  readonly profiles: Members;
  readonly order: Members;
  readonly usageStats: Members;
  /** The path of a database that exists but cannot be read. */
  readonly unreadable?: string;
}

const emptyStore: Store = { profiles: {}, order: {}, usageStats: {} };

// Each database stores the credentials and their state as two JSON texts.
const sharedQuery = `SELECT value_json AS json FROM config_machine_state
  WHERE state_key IN ('authProfiles.store', 'authProfiles.state')`;
const agentQuery = `SELECT store_json AS json FROM auth_profile_store
  UNION ALL SELECT state_json FROM auth_profile_state`;

/** The database of an agent, or the shared one, and the query for it. */
function storeOf(
  world: World,
  config: unknown,
  agent: string | null,
): readonly [path: string, query: string] {
  const { stateFolder } = hostPaths(world);
  if (agent === null) return [join(stateFolder, 'state', 'openclaw.sqlite'), sharedQuery];
  return [join(agentFolder(world, config, agent), 'openclaw-agent.sqlite'), agentQuery];
}

/** The folder in which the host keeps the files of one agent. */
export function agentFolder(world: World, config: unknown, agent: string): string {
  const own = agentMembers(config, agent).agentDir;
  if (typeof own === 'string') return own;
  return join(hostPaths(world).stateFolder, 'agents', agent, 'agent');
}

async function readStore(files: Deps['files'], path: string, query: string): Promise<Store> {
  if ((await files.stat(path).catch(() => null)) === null) return emptyStore;
  try {
    const { default: Database } = await import('libsql');
    const database = new Database(path, { readonly: true });
    try {
      const rows: unknown[] = database.prepare(query).all();
      const texts = rows.map((row) => parseJson(String(valueAt(row, ['json']))));
      const member = (name: string) =>
        Object.assign({}, ...texts.map((text) => recordAt(text, [name])));
      return {
        profiles: member('profiles'),
        order: member('order'),
        usageStats: member('usageStats'),
      };
    } finally {
      database.close();
    }
  } catch (error) {
    return String(error).includes('no such table')
      ? emptyStore
      : { ...emptyStore, unreadable: path };
  }
}

interface Stores {
  readonly shared: Store;
  readonly own: Store;
  readonly profiles: Members;
}

const provider = 'openrouter';

function orderedIds(config: unknown, { shared, own, profiles }: Stores) {
  const sharedOrder = stringsAt(shared.order, [provider]);
  const storedOrder =
    stringsAt(own.order, [provider]) ?? (sharedOrder && [...idsIn(own.profiles), ...sharedOrder]);
  const order = storedOrder ?? stringsAt(config, ['auth', 'order', provider]);
  const configured = idsIn(recordAt(config, ['auth', 'profiles']));
  const stored = idsIn(profiles).filter((id) => isUsable(config, id, profiles[id]));
  const listed = order ?? (configured.length > 0 ? configured : stored);
  // If none of the listed profiles exists any more, the host uses the stored ones.
  const isStale = listed.length > 0 && listed.every((id) => !Object.hasOwn(profiles, id));
  if (isStale && (storedOrder !== undefined || configured.length > 0)) {
    return { ids: byKind(stored, { shared, own, profiles }), isExplicit: false };
  }
  const usable = [...new Set(listed)].filter((id) => stored.includes(id));
  if (order !== undefined) return { ids: usable, isExplicit: true };
  return { ids: byKind(usable, { shared, own, profiles }), isExplicit: false };
}

function idsIn(profiles: Members): readonly string[] {
  return Object.keys(profiles).filter((id) => valueAt(profiles, [id, 'provider']) === provider);
}

function byKind(ids: readonly string[], { shared, own, profiles }: Stores): readonly string[] {
  const rank = (id: string) => kinds.indexOf(String(valueAt(profiles, [id, 'type'])));
  const usage = { ...shared.usageStats, ...own.usageStats };
  const lastUsed = (id: string) => Number(valueAt(usage, [id, 'lastUsed']) ?? 0);
  return [...ids].sort((a, b) => rank(a) - rank(b) || lastUsed(a) - lastUsed(b));
}

/** The host prefers an OAuth sign-in to a token, and a token to a key. */
const kinds = ['oauth', 'token', 'api_key'];

function isUsable(config: unknown, id: string, profile: unknown): boolean {
  const type = valueAt(profile, ['type']);
  const mode = valueAt(config, ['auth', 'profiles', id, 'mode']) ?? type;
  if (mode !== type && !(mode === 'oauth' && type === 'token')) return false;
  return secretNames.some((name) => {
    const secret = valueAt(profile, [name]);
    return typeof secret === 'string' ? secret.trim() !== '' : isRecord(secret);
  });
}

const secretNames = ['key', 'keyRef', 'token', 'tokenRef', 'access', 'refresh', 'oauthRef'];

function keyOf(profile: unknown): string | null {
  const secret = valueAt(profile, ['key']) ?? valueAt(profile, ['token']);
  return typeof secret === 'string' && secret.trim() !== '' ? secret.trim() : null;
}

function stringsAt(root: unknown, path: readonly string[]): readonly string[] | undefined {
  const value = valueAt(root, path);
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : undefined;
}
