import { isAllowedDestination } from '../../platform/destination.ts';
import type { Answer, Call } from '../reply.ts';
import { ApiError, text } from '../reply.ts';
import type { State } from '../state.ts';

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
