import { createHash } from 'node:crypto';
import Big from 'big.js';
import { type ApiKey, newApiKey } from '../account.ts';
import { type Answer, ApiError, invalid, type Json, json, parseObject } from '../http.ts';
import { hashUuid } from '../ids.ts';
import type { Asked, State } from '../state.ts';
import { limitsAndUsage } from './account.ts';

const workspace = hashUuid('default workspace');
const maxPageSize = 100;

/** `GET /keys`: the keys of a workspace, the newest first, at most 100 from `offset` on. */
export function listKeys({ state, call }: Asked): Answer {
  const offset = Number(call.query.get('offset') ?? '0');
  if (!Number.isSafeInteger(offset) || offset < 0) throw invalid('offset');
  const isOurs = (call.query.get('workspace_id') ?? workspace) === workspace;
  const withDisabled = call.query.get('include_disabled') === 'true';
  const keys = state.account.list().filter(({ disabled }) => isOurs && (withDisabled || !disabled));
  return json({ data: keys.slice(offset, offset + maxPageSize).map((key) => bodyOf(state, key)) });
}

/** `POST /keys`: a new key. The key itself is in this answer only. */
export function createKey({ state, call }: Asked): Answer {
  const body = parseObject(call.body);
  const { name, workspace_id: where = workspace } = body;
  if (typeof name !== 'string' || name === '') throw invalid('name');
  if (where !== workspace) {
    throw new ApiError(403, 'No permission to create a key in this workspace', {
      errorType: 'permission_denied',
    });
  }
  const value = `sk-or-v1-${state.ids.hex(64)}`;
  const key = newApiKey({
    value,
    name,
    createdAt: state.clock.now(),
    expiresAt: expiryOf(body),
    ...settingsOf(body),
  });
  state.account.put(key);
  return json({ data: bodyOf(state, key), key: value }, { status: 201 });
}

/** `GET /keys/{hash}` */
export function showKey({ state, params }: Asked): Answer {
  return json({ data: bodyOf(state, keyWithHash(state, params.hash)) });
}

/** `PATCH /keys/{hash}` */
export function updateKey({ state, call, params }: Asked): Answer {
  const key = keyWithHash(state, params.hash);
  const body = parseObject(call.body);
  const { name = key.name, disabled = key.disabled } = body;
  if (typeof name !== 'string') throw invalid('name');
  if (typeof disabled !== 'boolean') throw invalid('disabled');
  const updated = { ...key, name, disabled, updatedAt: state.clock.now(), ...settingsOf(body) };
  state.account.put(updated);
  return json({ data: bodyOf(state, updated) });
}

/** `DELETE /keys/{hash}` */
export function deleteKey({ state, params }: Asked): Answer {
  state.account.remove(keyWithHash(state, params.hash));
  return json({ deleted: true });
}

function keyWithHash(state: State, hash: string | undefined): ApiKey {
  const key = state.account.list().find(({ value }) => hashOf(value) === hash);
  if (key !== undefined) return key;
  throw new ApiError(404, 'API key not found', { errorType: 'not_found' });
}

function hashOf(value: string): string {
  return createHash('sha256').update(value).digest('hex');
}

/** What the body says about the limit. */
function settingsOf(body: Json): Partial<Pick<ApiKey, 'limit' | 'limitReset' | 'includeByok'>> {
  const { limit, limit_reset: reset, include_byok_in_limit: includeByok } = body;
  const isAmount = limit == null || (typeof limit === 'number' && limit >= 0);
  if (!isAmount) throw invalid('limit');
  if (!isReset(reset)) throw invalid('limit_reset');
  if (includeByok !== undefined && typeof includeByok !== 'boolean') {
    throw invalid('include_byok_in_limit');
  }
  return {
    ...(limit === undefined ? {} : { limit: limit === null ? null : new Big(Number(limit)) }),
    ...(reset === undefined ? {} : { limitReset: reset }),
    ...(includeByok === undefined ? {} : { includeByok }),
  };
}

function isReset(value: unknown): value is ApiKey['limitReset'] | undefined {
  return value == null || value === 'daily' || value === 'weekly' || value === 'monthly';
}

function expiryOf({ expires_at: at }: Json): Date | null {
  if (at == null) return null;
  // Other time zones, and times without seconds, are rejected.
  const isUtc = typeof at === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(at);
  if (!isUtc || Number.isNaN(Date.parse(at))) throw invalid('expires_at');
  return new Date(at);
}

function bodyOf(state: State, key: ApiKey): Record<string, unknown> {
  return {
    ...limitsAndUsage(state, key),
    hash: hashOf(key.value),
    name: key.name,
    disabled: key.disabled,
    created_at: key.createdAt.toISOString(),
    updated_at: key.updatedAt?.toISOString() ?? null,
    workspace_id: workspace,
    external_user: null,
  };
}
