import { createHash } from 'node:crypto';
import Big from 'big.js';
import * as v from 'valibot';
import type { KeyLimits } from './account.ts';
import type { Client } from './client.ts';
import * as shape from './shapes.ts';

/** How often a limit resets: UTC day, week from Monday, UTC month; null for never. */
export type LimitReset = (typeof limitResets)[number] | null;

export const limitResets = ['daily', 'weekly', 'monthly'] as const;

/** A key as its account sees it. Money in USD as decimal strings; usage is what counts against the limit. */
export interface ManagedKey extends KeyLimits {
  readonly hash: string;
  readonly name: string;
  readonly disabled: boolean;
  readonly includeByok: boolean;
  /** ISO 8601, UTC. */
  readonly createdAt: string | null;
  readonly workspaceId: string | null;
}

export interface NewKey extends Pick<ManagedKey, 'name' | 'limit' | 'limitReset'> {
  readonly includeByok?: boolean;
  /** ISO 8601, UTC, with seconds. */
  readonly expiresAt: string | null;
  /** Null for the default workspace. */
  readonly workspaceId: string | null;
}

type KeyChange = Partial<Pick<ManagedKey, 'name' | 'disabled' | 'limit' | 'limitReset'>>;

type Requests = Pick<Client, 'request'>;

/** The hash by which OpenRouter identifies a key. */
export function keyHash(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/** The keys of a workspace, except disabled ones. */
export async function listKeys(
  client: Requests,
  workspaceId: string | null,
): Promise<readonly ManagedKey[]> {
  const all = new Map<string, ManagedKey>();
  for (;;) {
    const query = { offset: String(all.size), ...workspaceQuery(workspaceId) };
    const { data } = await client.request({ path: '/keys', query }, listAnswer);
    const before = all.size;
    for (const key of data) all.set(key.hash, key);
    if (all.size === before) return [...all.values()];
  }
}

function workspaceQuery(workspaceId: string | null): Readonly<Record<string, string>> {
  return workspaceId === null ? {} : { workspace_id: workspaceId };
}

/** Throws WireError with status 404 for an unknown hash, e.g. of another account's key. */
export async function readManagedKey(client: Requests, hash: string): Promise<ManagedKey> {
  return (await client.request({ path: `/keys/${hash}` }, keyAnswer)).data;
}

/** Creates a key. Only this answer contains the key itself. */
export async function createManagedKey(
  client: Requests,
  wanted: NewKey,
): Promise<{ readonly key: string; readonly managed: ManagedKey }> {
  const { name, limit, limitReset, includeByok, expiresAt, workspaceId } = wanted;
  const body = {
    name,
    limit: amount(limit),
    limit_reset: limitReset,
    ...(includeByok === undefined ? {} : { include_byok_in_limit: includeByok }),
    ...(expiresAt === null ? {} : { expires_at: expiresAt }),
    ...workspaceQuery(workspaceId),
  };
  const { key, data } = await client.request({ path: '/keys', method: 'POST', body }, newAnswer);
  return { key, managed: data };
}

export async function updateManagedKey(
  client: Requests,
  hash: string,
  { name, disabled, limit, limitReset }: KeyChange,
): Promise<ManagedKey> {
  const body = {
    ...(name === undefined ? {} : { name }),
    ...(disabled === undefined ? {} : { disabled }),
    ...(limit === undefined ? {} : { limit: amount(limit) }),
    ...(limitReset === undefined ? {} : { limit_reset: limitReset }),
  };
  return (await client.request({ path: `/keys/${hash}`, method: 'PATCH', body }, keyAnswer)).data;
}

export async function deleteManagedKey(client: Requests, hash: string): Promise<void> {
  await client.request({ path: `/keys/${hash}`, method: 'DELETE' }, v.unknown());
}

/** OpenRouter expects a number; the nearest double prints as the same decimal. */
function amount(usd: string | null): number | null {
  return usd === null ? null : Number(usd);
}

const managedKey = v.pipe(
  v.object({
    hash: v.pipe(v.string(), v.regex(/^[0-9a-f]+$/)),
    name: shape.text,
    disabled: shape.boolean,
    limit: shape.money,
    limit_reset: shape.text,
    usage: shape.moneyOrZero,
    usage_daily: shape.moneyOrZero,
    usage_weekly: shape.moneyOrZero,
    usage_monthly: shape.moneyOrZero,
    byok_usage: shape.moneyOrZero,
    byok_usage_daily: shape.moneyOrZero,
    byok_usage_weekly: shape.moneyOrZero,
    byok_usage_monthly: shape.moneyOrZero,
    include_byok_in_limit: shape.boolean,
    created_at: shape.text,
    expires_at: shape.text,
    workspace_id: shape.text,
  }),
  v.transform((row): ManagedKey => {
    const includeByok = row.include_byok_in_limit ?? false;
    const used = (usage: string, byok: string) =>
      includeByok ? new Big(usage).plus(byok).toFixed() : usage;
    return {
      hash: row.hash,
      name: row.name ?? '',
      disabled: row.disabled ?? false,
      limit: row.limit,
      limitReset: row.limit_reset,
      usage: used(row.usage, row.byok_usage),
      usageDaily: used(row.usage_daily, row.byok_usage_daily),
      usageWeekly: used(row.usage_weekly, row.byok_usage_weekly),
      usageMonthly: used(row.usage_monthly, row.byok_usage_monthly),
      includeByok,
      createdAt: row.created_at,
      expiresAt: row.expires_at,
      workspaceId: row.workspace_id,
    };
  }),
);

const keyAnswer = v.object({ data: managedKey });
const newAnswer = v.object({
  key: v.pipe(v.string(), v.regex(/^sk-or-v1-[\w-]{32,}$/)),
  data: managedKey,
});
const listAnswer = v.object({ data: shape.rows(managedKey) });
