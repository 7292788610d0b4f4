import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv/dist/2020.js';
import fc from 'fast-check';
import JSON5 from 'json5';
import { describe, expect, it } from 'vitest';
import { entryKeys } from '../../src/setup-file/entry.ts';
import { setupFileSchema } from '../../src/setup-file/json-schema.ts';
import {
  parameterProblems,
  providerMembers,
  requestParameters,
} from '../../src/setup-file/parameters.ts';
import type { SetupProblem } from '../../src/setup-file/problems.ts';
import { parseSetup } from '../../src/setup-file/setup-file.ts';
import { codePoint } from '../helpers/code-point.ts';
import { packageFolder } from '../helpers/world.ts';

const fixtures = join(import.meta.dirname, '..', 'fixtures');
const isValid = new Ajv.Ajv2020({ strict: true, strictTypes: false }).compile(setupFileSchema());

/** What `doctor` finds and a schema cannot say. */
const beyondSchemas: Readonly<Record<string, (problem: SetupProblem, text: string) => boolean>> = {
  'a channel with the name of an entry that does not exist': ({ kind }) => kind === 'dangling',
  'names that differ only in case': ({ kind }) => kind === 'similar-name',
  'a key that occurs twice': ({ kind }) => kind === 'duplicate-key',
  'a misspelt member of the root, which other programs may add to': ({ kind, path }) =>
    kind === 'unknown-key' && path.length === 1,
  'a misspelt "openrouter"': ({ kind, path }) =>
    kind === 'range' && path.at(-1) === 'provider' && path.length === 3,
  'a variable in the spelling of another program': ({ kind, message }) =>
    kind === 'range' && /names a variable/.test(message),
};

function verdicts(text: string) {
  const setup = parseSetup(text, '/setup.json5');
  const problems = [...setup.problems, ...parameterProblems(setup)].filter(
    (problem) => !Object.values(beyondSchemas).some((isBeyond) => isBeyond(problem, text)),
  );
  return { schema: isValid(JSON5.parse(text)), problems: problems.map(({ message }) => message) };
}

/** Both agree, and what each says. */
function expectAgreement(text: string): void {
  const { schema, problems } = verdicts(text);
  const explanation = JSON.stringify({ text, problems, errors: isValid.errors }, null, 1);
  expect(schema, explanation).toBe(problems.length === 0);
}

it('the committed schema is up to date (else: npm run generate)', () => {
  const file = join(packageFolder, 'openclaw-openrouter.schema.json');
  expect(readFileSync(file, 'utf8')).toBe(`${JSON.stringify(setupFileSchema(), null, 2)}\n`);
});

describe('the schema of the setup file', () => {
  it.each(readdirSync(join(fixtures, 'guide')))('accepts the example %s', (file) => {
    const value = JSON5.parse(readFileSync(join(fixtures, 'guide', file), 'utf8'));
    expect(
      isValid({ $schema: 'https://example.com/s.json', ...value }),
      JSON.stringify(isValid.errors),
    ).toBe(true);
  });

  it('agrees with doctor about every other fixture', () => {
    const files = readdirSync(fixtures, { recursive: true, encoding: 'utf8' });
    const texts = files
      .filter((file) => file.endsWith('.json5'))
      .map((file) => readFileSync(join(fixtures, file), 'utf8'));
    expect(texts.length).toBeGreaterThan(9);
    for (const text of texts) expectAgreement(text);
  });
});

const values: readonly unknown[] = [
  ...[true, false, null, 0, -0, 1, 0.5, 1.5, 2, 4, 5, 80, -5, 1e300, 1e-7, Number.NaN],
  ...[Number.POSITIVE_INFINITY, 2 ** 53, '', ' ', '\u00a0', 'a text', '2', '$2', '80%', 'a\nb'],
  ...[
    'a\u2028b',
    'a\u202eb',
    '\ud800',
    '👋',
    'true',
    [],
    ['a/b'],
    ['a/b', null],
    [' '],
    [5],
    ['5'],
  ],
  ...[['a', 'b', 'c', 'd', 'e'], [{}], {}, { id: 'web' }, [{ id: 'web' }], [{ id: 'x' }], [null]],
  ...[
    { source: 'env', id: 'KEY' },
    `\${OPENROUTER_API_KEY}`,
    '$KEY',
    'MY_KEY',
    `sk-or-v1-${'a1'.repeat(32)}`,
  ],
];

const words = [
  ...[
    'stop',
    'downgrade',
    'free',
    'auto',
    'off',
    'none',
    'required',
    'price',
    'deny',
    'allow',
    'high',
  ],
  ...[
    'max',
    'medium',
    'ephemeral',
    '5m',
    'json_object',
    'fp8',
    'text',
    'web',
    'flex',
    'fast',
    'standard',
  ],
];

const memberNames = [
  ...[...entryKeys, ...Object.keys(requestParameters), ...Object.keys(providerMembers)],
  ...['dailyLimit', 'monthlyLimit', 'alertThreshold', 'onLimit', 'exclude', 'prefer', 'effort'],
  ...['enabled', 'by', 'partition', 'prompt', 'completion', 'p50', 'type', 'ttl', 'id', 'summary'],
  ...['temperatur', 'fallbacks', 'X-Title', 'HTTP-Referer', 'Authorization', 'COOKIE', 'a header'],
];

const leaf = fc.oneof(fc.constantFrom(...values), fc.constantFrom(...words), fc.string());
const nested = fc.oneof(
  { weight: 3, arbitrary: leaf },
  fc.array(leaf, { maxLength: 5 }),
  fc.dictionary(fc.constantFrom(...memberNames), leaf, { maxKeys: 3 }),
);
const nameOf = fc.oneof(
  fc.constantFrom('main', 'a\u202eb', '👋'.repeat(150), 'x'.repeat(201), 'toString', ''),
  fc.string({ unit: codePoint }).filter((name) => name !== '__proto__'),
);

function dictionaryOf(names: readonly string[], value: fc.Arbitrary<unknown>) {
  return fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 3 });
}

const sound = { provider: 'openrouter', apiKey: `\${OPENROUTER_API_KEY}`, defaultModel: 'a/b' };
const oneWrong = (members: fc.Arbitrary<object>) => members.map((rest) => ({ ...sound, ...rest }));

const entry = fc.oneof(
  ...['budget', 'providerPreferences', 'headers'].map((name) =>
    oneWrong(
      fc
        .dictionary(fc.constantFrom(...memberNames), leaf, { maxKeys: 2 })
        .map((value) => ({ [name]: value })),
    ),
  ),
  oneWrong(dictionaryOf(entryKeys, nested)),
  oneWrong(
    dictionaryOf(Object.keys(requestParameters), nested).map((parameters) => ({ parameters })),
  ),
  oneWrong(
    dictionaryOf(Object.keys(providerMembers), nested).map((provider) => ({
      parameters: { provider },
    })),
  ),
  dictionaryOf(entryKeys, nested),
  leaf,
);

describe('the schema and doctor agree', () => {
  it.each(entryKeys)('about every value of %s', (key) => {
    for (const value of [...values, ...words]) {
      expectAgreement(JSON5.stringify({ models: { main: { ...sound, [key]: value } } }));
    }
  });

  it.each(Object.keys(requestParameters))('about every value of the parameter %s', (name) => {
    for (const value of [...values, ...words]) {
      const main = { ...sound, parameters: { [name]: value } };
      expectAgreement(JSON5.stringify({ models: { main } }));
    }
  });

  it('about any entry', () => {
    fc.assert(
      fc.property(nameOf, entry, (name, value) =>
        expectAgreement(JSON5.stringify({ models: { [name]: value } })),
      ),
      { numRuns: 500 },
    );
  });

  it('about any root and any channel', () => {
    const channel = fc.oneof(
      leaf,
      fc.dictionary(fc.constantFrom('model', 'mdoel', 'policy'), leaf),
    );
    const root = fc.record(
      {
        $schema: leaf,
        models: fc.oneof(leaf, fc.dictionary(nameOf, entry, { maxKeys: 2 })),
        channels: fc.oneof(leaf, fc.dictionary(nameOf, channel, { maxKeys: 2 })),
        chanels: leaf,
        other: leaf,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(root, leaf), (value) => expectAgreement(JSON5.stringify(value))),
      { numRuns: 200 },
    );
  });
});

describe('what a schema cannot say', () => {
  it.each([
    `{ models: { a: ${JSON5.stringify(sound)} }, channels: { sms: { model: 'b' } } }`,
    `{ channels: {}, channels: {} }`,
    `{ modles: {} }`,
    `{ models: { a: { provider: 'openruter' } } }`,
    `{ models: { a: ${JSON5.stringify({ ...sound, apiKey: '$OPENROUTER_API_KEY' })} } }`,
  ])('is only that: %s', (text) => {
    expect(parseSetup(text, '/setup.json5').problems).toHaveLength(1);
    expect(verdicts(text)).toEqual({ schema: true, problems: [] });
  });
});
