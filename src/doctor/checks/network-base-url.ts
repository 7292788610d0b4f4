import { baseUrlFrom } from '../../openrouter/base-url.ts';
import { isAllowedDestination } from '../../platform/destination.ts';
import { defineCheck } from '../check.ts';

export const networkBaseUrl = defineCheck({
  id: 'network/base-url',
  summary: 'OPENROUTER_BASE_URL, where it is set, is an address that requests may go to',
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
  if (!URL.canParse(text)) return 'is not a URL';
  const url = new URL(text);
  if (url.username + url.password !== '') {
    return 'holds a user name or password: nothing is sent there';
  }
  if (isAllowedDestination(url)) return null;
  return url.protocol === 'http:'
    ? `leads over plain HTTP to ${url.host}: nothing is sent there`
    : 'is not the address of an API';
}
