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
  const problem = baseUrlProblem(baseUrl);
  if (problem !== null) {
    throw new UserError(`The base URL of the API ${problem}`, {
      type: 'usage',
      hint: 'Unset OPENROUTER_BASE_URL, or set it to https://openrouter.ai/api/v1',
    });
  }
  const url = new URL(baseUrl);
  assertDestination(url);
  return url;
}

/** What is wrong with a base URL, whatever its host; null if nothing is. Never repeats it, since it may hold a password. */
export function baseUrlProblem(baseUrl: string): string | null {
  if (!URL.canParse(baseUrl)) return 'is not a URL';
  const url = new URL(baseUrl);
  // If a password contains a slash, the URL parser takes what follows for the path.
  if (url.username + url.password !== '' || url.pathname.includes('@')) {
    return 'contains a user name or password';
  }
  if (url.search + url.hash !== '') return 'contains a query or a fragment';
  return /^https?:$/.test(url.protocol) ? null : 'is not an https URL';
}
