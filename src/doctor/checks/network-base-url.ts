import { baseUrlFrom, isLoopback } from '../../openrouter/base-url.ts';
import { defineCheck } from '../check.ts';

export const networkBaseUrl = defineCheck({
  id: 'network/base-url',
  summary: 'OPENROUTER_BASE_URL, where it is set, is an address that a key may be sent to',
  needs: ['world'],
  async run({ world: { env } }) {
    const url = baseUrlFrom(env);
    const problem = problemOf(url);
    if (problem === null) return [];
    return [
      {
        severity: 'error',
        message: `OPENROUTER_BASE_URL ${problem}`,
        fixHint: 'unset it, or write it as https://openrouter.ai/api/v1',
      },
    ];
  },
});

function problemOf(text: string): string | null {
  if (!URL.canParse(text)) return 'is no URL';
  const { protocol, hostname, username, password } = new URL(text);
  if (username + password !== '') return 'holds a user name or password: nothing is sent there';
  if (protocol === 'https:') return null;
  if (protocol !== 'http:') return 'is no address of an API';
  return isLoopback(hostname)
    ? null
    : `leads over a plain connection to ${hostname}: no key is sent there`;
}
