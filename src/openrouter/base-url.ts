import type { Env } from '../platform/deps.ts';
import { assertDestination } from '../platform/destination.ts';
import { UserError } from '../platform/errors.ts';

/** `$OPENROUTER_BASE_URL` or `https://openrouter.ai/api/v1`, without a trailing slash. */
export function baseUrlFrom(env: Env): string {
  const custom = env.OPENROUTER_BASE_URL?.trim() ?? '';
  return (custom === '' ? 'https://openrouter.ai/api/v1' : custom).replace(/\/+$/, '');
}

/** Throws UserError for an address to which no request, with or without a key, may be sent. */
export function parseBaseUrl(baseUrl: string): URL {
  if (!URL.canParse(baseUrl)) {
    throw unusable(`The base URL of the API is not a URL: ${JSON.stringify(baseUrl)}`);
  }
  const url = new URL(baseUrl);
  if (url.username + url.password !== '') {
    throw unusable('The base URL of the API contains a user name or password');
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
