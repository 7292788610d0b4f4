import { defineCheck, type Problem } from '../check.ts';
import { isSecretHeader } from '../header-secret.ts';
import { memberAt } from '../models.ts';
import { atMember } from '../place.ts';

export const headersSecret = defineCheck({
  id: 'headers/secret',
  summary: 'no header holds a secret',
  needs: ['setup', 'world'],
  async run({ setup, world }) {
    const read = await setup();
    return read.entries.flatMap(({ name, path }) => {
      const headers = memberAt(read.value, [...path, 'headers']);
      if (typeof headers !== 'object' || headers === null) return [];
      return Object.entries(headers).flatMap(([header, value]): Problem[] => {
        if (typeof value !== 'string' || !isSecretHeader(header, value)) return [];
        world.io.conceal(value);
        return [
          {
            severity: 'error',
            message: `${name}: the header ${JSON.stringify(header)} holds what looks like a secret; it would go along with every request`,
            ...atMember(read, [...path, 'headers', header]),
            fixHint: 'take it out: apiKey is the only key that OpenRouter needs',
          },
        ];
      });
    });
  },
});
