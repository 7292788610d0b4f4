import { defineCheck, type Problem } from '../check.ts';
import { memberAt } from '../models.ts';
import { atMember } from '../place.ts';

/** openrouter.ai/docs/app-attribution: the URL says which app it is. */
export const headersReferer = defineCheck({
  id: 'headers/referer',
  summary: 'HTTP-Referer is a URL',
  needs: ['setup'],
  async run({ setup }) {
    const read = await setup();
    return read.entries.flatMap(({ name, path }) => {
      const headers = memberAt(read.value, [...path, 'headers']);
      if (typeof headers !== 'object' || headers === null) return [];
      return Object.entries(headers).flatMap(([header, value]): Problem[] => {
        if (!/^(http-)?referr?er$/i.test(header) || isWebAddress(value)) return [];
        return [
          {
            severity: 'warning',
            message: `${name}: ${header} is no URL: OpenRouter cannot tell your app by it`,
            ...atMember(read, [...path, 'headers', header]),
            fixHint: 'write it whole, e.g. "https://your-site.com"',
          },
        ];
      });
    });
  },
});

function isWebAddress(value: unknown): boolean {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  return ['http:', 'https:'].includes(new URL(value).protocol);
}
