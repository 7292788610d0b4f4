import type { Env } from '../deps.ts';

/** `$OPENROUTER_BASE_URL` › `https://openrouter.ai/api/v1`; without a trailing slash. */
export function baseUrlFrom(env: Env): string {
  const named = env.OPENROUTER_BASE_URL?.trim() ?? '';
  return (named === '' ? 'https://openrouter.ai/api/v1' : named).replace(/\/+$/, '');
}

/** Whether the host of a parsed URL is this machine: the parser has turned 127.1, 2130706433 and 0x7f.1 into 127.0.0.1. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}
