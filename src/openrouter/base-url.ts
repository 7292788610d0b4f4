import type { Env } from '../platform/deps.ts';
import { assertDestination } from '../platform/destination.ts';
import { UserError } from '../platform/errors.ts';

/** `$OPENROUTER_BASE_URL` › `https://openrouter.ai/api/v1`; without a trailing slash. */
export function baseUrlFrom(env: Env): string {
  const named = env.OPENROUTER_BASE_URL?.trim() ?? '';
  return (named === '' ? 'https://openrouter.ai/api/v1' : named).replace(/\/+$/, '');
}

/** The address of the API. Throws UserError for one that nothing may be sent to, whether or not it would be a key. */
export function parseBaseUrl(baseUrl: string): URL {
  if (!URL.canParse(baseUrl)) {
    throw unusable(`The base URL of the API is not a URL: ${JSON.stringify(baseUrl)}`);
  }
  const url = new URL(baseUrl);
  if (url.username + url.password !== '') {
    throw unusable('The base URL of the API holds a user name or password');
  }
  if (!/^https?:$/.test(url.protocol)) {
    throw unusable(`The base URL of the API is not an https URL: ${url.protocol}//${url.host}`);
  }
  assertDestination(url);
  return url;
}

function unusable(message: string): UserError {
  return new UserError(message, {
    type: 'usage',
    hint: 'Unset OPENROUTER_BASE_URL, or set it to https://openrouter.ai/api/v1',
  });
}
