import { describe, expect, it } from 'vitest';
import { headerProblem } from '../../src/setup-file/headers.ts';
import { keyFormatProblem, variableReference } from '../../src/setup-file/key-format.ts';
import { parseSetup } from '../../src/setup-file/setup-file.ts';
import { testKey } from '../helpers/world.ts';

const marked = [
  '$MY_KEY',
  `\${MY_KEY}`,
  ` \${ MY_KEY } `,
  '$(MY_KEY)',
  '${MY_KEY',
  '$(MY_KEY',
  `\${MY_KEY:-none}`,
  `\${MY_KEY?unset}`,
  '%MY_KEY%',
  '$env:MY_KEY',
  `\${env:MY_KEY}`,
  `\${env.MY_KEY}`,
  '{env:MY_KEY}',
  'env:MY_KEY',
  'ENV:MY_KEY',
  'env.MY_KEY',
  'os.environ/MY_KEY',
  'os.environ["MY_KEY"]',
  "os.environ.get('MY_KEY')",
  'os.getenv("MY_KEY")',
  'process.env.MY_KEY',
  'process.env["MY_KEY"]',
  `\${process.env.MY_KEY}`,
  'import.meta.env.MY_KEY',
  'Deno.env.get("MY_KEY")',
  '{{ env.MY_KEY }}',
  '{{ env "MY_KEY" }}',
  "{{ env('MY_KEY') }}",
  '{{MY_KEY}}',
  `\${{ secrets.MY_KEY }}`,
  '!ENV MY_KEY',
  `!ENV \${MY_KEY}`,
  '!env MY_KEY',
];
const bare = ['MY_KEY', '<MY_KEY>', '{MY_KEY}', '"MY_KEY"'];
const others = [
  '',
  testKey,
  'sk-ant-abc',
  'hello',
  'Hello_World',
  '$',
  `\${}`,
  '{}',
  '<b>',
  '50%',
  `a \${MY_KEY} b`,
];

const entryWith = (apiKey: unknown) =>
  parseSetup(
    JSON.stringify({ models: { a: { provider: 'openrouter', apiKey, defaultModel: 'x/y' } } }),
    '/setup.json5',
  );

describe('variableReference', () => {
  it.each(marked)('knows what %s means', (text) => {
    expect(variableReference(text)).toEqual({ name: 'MY_KEY', isBare: false });
  });

  it.each(bare)('takes %s for a name by its form alone', (text) => {
    expect(variableReference(text)).toEqual({ name: 'MY_KEY', isBare: true });
  });

  it.each(others)('takes %j for itself', (text) => {
    expect(variableReference(text)).toBeNull();
  });

  it('ends with a text of many brackets', () => {
    const text = ['{'.repeat(5000), 'X_Y', '}'.repeat(5000)].join('');
    expect(variableReference(text)?.name).toBe('X_Y');
  });
});

describe('an apiKey', () => {
  const objects = [{ source: 'env', provider: 'default', id: 'MY_KEY' }, { env: 'MY_KEY' }];

  it.each([...marked, ...bare, ...objects].filter((text) => text !== `\${MY_KEY}`))(
    'of %j is read as a reference, with the right spelling as the fix',
    (apiKey) => {
      const { entries, problems } = entryWith(apiKey);
      expect(entries[0]?.apiKey).toBe(`\${MY_KEY}`);
      expect(problems).toMatchObject([
        {
          kind: typeof apiKey === 'string' ? 'range' : 'type',
          path: ['models', 'a', 'apiKey'],
          message: `apiKey names a variable, which must be written as \${MY_KEY}`,
          fix: { value: `\${MY_KEY}` },
        },
      ]);
    },
  );

  it.each([`\${MY_KEY}`, `\${my_key}`, testKey])('of %s stays', (apiKey) => {
    const { entries, problems } = entryWith(apiKey);
    expect(entries[0]?.apiKey).toBe(apiKey);
    expect(problems).toEqual([]);
  });
});

it.each([...marked, ...bare])('a key that was pasted as %s is a name', (text) => {
  expect(keyFormatProblem(text.trim())).toMatch(/name of a variable|has quotes/);
});

it.each([...marked, `app \${MY_NAME} one`])('a header of %s would be sent as written', (text) => {
  expect(headerProblem('X-Title', text)).toContain('names a variable');
});

it.each([...bare, 'Costs 5$', '100%'])('a header of %s is a text', (text) => {
  expect(headerProblem('X-Title', text)).toBeNull();
});
