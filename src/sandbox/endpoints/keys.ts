import { createHash } from 'node:crypto';
import Big from 'big.js';
import { isAllowedDestination } from '../../platform/destination.ts';
import { type ApiKey, newApiKey } from '../account.ts';
import {
  type Answer,
  ApiError,
  badRequest,
  type Call,
  invalid,
  type Json,
  json,
  parseObject,
  text,
} from '../http.ts';
import { hashHex, hashUuid } from '../ids.ts';
import type { Asked, AuthCode, State } from '../state.ts';
import { limitsAndUsage } from './account.ts';

const workspace = hashUuid('default workspace');
const maxPageSize = 100;

/** `GET /keys`: up to 100 keys of a workspace from `offset` on, newest first. */
export function listKeys({ state, call }: Asked): Answer {
  const offset = Number(call.query.get('offset') ?? '0');
  if (!Number.isSafeInteger(offset) || offset < 0) throw invalid('offset');
  const isOurs = (call.query.get('workspace_id') ?? workspace) === workspace;
  const withDisabled = call.query.get('include_disabled') === 'true';
  const keys = state.account.list().filter(({ disabled }) => isOurs && (withDisabled || !disabled));
  return json({ data: keys.slice(offset, offset + maxPageSize).map((key) => bodyOf(state, key)) });
}

/** `POST /keys`: creates a key. Only this response contains the key itself. */
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
  const key = state.account.list().find(({ value }) => hashHex(value) === hash);
  if (key !== undefined) return key;
  throw new ApiError(404, 'API key not found', { errorType: 'not_found' });
}

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
    hash: hashHex(key.value),
    name: key.name,
    disabled: key.disabled,
    created_at: key.createdAt.toISOString(),
    updated_at: key.updatedAt?.toISOString() ?? null,
    workspace_id: workspace,
    external_user: null,
  };
}

/**
 * `GET /auth`, where OpenRouter asks a person for consent, which is granted immediately here. With `callback_url` it
 * redirects there with a `code`; without it, a challenge is required and the page shows the code for pasting.
 * OpenRouter's OAuth PKCE guide: https://openrouter.ai/docs/use-cases/oauth-pkce
 */
export function authPage(state: State, { query }: Call): Answer {
  const callback = query.get('callback_url');
  const challenge = query.get('code_challenge');
  const method = query.get('code_challenge_method') ?? 'S256';
  if (method !== 'S256' && method !== 'plain') throw badRequest('Invalid code_challenge_method');
  if (callback === null && challenge === null) throw badRequest('code_challenge is required');
  const target = callback === null ? null : callbackUrl(callback);
  const code = state.ids.hex(32);
  state.codes.set(code, { issuedAt: state.clock.now(), challenge, method });
  if (target === null) {
    return text(
      `<!doctype html><title>Sandbox</title><p>Your code: <code>${code}</code></p>\n`,
      'text/html',
    );
  }
  target.searchParams.set('code', code);
  return text('', 'text/plain', { status: 302, headers: { location: target.href } });
}

function callbackUrl(given: string): URL {
  const url = URL.canParse(given) ? new URL(given) : null;
  if (url !== null && isAllowedDestination(url)) return url;
  throw badRequest('Invalid callback_url: only https and http://localhost are allowed');
}

/** How long a code from the OAuth page is valid, in milliseconds. */
const codeLifeMs = 10 * 60_000;

/** `POST /auth/keys`: exchanges a code and its verifier for a key. A wrong verifier also uses up the code. */
export function exchangeCode({ state, call }: Asked): Answer {
  const body = parseObject(call.body);
  const { code, code_verifier: verifier, code_challenge_method: method } = body;
  if (typeof code !== 'string') throw invalid('code');
  const issued = state.codes.get(code);
  state.codes.delete(code);
  if (
    issued === undefined ||
    tooOld(issued, state.clock.now()) ||
    !matchesChallenge(issued, verifier)
  ) {
    throw new ApiError(403, 'Invalid code or code_verifier', { errorType: 'permission_denied' });
  }
  if (method != null && issued.challenge !== null && method !== issued.method) {
    throw badRequest('Invalid code_challenge_method');
  }
  const value = `sk-or-v1-${state.ids.hex(64)}`;
  state.account.put(newApiKey({ value, name: 'OAuth', createdAt: state.clock.now() }));
  return json({ key: value, user_id: 'user_sandbox' });
}

function tooOld({ issuedAt }: AuthCode, now: Date): boolean {
  return now.getTime() - issuedAt.getTime() > codeLifeMs;
}

function matchesChallenge({ challenge, method }: AuthCode, verifier: unknown): boolean {
  if (challenge === null) return true;
  if (typeof verifier !== 'string') return false;
  if (method === 'plain') return verifier === challenge;
  return createHash('sha256').update(verifier).digest('base64url') === challenge;
}
