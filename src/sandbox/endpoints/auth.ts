import { createHash } from 'node:crypto';
import { isAllowedDestination } from '../../platform/destination.ts';
import { newApiKey } from '../account.ts';
import { type Answer, ApiError, type Call, json, parseObject, text } from '../http.ts';
import type { Asked, AuthCode, State } from '../state.ts';

/**
 * `GET /auth`, where OpenRouter asks a person to consent; here everybody consents at once. With `callback_url` it
 * redirects there with a `code`, without one the code is shown to be pasted and a challenge is required.
 * OpenRouter's OAuth PKCE guide: https://openrouter.ai/docs/use-cases/oauth-pkce
 */
export function authPage(state: State, { query }: Call): Answer {
  const callback = query.get('callback_url');
  const challenge = query.get('code_challenge');
  const method = query.get('code_challenge_method') ?? 'S256';
  if (method !== 'S256' && method !== 'plain') throw bad('Invalid code_challenge_method');
  if (callback === null && challenge === null) throw bad('code_challenge is required');
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
  throw bad('Invalid callback_url: only https and http://localhost are allowed');
}

function bad(message: string): ApiError {
  return new ApiError(400, message, { errorType: 'invalid_request' });
}

/** How long a code of the OAuth page lasts. */
const codeLifeMs = 10 * 60_000;

/** `POST /auth/keys`: a code and its verifier become a key. A code is good once, also when the verifier is wrong. */
export function exchangeCode({ state, call }: Asked): Answer {
  const body = parseObject(call.body);
  const { code, code_verifier: verifier, code_challenge_method: method } = body;
  if (typeof code !== 'string') {
    throw new ApiError(400, 'Invalid request parameters: code', { errorType: 'invalid_request' });
  }
  const issued = state.codes.get(code);
  state.codes.delete(code);
  if (
    issued === undefined ||
    tooOld(issued, state.clock.now()) ||
    !matchesChallenge(issued, verifier)
  ) {
    throw refused('Invalid code or code_verifier');
  }
  if (
    method !== undefined &&
    method !== null &&
    issued.challenge !== null &&
    method !== issued.method
  ) {
    throw new ApiError(400, 'Invalid code_challenge_method', { errorType: 'invalid_request' });
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

function refused(message: string): ApiError {
  return new ApiError(403, message, { errorType: 'permission_denied' });
}
