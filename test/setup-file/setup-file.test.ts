import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import JSON5 from 'json5';
import { describe, expect, it } from 'vitest';
import { Json5SyntaxError } from '../../src/config/json5/syntax-error.ts';
import { realFiles } from '../../src/platform/files.ts';
import { entryKeys } from '../../src/setup-file/entry.ts';
import { parseSetup, readSetup } from '../../src/setup-file/setup-file.ts';
import { temporaryFolder, testKey } from '../helpers/world.ts';

const guide = join(import.meta.dirname, '..', 'fixtures', 'guide');
const reference = `\${OPENROUTER_API_KEY}`;

describe('parseSetup', () => {
  it.each(readdirSync(guide))('reads the entries of %s without problems', (name) => {
    const setup = parseSetup(readFileSync(join(guide, name), 'utf8'), name);
    expect(setup.problems).toEqual([]);
    expect(setup.entries.map((entry) => entry.name)).toEqual(Object.keys(modelsOf(setup.value)));
    expect(setup.entries.every((entry) => entry.apiKey === reference)).toBe(true);
  });

  it('reads every key of an entry', () => {
    const [entry] = parseSetup(fixture('6.1'), 'x').entries;
    expect(entry?.budget).toEqual({
      dailyLimit: '2',
      monthlyLimit: '30',
      alertThreshold: '0.8',
      onLimit: 'stop',
    });
    expect(parseSetup(fixture('5.1'), 'x').entries[0]).toMatchObject({
      fallbackModels: ['openai/gpt-4o', 'google/gemini-2.5-pro', 'deepseek/deepseek-chat'],
      retryOnFailure: true,
      maxRetries: 2,
    });
    expect(parseSetup(fixture('6.2'), 'x').entries[0]).toMatchObject({
      complexModel: 'anthropic/claude-sonnet-4',
      complexTriggers: ['代码', '分析', '翻译长文', '写文章'],
    });
    expect(parseSetup(fixture('7.1'), 'x').entries[0]?.headers).toEqual({
      'HTTP-Referer': 'https://your-site.com',
      'X-Title': 'OpenClaw Assistant',
    });
    expect(parseSetup(fixture('7.2'), 'x').entries[0]?.providerPreferences).toEqual({
      exclude: ['azure'],
      prefer: ['anthropic'],
    });
    expect(parseSetup(fixture('4.2'), 'x').entries[0]?.parameters).toEqual({ temperature: 0.7 });
  });

  it('reads promptCaching, and reports a value that it does not know', () => {
    const read = (value: string) =>
      parseSetup(`{ models: { a: { provider: "openrouter", promptCaching: ${value} } } }`, 'x');
    expect(read('"off"').entries[0]?.promptCaching).toBe('off');
    expect(read('false').entries[0]?.promptCaching).toBe('auto');
    expect(read('false').problems.map(({ path }) => path.join('.'))).toContain(
      'models.a.promptCaching',
    );
  });

  it('uses defaults for missing keys', () => {
    expect(parseSetup(fixture('2.1'), 'x').entries[0]).toMatchObject({
      fallbackModels: [],
      retryOnFailure: false,
      maxRetries: 2,
      complexModel: null,
      budget: null,
    });
  });

  it('reads channels and the entries that they name', () => {
    expect(parseSetup(fixture('4.1'), 'x').channels).toEqual([
      { name: 'whatsapp', entry: 'router-premium', path: ['channels', 'whatsapp'] },
      { name: 'telegram', entry: 'router-standard', path: ['channels', 'telegram'] },
      { name: 'discord', entry: 'router-budget', path: ['channels', 'discord'] },
    ]);
  });

  it('ignores entries of other providers and the rest of the file', () => {
    const setup = parseSetup(
      `{ gateway: { port: 1 }, agents: [], models: { a: { provider: 'anthropic', nonsense: 1 } },
         channels: { x: { model: 'a', allowFrom: ['*'] } } }`,
      'x',
    );
    expect(setup.entries).toEqual([]);
    expect(setup.otherEntries).toEqual(['a']);
    expect(setup.problems).toEqual([]);
  });
});

describe('a value of the wrong type', () => {
  it.each([
    ['budget: { alertThreshold: "80" }', ['budget', 'alertThreshold'], 0.8],
    ['budget: { alertThreshold: 80 }', ['budget', 'alertThreshold'], 0.8],
    ['budget: { alertThreshold: "80%" }', ['budget', 'alertThreshold'], 0.8],
    ['budget: { alertThreshold: "0.8" }', ['budget', 'alertThreshold'], 0.8],
    ['budget: { dailyLimit: "2" }', ['budget', 'dailyLimit'], 2],
    ['budget: { onLimit: "Downgrade" }', ['budget', 'onLimit'], 'downgrade'],
    ['budget: { dailyLimit: "$2.50" }', ['budget', 'dailyLimit'], 2.5],
    ['maxRetries: "2"', ['maxRetries'], 2],
    ['retryOnFailure: "yes"', ['retryOnFailure'], true],
    ['retryOnFailure: 0', ['retryOnFailure'], false],
    ['fallbackModels: "openai/gpt-4o"', ['fallbackModels'], ['openai/gpt-4o']],
    ['fallbackModels: "a/b, c/d"', ['fallbackModels'], ['a/b', 'c/d']],
    ['complexTriggers: "代码"', ['complexTriggers'], ['代码']],
    ['providerPreferences: { exclude: "azure" }', ['providerPreferences', 'exclude'], ['azure']],
    ['headers: { "X-Number": 7 }', ['headers', 'X-Number'], '7'],
    ['apiKey: "$OPENROUTER_API_KEY"', ['apiKey'], reference],
    ['apiKey: "OPENROUTER_API_KEY"', ['apiKey'], reference],
  ])('in %s is read as what was meant, which is also the fix', (member, path, meant) => {
    const { problems, setup } = problemsOf(member);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.fix).toEqual({ op: 'set', path: ['models', 'a', ...path], value: meant });
    const fixed = parseSetup(fileWith(`${path[0]}: ${JSON.stringify(nest(path, meant))}`), 'x');
    expect(setup.entries).toEqual(fixed.entries);
    expect(fixed.problems).toEqual([]);
  });

  it.each([
    ['budget: { dailyLimit: -1 }', 'range'],
    ['budget: { dailyLimit: "-1" }', 'range'],
    ['budget: { dailyLimit: NaN }', 'range'],
    ['budget: { monthlyLimit: Infinity }', 'range'],
    ['budget: { monthlyLimit: -Infinity }', 'range'],
    ['budget: { monthlyLimit: "much" }', 'type'],
    ['budget: { alertThreshold: 1.5 }', 'range'],
    ['budget: { alertThreshold: 800 }', 'range'],
    ['budget: { alertThreshold: [0.8] }', 'type'],
    ['budget: { onLimit: "explode" }', 'range'],
    ['budget: { onLimit: true }', 'type'],
    ['budget: 5', 'shape'],
    ['budget: null', 'shape'],
    ['maxRetries: 2.5', 'range'],
    ['maxRetries: "2.5"', 'range'],
    ['maxRetries: -1', 'range'],
    ['retryOnFailure: "perhaps"', 'type'],
    ['fallbackModels: 7', 'type'],
    ['fallbackModels: ["a/b", 7]', 'type'],
    ['fallbackModels: ["a/b", ""]', 'missing'],
    ['parameters: ["temperature"]', 'shape'],
    ['headers: { "X Y": "z" }', 'range'],
    ['headers: { A: "b\\r\\nC: d" }', 'range'],
    ['headers: { A: null }', 'type'],
    ['headers: { Authorization: "x" }', 'range'],
    ['defaultModel: ["a/b", "c/d"]', 'type'],
    ['defaultModel: ""', 'missing'],
  ])('in %s is reported once, as %s, without a fix', (member, kind) => {
    const { problems } = problemsOf(member);
    expect(problems.map((problem) => problem.kind)).toEqual([kind]);
    expect(problems[0]?.fix).toBeUndefined();
  });
});

describe('an unknown key', () => {
  it.each([
    ['fallbackmodels', 'fallbackModels'],
    ['fallback_models', 'fallbackModels'],
    ['fallback', 'fallbackModels'],
    ['defualtModel', 'defaultModel'],
    ['maxRetry', 'maxRetries'],
    ['header', 'headers'],
  ])('%s is renamed to %s by its fix', (key, known) => {
    const { problems } = problemsOf(`${key}: []`, known === 'defaultModel' ? '' : undefined);
    const problem = problems.find(({ kind }) => kind === 'unknown-key');
    expect(problem).toMatchObject({ suggestion: known, part: 'key' });
    expect(problem?.fix).toEqual({ op: 'rename', path: ['models', 'a', key], to: known });
  });

  it('has no suggestion when no known key is similar', () => {
    expect(problemsOf('zebra: 1').problems).toMatchObject([{ kind: 'unknown-key' }]);
    expect(problemsOf('zebra: 1').problems[0]).not.toHaveProperty('suggestion');
  });

  it('is not renamed to a key that is present', () => {
    const [problem] = problemsOf('defualtModel: "c/d"').problems;
    expect(problem?.suggestion).toBe('defaultModel');
    expect(problem?.fix).toBeUndefined();
  });

  it('is reported in budget and providerPreferences, but not in parameters', () => {
    expect(problemsOf('budget: { daily: 2 }').problems[0]?.suggestion).toBe('dailyLimit');
    expect(problemsOf('providerPreferences: { exlude: [] }').problems[0]?.suggestion).toBe(
      'exclude',
    );
    expect(problemsOf('parameters: { anything: 1 }').problems).toEqual([]);
  });

  it.each([
    ['{ modles: {} }', 'models'],
    ['{ channel: {} }', 'channels'],
  ])('at the root is reported if it is misspelt: %s', (text, known) => {
    expect(parseSetup(text, 'x').problems).toMatchObject([
      { suggestion: known, kind: 'unknown-key' },
    ]);
  });
});

describe('a wrong shape', () => {
  it.each([
    ['[]', []],
    ['"text"', []],
    ['{ models: [] }', ['models']],
    ['{ models: 7 }', ['models']],
    ['{ models: { a: [] } }', ['models', 'a']],
    ['{ channels: [] }', ['channels']],
    ['{ channels: { x: 7 } }', ['channels', 'x']],
  ])('is reported with its path: %s', (text, path) => {
    expect(parseSetup(text, 'x').problems).toMatchObject([{ kind: 'shape', path }]);
  });

  it.each(['', '  \n', '// just a comment\n', '\uFEFF'])(
    '%j is reported as an empty file',
    (text) => {
      const setup = parseSetup(text, 'x');
      expect(setup.value).toBeUndefined();
      expect(setup.problems).toMatchObject([{ kind: 'missing', path: [] }]);
    },
  );
});

describe('a channel', () => {
  it('with an unknown entry is fixed by the nearest one', () => {
    const text = fixture('4.1').replace('model: "router-budget"', 'model: "router-buget"');
    expect(parseSetup(text, 'x').problems).toMatchObject([
      {
        kind: 'dangling',
        path: ['channels', 'discord', 'model'],
        fix: { op: 'set', value: 'router-budget' },
      },
    ]);
  });

  it('without a model has no entry', () => {
    const setup = parseSetup('{ channels: { x: {} } }', 'x');
    expect(setup.channels).toMatchObject([{ name: 'x', entry: null }]);
    expect(setup.problems).toMatchObject([{ kind: 'missing', path: ['channels', 'x'] }]);
  });

  it('with a misspelt model is fixed by renaming it', () => {
    const [problem] = parseSetup('{ channels: { x: { modle: "a" } } }', 'x').problems;
    expect(problem?.fix).toEqual({ op: 'rename', path: ['channels', 'x', 'modle'], to: 'model' });
  });

  it('that is a string names the entry', () => {
    const setup = parseSetup(`{ models: { a: ${entryText('')} }, channels: { x: 'a' } }`, 'x');
    expect(setup.channels[0]?.entry).toBe('a');
    expect(setup.problems[0]?.fix).toMatchObject({ value: { model: 'a' } });
  });
});

describe('a provider', () => {
  it.each(['OpenRouter', 'open-router', 'openruter'])('%s is fixed to openrouter', (provider) => {
    const setup = parseSetup(`{ models: { a: { provider: '${provider}' } } }`, 'x');
    expect(setup.otherEntries).toEqual(['a']);
    expect(setup.problems[0]?.fix).toMatchObject({ value: 'openrouter' });
  });

  it('that is missing is fixed where the entry looks like one of OpenRouter', () => {
    const ours = parseSetup(`{ models: { a: { defaultModel: 'a/b' } } }`, 'x').problems[0];
    expect(ours).toMatchObject({ kind: 'missing', fix: { value: 'openrouter' } });
    const unclear = parseSetup('{ models: { a: {} } }', 'x').problems[0];
    expect(unclear?.fix).toBeUndefined();
  });
});

describe('the place of a problem', () => {
  const text =
    '{\n  models: {\n    a: {\n      provider: "openrouter",\n      maxRetry: 2,\n    },\n  },\n}\n';

  it('is the line and column of the key or value', () => {
    const setup = parseSetup(text, '/s.json5');
    const problem = setup.problems.find(({ kind }) => kind === 'unknown-key');
    expect(setup.at(problem?.path ?? [], 'key')).toEqual({ file: '/s.json5', line: 5, column: 7 });
    expect(setup.at(problem?.path ?? [])).toMatchObject({ line: 5, column: 17 });
  });

  it('is the member around a missing one', () => {
    const setup = parseSetup(text, '/s.json5');
    expect(setup.at(['models', 'a', 'defaultModel'])).toMatchObject({ line: 3, column: 5 });
  });

  it('has both lines of a duplicate key', () => {
    const setup = parseSetup('{\n  models: {},\n  models: {},\n}', '/s.json5');
    const [problem] = setup.problems;
    expect(problem?.message).toContain('line 2');
    expect(setup.at(problem?.path ?? [], 'key')).toMatchObject({ line: 3 });
  });
});

describe('readSetup', () => {
  it('returns an empty setup for a missing file', async () => {
    const setup = await readSetup(realFiles, join(temporaryFolder(), 'none.json5'));
    expect(setup).toMatchObject({ exists: false, entries: [], problems: [] });
    expect(setup.at([])).toBeUndefined();
  });

  it('throws a syntax error with its place', async () => {
    const path = join(temporaryFolder(), 'bad.json5');
    writeFileSync(path, '{\n  models: {\n    a b\n  }\n}\n');
    const error = await readSetup(realFiles, path).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Json5SyntaxError);
    expect(error).toMatchObject({ type: 'syntax', place: { file: path, line: 3 } });
  });

  it('throws for a folder', async () => {
    const path = join(temporaryFolder(), 'folder.json5');
    mkdirSync(path);
    await expect(readSetup(realFiles, path)).rejects.toThrow(/folder/);
  });
});

describe('any setup file', () => {
  const anything = fc.jsonValue({ maxDepth: 2 });

  it('may have members with the names of object methods', () => {
    const text =
      '{ models: { a: { provider: "openrouter", retryOnFailure: { toString: false } } } }';
    expect(parseSetup(text, '/x').problems.map(({ path }) => path.at(-1))).toContain(
      'retryOnFailure',
    );
  });

  it('is read without an exception, with a place for every problem', () => {
    const members = fc.dictionary(fc.constantFrom(...entryKeys, 'x', '__proto__'), anything);
    fc.assert(
      fc.property(members, anything, (entry, channels) => {
        const models = { a: { ...entry, provider: 'openrouter' } };
        const setup = parseSetup(JSON5.stringify({ models, channels }), 'x');
        expect(setup.entries).toHaveLength(1);
        for (const { path, part } of setup.problems) expect(setup.at(path, part)).toBeDefined();
      }),
    );
  });

  it('never has a key in a problem message', () => {
    const places = fc.constantFrom(
      `apiKey: ['${testKey}']`,
      `apiKey: { key: '${testKey}' }`,
      `headers: { 'X-Key': '${testKey}' }`,
      `headers: { Authorization: 'Bearer ${testKey}' }`,
      `budget: '${testKey}'`,
      `defaultModel: 7, maxRetries: '${testKey}'`,
      `fallbackModels: { a: '${testKey}' }`,
    );
    fc.assert(
      fc.property(places, (member) => {
        const { problems } = problemsOf(member);
        expect(problems.length).toBeGreaterThan(0);
        expect(JSON.stringify(problems.map(({ message }) => message))).not.toContain('1a2b3c4d');
      }),
    );
  });
});

function fixture(step: string): string {
  return readFileSync(join(guide, `guide-${step}.json5`), 'utf8');
}

function modelsOf(value: unknown): object {
  return Object(value).models;
}

/** The problems of an entry with that member and valid other ones. */
function problemsOf(member: string, defaultModel?: string) {
  const setup = parseSetup(fileWith(member, defaultModel), 'x');
  return { setup, problems: setup.problems };
}

function fileWith(member: string, defaultModel = "'a/b'"): string {
  return `{ models: { a: ${entryText(member, defaultModel)} } }`;
}

function entryText(member: string, defaultModel = "'a/b'"): string {
  const has = (key: string) => new RegExp(`\\b${key}:`).test(member);
  return `{ provider: 'openrouter', ${has('apiKey') ? '' : `apiKey: '${reference}',`}
    ${has('defaultModel') || defaultModel === '' ? '' : `defaultModel: ${defaultModel},`} ${member} }`;
}

function nest(path: readonly string[], value: unknown): unknown {
  return path.slice(1).reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
}
