import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Edit } from '../../src/config/edit.ts';
import { UsageError, UserError } from '../../src/platform/errors.ts';
import type { SetupFlags } from '../../src/setup/flags.ts';
import { type PresetName, presets } from '../../src/setup/presets.ts';
import { requestFromFlags } from '../../src/setup/request-from-flags.ts';
import { type EntryKey, setupEdits } from '../../src/setup/setup-edits.ts';
import { type Part, parts } from '../../src/setup/setup-request.ts';
import { parseSetup } from '../../src/setup-file/setup-file.ts';
import { seeded } from '../helpers/seeded.ts';
import { testKey } from '../helpers/world.ts';

const reference = `\${OPENROUTER_API_KEY}`;
const empty = parseSetup('', '/s', false);
const noKey: EntryKey = { variable: null, rcFile: null };

describe('a name in another case', () => {
  const text =
    "{ models: { Main: { provider: 'openrouter', apiKey: '$K', defaultModel: 'a/b' }, OpenAI: { provider: 'openai' } } }";

  it('means the entry that exists, for flags, channels and presets', () => {
    expect(edits({ name: 'main', retries: 2 }, text).map(({ path }) => path)).toEqual([
      ['models', 'Main', 'retryOnFailure'],
      ['models', 'Main', 'maxRetries'],
    ]);
    expect(edits({ channel: [{ channel: 'discord', entry: 'main' }] }, text)).toEqual([
      { op: 'set', path: ['channels', 'discord'], value: { model: 'Main' } },
    ]);
    const openRouter =
      "{ models: { OpenRouter: { provider: 'openrouter', defaultModel: 'a/b' } } }";
    for (const { path } of edits({ preset: ['basic'] }, openRouter)) {
      expect(path.slice(0, 2)).toEqual(['models', 'OpenRouter']);
    }
  });

  it('is taken if it is that of an entry of another provider', () => {
    expect(() => edits({ name: 'openai', model: 'c/d' }, text)).toThrow(
      '"OpenAI" in the setup file is an entry of another provider',
    );
  });

  it('means another entry only if that has exactly this name', () => {
    const both = text.replace(
      'OpenAI:',
      "main: { provider: 'openrouter', defaultModel: 'a/b' }, OpenAI:",
    );
    const changed = edits({ name: 'main', retries: 0 }, both).map(({ path }) => path[1]);
    expect(new Set(changed)).toEqual(new Set(['main']));
  });
});

describe('a preset', () => {
  it.each([
    ['basic', ['openrouter']],
    ['free', ['openrouter-free']],
    ['channels', ['router-premium', 'router-standard', 'router-budget']],
    ['auto', ['router-auto']],
    ['resilient', ['router-resilient']],
    ['budget', ['openrouter']],
    ['smart', ['router-smart']],
  ] as const)('%s makes the entries of its step, each with a comment', (preset, names) => {
    const made = edits({ preset: [preset] }).filter(({ path }) => path[0] === 'models');
    expect(made.map(({ path }) => path.join('.'))).toEqual(names.map((name) => `models.${name}`));
    for (const edit of made) {
      expect(edit).toMatchObject({ op: 'set', comment: expect.stringMatching(/^[A-Z].*\.$/) });
    }
  });

  it('says of the first entry only that it serves what has no entry of its own', () => {
    const later = 'For the channels and requests that name it.';
    const there = "{ models: { a: { provider: 'openrouter' } } }";
    expect(edits({ preset: ['basic'] }, there)).toMatchObject([{ comment: later }]);
    expect(edits({ preset: ['smart'], without: ['complexity'] }, there)).toMatchObject([
      { comment: later },
    ]);
    expect(edits({ preset: ['free', 'basic'] })).toMatchObject([
      { comment: expect.stringContaining('Costs nothing') },
      { comment: later },
    ]);
  });

  it('writes the members of the guide', () => {
    expect(afterEdits({ preset: ['smart'] })).toEqual({
      models: {
        'router-smart': {
          provider: 'openrouter',
          apiKey: reference,
          defaultModel: 'google/gemini-2.5-flash',
          complexModel: 'anthropic/claude-sonnet-4',
          complexTriggers: ['代码', '分析', '翻译长文', '写文章'],
        },
      },
    });
    expect(afterEdits({ preset: ['channels'] })).toHaveProperty('channels', {
      whatsapp: { model: 'router-premium' },
      telegram: { model: 'router-standard' },
      discord: { model: 'router-budget' },
    });
  });

  it('overrides an earlier preset for the same entry', () => {
    expect(entryAfter({ preset: ['basic', 'budget'] }, 'openrouter')).toMatchObject({
      defaultModel: 'google/gemini-2.5-flash',
      budget: { dailyLimit: 2 },
    });
  });

  it('is basic without flags in an empty setup', () => {
    expect(edits({})).toMatchObject([{ path: ['models', 'openrouter'] }]);
    expect(edits({}, "{ models: { a: { provider: 'openrouter' } } }")).toEqual([]);
  });
});

describe('a flag', () => {
  it('overrides the value of a preset and leaves the others', () => {
    const flags = { preset: ['budget'] as const, dailyLimit: '5', name: 'mine' };
    expect(entryAfter(flags, 'mine')).toMatchObject({
      defaultModel: 'google/gemini-2.5-flash',
      budget: { dailyLimit: 5, monthlyLimit: 30, alertThreshold: 0.8 },
    });
  });

  it.each([
    [{ model: 'openai/gpt-4o' }, { defaultModel: 'openai/gpt-4o' }],
    [{ model: 'openrouter/auto' }, { defaultModel: 'openrouter/auto' }],
    [{ fallback: ['openai/gpt-4o'] }, { fallbackModels: ['openai/gpt-4o'] }],
    [{ retries: 3 }, { retryOnFailure: true, maxRetries: 3 }],
    [{ retries: 0 }, { retryOnFailure: false, maxRetries: 0 }],
    [{ header: [{ name: 'X-Title', value: 'A' }] }, { headers: { 'X-Title': 'A' } }],
    [{ excludeProvider: ['azure'] }, { providerPreferences: { exclude: ['azure'] } }],
    [{ param: [{ name: 'top_p', value: 0.5 }] }, { parameters: { top_p: 0.5 } }],
    [
      { param: [{ name: 'provider', value: { sort: 'price', zdr: true } }] },
      { parameters: { provider: { sort: 'price', zdr: true } } },
    ],
    [
      { complexModel: 'openai/gpt-4o', complexTrigger: ['code'] },
      { complexModel: 'openai/gpt-4o', complexTriggers: ['code'] },
    ],
  ])('%j is written as %j', (flags, members) => {
    expect(entryAfter(flags, 'openrouter')).toMatchObject(members);
  });

  it('applies to the entries whose preset has that member', () => {
    const after = afterEdits({ preset: ['channels', 'budget'], monthlyLimit: '50' });
    expect(after).toHaveProperty('models.openrouter.budget.monthlyLimit', 50);
    expect(after).not.toHaveProperty('models.router-premium.budget');
  });

  it('applies to the entry of --name', () => {
    const after = afterEdits({
      preset: ['channels'],
      name: 'router-budget',
      model: 'openai/gpt-4o',
    });
    expect(after).toHaveProperty('models.router-budget.defaultModel', 'openai/gpt-4o');
    expect(after).toHaveProperty('models.router-premium.defaultModel', 'anthropic/claude-sonnet-4');
  });

  it('that could mean several entries is rejected', () => {
    expect(() => edits({ preset: ['channels'], model: 'openai/gpt-4o' })).toThrow(UsageError);
    const two = "{ models: { a: { provider: 'openrouter' }, b: { provider: 'openrouter' } } }";
    expect(() => edits({ dailyLimit: '1' }, two)).toThrow(/unclear which one is meant/);
  });

  const cheap = `{ models: { 'router-cheap': { provider: 'openrouter', apiKey: '\${K}', defaultModel: 'x/y' },
    work: { provider: 'ollama' } } }`;

  it.each([
    [{ name: 'router-chep', dailyLimit: '5' }, 'Did you mean router-cheap?'],
    [{ name: 'router-cheep', without: ['budget'] }, 'Did you mean router-cheap?'],
    [{ name: 'Router_Cheap' }, 'Did you mean router-cheap?'],
    [{ name: 'assistant', without: ['budget'] }, 'Choose one of: router-cheap'],
  ] as const)('for an entry that does not exist (%j) is rejected', (flags, hint) => {
    expect(thrown(() => edits(flags, cheap))).toMatchObject({
      message: `There is no entry "${flags.name}"`,
      hint: `${hint}\nFor a new entry, pass --model or --preset too`,
    });
  });

  it('removes nothing from an entry that does not exist in an empty setup', () => {
    expect(thrown(() => edits({ name: 'openrouter', without: ['budget'] }))).toMatchObject({
      hint: 'For a new entry, pass --model or --preset too',
    });
  });

  it.each([
    { name: 'router-chep', model: 'x/z' },
    { name: 'router-chep', preset: ['free'], without: ['budget'] },
    { name: 'assistant', dailyLimit: '5' },
  ] as const)('makes a new entry where that is meant: %j', (flags) => {
    expect(edits(flags, cheap)).toMatchObject([{ path: ['models', flags.name] }]);
  });

  it('without a preset changes only its member of the existing entry', () => {
    const text = `{ models: { a: { provider: 'openrouter', apiKey: '\${K}', defaultModel: 'x/y' } } }`;
    expect(edits({ dailyLimit: '1' }, text)).toEqual([
      { op: 'set', path: ['models', 'a', 'budget'], value: { dailyLimit: 1 } },
    ]);
  });
});

describe('an existing entry', () => {
  it('keeps members that the flags do not change', () => {
    const text = `{ models: { openrouter: { provider: 'openrouter', apiKey: '\${OTHER}', defaultModel: 'x/y',
      headers: { 'x-title': 'old', 'X-More': '1' }, extra: 1 } } }`;
    const flags = { preset: ['basic'] as const, header: [{ name: 'X-Title', value: 'new' }] };
    expect(edits(flags, text)).toEqual([
      {
        op: 'set',
        path: ['models', 'openrouter', 'defaultModel'],
        value: 'anthropic/claude-sonnet-4',
      },
      { op: 'set', path: ['models', 'openrouter', 'headers', 'x-title'], value: 'new' },
    ]);
  });

  it.each(["{ provider: 'anthropic' }", '{}', "'text'"])(
    'of another provider (%s) is an error',
    (entry) => {
      const text = `{ models: { openrouter: ${entry} } }`;
      const error = thrown(() => edits({ preset: ['basic'] }, text));
      expect(error).toMatchObject({ type: 'conflict', place: { line: 1, column: 13 } });
      expect(error).toBeInstanceOf(UserError);
    },
  );

  it('cannot be edited when the file has the wrong shape', () => {
    expect(() => edits({ preset: ['basic'] }, '[]')).toThrow(UserError);
    expect(() => edits({ preset: ['basic'] }, '{ models: [] }')).toThrow(UserError);
  });
});

describe('the same flags a second time', () => {
  const names = presets.map((preset) => preset.name);

  it.each(names)('make no edits for preset %s', (name) => {
    const after = JSON.stringify(afterEdits({ preset: [name] }));
    expect(edits({ preset: [name] }, after)).toEqual([]);
  });

  it('make no edits', () => {
    fc.assert(
      fc.property(
        fc.record(
          {
            preset: fc.subarray<PresetName>(names, { minLength: 1 }),
            retries: fc.nat({ max: 20 }),
            dailyLimit: fc.constantFrom('0.5', '1', '2'),
            fallback: fc.subarray(['a/b', 'c/d', 'e/f:free']),
            header: fc.uniqueArray(
              fc.record({
                name: fc.constantFrom('X-Title', 'x-title', 'HTTP-Referer'),
                value: fc.constantFrom('a', 'b'),
              }),
              { selector: ({ name }) => name.toLowerCase(), minLength: 1 },
            ),
            param: fc.array(
              fc.record({
                name: fc.constantFrom('own_setting', '__proto__'),
                value: fc.jsonValue(),
              }),
              { minLength: 1 },
            ),
            without: fc.subarray<Part>([...parts], { minLength: 1 }),
          },
          { requiredKeys: [] },
        ),
        (flags) => {
          // JSON has no -0, so neither do the files of this test.
          const given: SetupFlags = JSON.parse(JSON.stringify(flags));
          const after = JSON.stringify(afterEdits(given));
          expect(edits(given, after)).toEqual([]);
        },
      ),
      seeded(300),
    );
  });
});

describe('--without', () => {
  const there = `{ models: { a: { provider: 'openrouter', apiKey: '\${K}', defaultModel: 'x/y',
    complexModel: 'x/z', complexTriggers: ['code'], budget: { dailyLimit: 1, monthlyLimit: 9 } } } }`;

  it('removes all members of the part from an existing entry, and no other', () => {
    expect(edits({ without: ['complexity', 'headers'] }, there)).toEqual([
      { op: 'remove', path: ['models', 'a', 'complexModel'] },
      { op: 'remove', path: ['models', 'a', 'complexTriggers'] },
    ]);
  });

  it('removes the retries together with the fallbacks, unless they are set anew', () => {
    const text = `{ models: { a: { provider: 'openrouter', apiKey: '\${K}', defaultModel: 'x/y',
      fallbackModels: ['x/z'], retryOnFailure: true, maxRetries: 2 } } }`;
    const removed = edits({ without: ['fallbacks'] }, text).map(({ path }) => path.at(-1));
    expect(removed).toEqual(['fallbackModels', 'retryOnFailure', 'maxRetries']);
    expect(edits({ without: ['fallbacks'], retries: 2 }, text)).toEqual([
      { op: 'remove', path: ['models', 'a', 'fallbackModels'] },
    ]);
  });

  it('applies before the other flags set the part anew', () => {
    expect(edits({ without: ['budget'], dailyLimit: '2' }, there)).toEqual([
      { op: 'set', path: ['models', 'a', 'budget'], value: { dailyLimit: 2 } },
    ]);
    expect(() => edits({ without: ['complexity'], complexModel: 'x/z' }, there)).toThrow(
      /nothing triggers/,
    );
  });

  it.each([
    ['budget', 'budget', 'budget', 'budget'],
    ['smart', 'complexity', 'complexModel', 'complexTriggers'],
    ['resilient', 'fallbacks', 'fallbackModels', 'fallbackModels'],
  ] as const)(
    'keeps the preset %s from writing %s, and from mentioning it',
    (preset, part, ...members) => {
      const [edit] = edits({ preset: [preset], without: [part] });
      expect(edit).toMatchObject({ comment: 'For everything that has no entry of its own.' });
      for (const member of members) expect(edit).not.toHaveProperty(`value.${member}`);
    },
  );

  it('applies to the entries whose preset has the part', () => {
    const text = `{ models: { 'router-premium': { provider: 'openrouter', budget: { dailyLimit: 1 } } } }`;
    const all = edits({ preset: ['channels', 'budget'], without: ['budget'] }, text);
    expect(all.filter(({ op }) => op === 'remove')).toEqual([]);
    expect(all.find(({ path }) => path.at(-1) === 'openrouter')).not.toHaveProperty('value.budget');
  });
});

describe('a channel', () => {
  const text = "{ models: { a: { provider: 'openrouter' }, other: { provider: 'x' } } }";

  it.each(['a', 'other'])('may use the entry %s that is there', (entry) => {
    expect(edits({ channel: [{ channel: 'slack', entry }] }, text)).toEqual([
      { op: 'set', path: ['channels', 'slack'], value: { model: entry } },
    ]);
  });

  it('keeps its other members', () => {
    const with1 = text.replace(/}$/, ", channels: { slack: { model: 'a', token: 't' } } }");
    expect(edits({ channel: [{ channel: 'slack', entry: 'other' }] }, with1)).toEqual([
      { op: 'set', path: ['channels', 'slack', 'model'], value: 'other' },
    ]);
  });

  it('with an unknown entry is rejected with the nearest one', () => {
    const channel = [{ channel: 'slack', entry: 'othre' }];
    expect(thrown(() => edits({ channel }, text))).toMatchObject({ hint: 'Did you mean other?' });
  });

  it('is rejected with a hint to make an entry where there is none', () => {
    const channel = [{ channel: 'slack', entry: 'other' }];
    expect(thrown(() => edits({ channel }))).toMatchObject({
      hint: expect.stringContaining('Make an entry first'),
    });
  });

  it('of a preset is overridden by the flag', () => {
    const channel = [{ channel: 'discord', entry: 'router-premium' }];
    expect(afterEdits({ preset: ['channels'], channel })).toHaveProperty('channels.discord', {
      model: 'router-premium',
    });
  });
});

describe('a flag that cannot work', () => {
  it.each([
    [{ name: ' ' }, /not be empty/],
    [{ name: 'a\nb' }, /line break/],
    [{ model: 'a/' }, /model id/],
    [{ model: 'a/$(b)' }, /model id/],
    [{ fallback: [''] }, /model id/],
    [{ retries: -1 }, /--retries/],
    [{ retries: 1.5 }, /--retries/],
    [{ dailyLimit: '-2' }, /negative/],
    [{ monthlyLimit: 'lots' }, /amount in USD/],
    [{ dailyLimit: 'NaN' }, /amount in USD/],
    [{ dailyLimit: '5', monthlyLimit: '2' }, /above its monthly limit/],
    [{ preset: ['budget'] as const, dailyLimit: '50' }, /above its monthly limit/],
    [{ alert: '-0.1' }, /between 0 and 1/],
    [{ alert: '0.5' }, /an alert but no limit/],
    [{ preset: ['budget'] as const, without: ['budget'] as const, alert: '0.5' }, /no limit/],
    [{ complexModel: 'a/b' }, /nothing triggers/],
    [{ complexTrigger: ['code'] }, /no complex model/],
    [{ complexModel: 'a/b', complexTrigger: [' '] }, /not be empty/],
    [{ header: [{ name: 'X Y', value: 'z' }] }, /not a valid name/],
    [{ header: [{ name: 'X', value: 'a\r\nB: c' }] }, /line break/],
    [{ header: [{ name: 'Authorization', value: 'x' }] }, /set by the program/],
    [{ header: [{ name: 'X', value: testKey }] }, /secret/],
    [{ header: [{ name: 'X', value: '代' }] }, /HTTP does not allow/],
    [{ excludeProvider: ['a b'] }, /short name/],
    [{ excludeProvider: ['azure'], preferProvider: ['azure'] }, /both/],
    [{ param: [{ name: 'model', value: 'x' }] }, /cannot set/],
    [{ param: [{ name: 'provider', value: { srot: 'price' } }] }, /provider.srot is not a known/],
    [{ param: [{ name: 'temperatur', value: 1 }] }, /temperatur is not a known key/],
    [{ param: [{ name: 'temperature', value: 3 }] }, /must be a number from 0 to 2/],
    [{ channel: [{ channel: '', entry: 'x' }] }, /not be empty/],
  ])('%j is rejected', (flags, reason) => {
    const error = thrown(() => edits(flags));
    expect(error).toBeInstanceOf(UserError);
    expect(String(error)).toMatch(reason);
    expect(String(error)).not.toContain('3c4d');
  });

  it.each([
    ['80', '0.8'],
    ['80%', '0.8'],
    ['1%', '0.01'],
    ['5', '0.05'],
  ])('an alert of %s suggests a share between 0 and 1', (alert, meant) => {
    expect(thrown(() => edits({ alert }))).toMatchObject({
      hint: `Did you mean ${meant}?`,
    });
  });

  it.each(['1.1', '1.5', '800'])('an alert of %s is no percentage', (alert) => {
    expect(thrown(() => edits({ alert }))).toMatchObject({ hint: 'Write it as in 0.8 for 80 %' });
  });

  it('an alert may stay without a limit where the file has it already', () => {
    const text = `{ models: { a: { provider: 'openrouter', budget: { alertThreshold: 0.5 } } } }`;
    expect(edits({ retries: 1 }, text)).not.toEqual([]);
    expect(thrown(() => edits({ alert: '0.6' }, text))).toMatchObject({
      hint: 'Give --daily-limit or --monthly-limit too',
    });
  });
});

describe('a new key', () => {
  const rcFile = { shell: 'bash', path: '/home/.bashrc' } as const;

  it('replaces a literal key in the entry', () => {
    const text = `{ models: { openrouter: { provider: 'openrouter', apiKey: '${testKey}', defaultModel: 'a/b' } } }`;
    const edit = { op: 'set', path: ['models', 'openrouter', 'apiKey'], value: reference };
    expect(edits({ name: 'openrouter' }, text, { variable: null, rcFile })).toEqual([edit]);
    expect(edits({ name: 'openrouter' }, text)).toEqual([]);
  });

  it('may stay in another variable, which the entry then names', () => {
    expect(edits({}, undefined, { variable: 'MY_KEY', rcFile: null })).toMatchObject([
      { value: { apiKey: `\${MY_KEY}` } },
    ]);
  });
});

function edits(flags: SetupFlags, text?: string, key = noKey): readonly Edit[] {
  const setup = text === undefined ? empty : parseSetup(text, '/s');
  return setupEdits(requestFromFlags(flags, setup), key, setup);
}

/** What an empty file would hold after the edits. */
function afterEdits(flags: SetupFlags): object {
  const value = {};
  for (const edit of edits(flags)) set(value, edit);
  return value;
}

function entryAfter(flags: SetupFlags, name: string): unknown {
  return Object(afterEdits(flags)).models[name];
}

function set(root: Record<string, unknown>, edit: Edit): void {
  if (edit.op !== 'set') throw new Error('expected only set edits');
  const last = String(edit.path.at(-1));
  const holder = edit.path.slice(0, -1).reduce<Record<string, unknown>>((at, key) => {
    at[key] ??= {};
    return Object(at[key]);
  }, root);
  holder[last] = edit.value;
}

function thrown(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
