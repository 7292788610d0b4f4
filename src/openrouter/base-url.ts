import type { Env } from '../deps.ts';

/** `$OPENROUTER_BASE_URL` › `https://openrouter.ai/api/v1`; without a trailing slash. */
export function baseUrlFrom(env: Env): string {
  const named = env.OPENROUTER_BASE_URL?.trim() ?? '';
  return (named === '' ? 'https://openrouter.ai/api/v1' : named).replace(/\/+$/, '');
}
