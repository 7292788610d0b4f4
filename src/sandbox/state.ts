import Big from 'big.js';
import type { Clock } from '../platform/deps.ts';
import {
  type Account,
  type ApiKey,
  type Charge,
  createAccount,
  newApiKey,
  type UsageSeed,
} from './account.ts';
import { type Catalog, createCatalog, type SandboxModel } from './catalog.ts';
import type { PromptCache } from './chat/cache.ts';
import { createFaultBook, type Fault, type FaultBook } from './faults.ts';
import type { Call, Reply } from './http.ts';
import { createIds, type Ids } from './ids.ts';

/** The state of one running sandbox. */
export interface State {
  readonly clock: Clock;
  readonly catalog: Catalog;
  readonly account: Account;
  readonly ids: Ids;
  readonly faults: FaultBook;
  readonly promptCache: PromptCache;
  readonly generations: Map<string, Generation>;
  readonly codes: Map<string, AuthCode>;
  readonly latencyMs: number;
}

/** One answered chat request, as `/generation` returns it. */
export interface Generation extends Omit<Charge, 'cost' | 'free'> {
  readonly id: string;
  readonly costUsd: number;
  readonly finishReason: string;
  readonly streamed: boolean;
  readonly latencyMs: number;
  readonly httpReferer: string | null;
}

/** A single-use code from the OAuth page. */
export interface AuthCode {
  readonly issuedAt: Date;
  readonly challenge: string | null;
  readonly method: 'S256' | 'plain';
}

/** Path parameters by name. */
export type Params = Readonly<Record<string, string>>;

export interface Asked {
  readonly state: State;
  readonly call: Call;
  readonly params: Params;
  /** Null without a valid key, which only public endpoints allow. */
  readonly key: ApiKey | null;
  /** Adds the requested model to the record of this request. */
  readonly noteModel: (model: string) => void;
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** `{name}` stands for one segment. */
  readonly path: string;
  readonly access: 'public' | 'key' | 'management';
  readonly answer: (asked: Asked) => Reply;
}

export interface SandboxOptions {
  readonly clock: Clock;
  /** Default: any free port. */
  readonly port?: number;
  readonly faults?: readonly Fault[];
  /** Values of `Host` to accept besides those of loopback, e.g. that of a reverse proxy. Default: none. */
  readonly allowedHosts?: readonly string[];
  /** Models to add, or that replace those with the same id. */
  readonly models?: readonly SandboxModel[];
  /** Default: derived from the seed, like the management key. */
  readonly key?: string;
  readonly managementKey?: string;
  /** Accepts any key as the ordinary one, because a setup file may contain its own. Default: false. */
  readonly anyKey?: boolean;
  /** USD ever bought, a decimal string; default "25". */
  readonly credits?: string;
  /** USD that the key may spend per window, a decimal string; null for no limit. Default "20". */
  readonly limit?: string | null;
  /** How often the limit resets; null for never. Default "monthly". */
  readonly limitReset?: 'daily' | 'weekly' | 'monthly' | null;
  /** Earlier usage of the key. Default $0.50 today, $1.25 this week, $3 this month, $8 in total. */
  readonly usage?: UsageSeed;
  /** Milliseconds before the first byte of a chat answer; default 0. */
  readonly latencyMs?: number;
  /** Determines ids and keys; default "sandbox". */
  readonly seed?: string;
}

const usedBefore: UsageSeed = { daily: '0.5', weekly: '1.25', monthly: '3', total: '8' };

/** A new state with its ordinary key and its management key. */
export function createState(options: SandboxOptions): {
  state: State;
  key: string;
  managementKey: string;
} {
  const { clock } = options;
  const seed = options.seed ?? 'sandbox';
  const keyIds = createIds(`${seed} keys`);
  const key = options.key ?? `sk-or-v1-${keyIds.hex(64)}`;
  const managementKey = options.managementKey ?? `sk-or-v1-${keyIds.hex(64)}`;
  const ordinary = ordinaryKey(key, options);
  const createdAt = clock.now();
  const manager = { value: managementKey, name: 'sandbox management', management: true };
  const keys = [ordinary, newApiKey({ ...manager, createdAt })];
  const stranger = options.anyKey === true ? ordinary : undefined;
  return {
    key,
    managementKey,
    state: {
      clock,
      catalog: createCatalog(clock.now(), options.models),
      account: createAccount(clock, new Big(options.credits ?? '25'), keys, stranger),
      ids: createIds(seed),
      faults: createFaultBook(options.faults ?? []),
      promptCache: new Map(),
      generations: new Map(),
      codes: new Map(),
      latencyMs: options.latencyMs ?? 0,
    },
  };
}

function ordinaryKey(value: string, options: SandboxOptions): ApiKey {
  const limit = options.limit === undefined ? '20' : options.limit;
  return newApiKey({
    value,
    name: 'sandbox',
    createdAt: options.clock.now(),
    limit: limit === null ? null : new Big(limit),
    limitReset: options.limitReset === undefined ? 'monthly' : options.limitReset,
    seed: filled(options.usage ?? usedBefore),
  });
}

/** The usage of a longer window defaults to that of the next shorter one. */
function filled({ daily = '0', weekly = daily, monthly = daily, total }: UsageSeed): UsageSeed {
  const most = new Big(weekly).gt(monthly) ? weekly : monthly;
  return { daily, weekly, monthly, total: total ?? most };
}
