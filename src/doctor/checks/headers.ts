import type { Path } from '../../config/edit.ts';
import { valueAt } from '../../platform/record.ts';
import { isSecretHeader } from '../../setup-file/headers.ts';
import { defineCheck, entryCheck } from '../check.ts';
import { atMember, type Problems } from '../finding.ts';
import { setupProblems } from '../setup-problems.ts';

const valid = defineCheck({
  id: 'headers/valid',
  summary: 'HTTP allows the names and values of the headers',
  needs: ['setup'],
  async run({ setup }) {
    const read = await setup();
    return setupProblems(read, 'headers/valid').filter(
      ({ path = [] }) => !isSecretHeader(String(path.at(-1)), String(valueAt(read.value, path))),
    );
  },
});

const secret = defineCheck({
  id: 'headers/secret',
  summary: 'no header holds a secret',
  needs: ['setup', 'world'],
  async run({ setup, world }) {
    const read = await setup();
    return read.entries.flatMap(({ name, path }) =>
      headersAt(read.value, path).flatMap(([header, value]): Problems => {
        if (typeof value !== 'string' || !isSecretHeader(header, value)) return [];
        world.io.conceal(value);
        return {
          severity: 'error',
          message: `${name}: the header ${JSON.stringify(header)} looks like it holds a secret, and it is sent with every request`,
          ...atMember(read, [...path, 'headers', header]),
          fixHint: 'remove it: apiKey is the only key that OpenRouter needs',
        };
      }),
    );
  },
});

/** openrouter.ai/docs/app-attribution: the URL identifies the app. */
const referer = entryCheck(
  { id: 'headers/referer', summary: 'HTTP-Referer is a URL' },
  (setup, { name, path }) =>
    headersAt(setup.value, path)
      .filter(([header, value]) => /^(http-)?referr?er$/i.test(header) && !isWebAddress(value))
      .map(([header]) => ({
        severity: 'warning',
        message: `${name}: ${header} is not a URL, so OpenRouter cannot identify your app by it`,
        ...atMember(setup, [...path, 'headers', header]),
        fixHint: 'write the whole URL, e.g. "https://your-site.com"',
      })),
);

function headersAt(value: unknown, entry: Path): [string, unknown][] {
  const headers = valueAt(value, [...entry, 'headers']);
  return typeof headers === 'object' && headers !== null ? Object.entries(headers) : [];
}

function isWebAddress(value: unknown): boolean {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  return ['http:', 'https:'].includes(new URL(value).protocol);
}

export const headerChecks = [valid, secret, referer];
