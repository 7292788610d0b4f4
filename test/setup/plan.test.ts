import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Edit } from '../../src/config/edit.ts';
import { UsageError, UserError } from '../../src/platform/errors.ts';
import type { KeyStorage } from '../../src/setup/key.ts';
import { assertKnownModels, type KnownModels } from '../../src/setup/known-models.ts';
import { planSetup } from '../../src/setup/plan.ts';
import { type PresetName, presets } from '../../src/setup/presets.ts';
import { modelsIn, resolveSettings } from '../../src/setup/resolve.ts';
import { noSettings, type Settings } from '../../src/setup/settings.ts';
import { type Part, parts } from '../../src/setup/setup-request.ts';
import { parseSetup } from '../../src/setup-file/setup-file.ts';
import { seeded } from '../helpers/seeded.ts';
import { testKey } from '../helpers/world.ts';

const reference = `\${OPENROUTER_API_KEY}`;
const empty = parseSetup('', '/s', false);
const noKey: KeyStorage = { variable: null, secret: null, rcFile: null };

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
    const { edits, entries } = plan({ presets: [preset] });
    expect(entries).toEqual(names);
    for (const name of names) {
      const edit = edits.find(({ path }) => path.join('.') === `models.${name}`);
      expect(edit).toMatchObject({ op: 'set', comment: expect.stringMatching(/^[A-Z].*\.$/) });
    }
  });

  it('writes what the guide has', () => {
    expect(afterPlan({ presets: ['smart'] })).toEqual({
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
    expect(afterPlan({ presets: ['channels'] })).toHaveProperty('channels', {
      whatsapp: { model: 'router-premium' },
      telegram: { model: 'router-standard' },
      discord: { model: 'router-budget' },
    });
  });

  it('overrides an earlier preset for the same entry', () => {
    expect(entryAfter({ presets: ['basic', 'budget'] }, 'openrouter')).toMatchObject({
      defaultModel: 'google/gemini-2.5-flash',
      budget: { dailyLimit: 2 },
    });
  });

  it('is basic without settings in an empty setup', () => {
    expect(plan({}).entries).toEqual(['openrouter']);
    expect(plan({}, "{ models: { a: { provider: 'openrouter' } } }").edits).toEqual([]);
  });
});

describe('a flag', () => {
  it('overrides the value of a preset and leaves the others', () => {
    const settings = { presets: ['budget'] as const, dailyLimit: '5', name: 'mine' };
    expect(entryAfter(settings, 'mine')).toMatchObject({
      defaultModel: 'google/gemini-2.5-flash',
      budget: { dailyLimit: 5, monthlyLimit: 30, alertThreshold: 0.8 },
    });
  });

  it.each([
    [{ model: 'openai/gpt-4o' }, { defaultModel: 'openai/gpt-4o' }],
    [{ model: 'openrouter/openai/gpt-4o' }, { defaultModel: 'openai/gpt-4o' }],
    [{ model: 'openrouter/auto' }, { defaultModel: 'openrouter/auto' }],
    [{ fallbacks: ['openai/gpt-4o'] }, { fallbackModels: ['openai/gpt-4o'] }],
    [{ retries: 3 }, { retryOnFailure: true, maxRetries: 3 }],
    [{ retries: 0 }, { retryOnFailure: false, maxRetries: 0 }],
    [{ headers: [{ name: 'X-Title', value: 'A' }] }, { headers: { 'X-Title': 'A' } }],
    [{ excludeProviders: ['azure'] }, { providerPreferences: { exclude: ['azure'] } }],
    [{ parameters: [{ name: 'top_p', value: 0.5 }] }, { parameters: { top_p: 0.5 } }],
    [
      { complexModel: 'openai/gpt-4o', complexTriggers: ['code'] },
      { complexModel: 'openai/gpt-4o', complexTriggers: ['code'] },
    ],
  ])('%j is written as %j', (settings, members) => {
    expect(entryAfter(settings, 'openrouter')).toMatchObject(members);
  });

  it('applies to the entries whose preset has that member', () => {
    const after = afterPlan({ presets: ['channels', 'budget'], monthlyLimit: '50' });
    expect(after).toHaveProperty('models.openrouter.budget.monthlyLimit', 50);
    expect(after).not.toHaveProperty('models.router-premium.budget');
  });

  it('applies to the entry of --name', () => {
    const after = afterPlan({
      presets: ['channels'],
      name: 'router-budget',
      model: 'openai/gpt-4o',
    });
    expect(after).toHaveProperty('models.router-budget.defaultModel', 'openai/gpt-4o');
    expect(after).toHaveProperty('models.router-premium.defaultModel', 'anthropic/claude-sonnet-4');
  });

  it('that could mean several entries is rejected', () => {
    expect(() => plan({ presets: ['channels'], model: 'openai/gpt-4o' })).toThrow(UsageError);
    const two = "{ models: { a: { provider: 'openrouter' }, b: { provider: 'openrouter' } } }";
    expect(() => plan({ dailyLimit: '1' }, two)).toThrow(/unclear which one is meant/);
  });

  it('without a preset changes only its member of the existing entry', () => {
    const text = `{ models: { a: { provider: 'openrouter', apiKey: '\${K}', defaultModel: 'x/y' } } }`;
    expect(plan({ dailyLimit: '1' }, text).edits).toEqual([
      { op: 'set', path: ['models', 'a', 'budget'], value: { dailyLimit: 1 } },
    ]);
  });
});

describe('an existing entry', () => {
  it('keeps members that the settings do not change', () => {
    const text = `{ models: { openrouter: { provider: 'openrouter', apiKey: '\${OTHER}', defaultModel: 'x/y',
      headers: { 'x-title': 'old', 'X-More': '1' }, extra: 1 } } }`;
    const settings = { presets: ['basic'] as const, headers: [{ name: 'X-Title', value: 'new' }] };
    expect(plan(settings, text).edits).toEqual([
      {
        op: 'set',
        path: ['models', 'openrouter', 'defaultModel'],
        value: 'anthropic/claude-sonnet-4',
      },
      { op: 'set', path: ['models', 'openrouter', 'headers', 'x-title'], value: 'new' },
    ]);
  });

  it.each(["{ provider: 'anthropic' }", '{}', "'text'"])(
    'and is not ours (%s) is refused',
    (entry) => {
      const text = `{ models: { openrouter: ${entry} } }`;
      const error = thrown(() => plan({ presets: ['basic'] }, text));
      expect(error).toMatchObject({ type: 'conflict', place: { line: 1, column: 13 } });
      expect(error).toBeInstanceOf(UserError);
    },
  );

  it('cannot be edited when the file has the wrong shape', () => {
    expect(() => plan({ presets: ['basic'] }, '[]')).toThrow(UserError);
    expect(() => plan({ presets: ['basic'] }, '{ models: [] }')).toThrow(UserError);
  });
});

describe('the same settings a second time', () => {
  const names = presets.map((preset) => preset.name);

  it.each(names)('make no edits for preset %s', (name) => {
    const after = JSON.stringify(afterPlan({ presets: [name] }));
    expect(plan({ presets: [name] }, after).edits).toEqual([]);
  });

  it('make no edits', () => {
    fc.assert(
      fc.property(
        fc.record<Partial<Settings>>({
          presets: fc.subarray<PresetName>(names),
          retries: fc.option(fc.nat({ max: 20 })),
          dailyLimit: fc.option(fc.constantFrom('0.5', '1', '2')),
          fallbacks: fc.option(fc.subarray(['a/b', 'c/d', 'e/f:free'])),
          headers: fc.uniqueArray(
            fc.record({
              name: fc.constantFrom('X-Title', 'x-title', 'HTTP-Referer'),
              value: fc.constantFrom('a', 'b'),
            }),
            { selector: ({ name }) => name.toLowerCase() },
          ),
          parameters: fc.array(
            fc.record({ name: fc.constantFrom('top_p', '__proto__'), value: fc.jsonValue() }),
          ),
          without: fc.subarray<Part>([...parts]),
        }),
        (settings) => {
          // JSON has no -0, so neither do the files of this test.
          const given: Partial<Settings> = JSON.parse(JSON.stringify(settings));
          const after = JSON.stringify(afterPlan(given));
          expect(plan(given, after).edits).toEqual([]);
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
    expect(plan({ without: ['complexity', 'headers'] }, there).edits).toEqual([
      { op: 'remove', path: ['models', 'a', 'complexModel'] },
      { op: 'remove', path: ['models', 'a', 'complexTriggers'] },
    ]);
  });

  it('applies before the other flags set the part anew', () => {
    expect(plan({ without: ['budget'], dailyLimit: '2' }, there).edits).toEqual([
      { op: 'set', path: ['models', 'a', 'budget'], value: { dailyLimit: 2 } },
    ]);
    expect(() => plan({ without: ['complexity'], complexModel: 'x/z' }, there)).toThrow(
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
      const [edit] = plan({ presets: [preset], without: [part] }).edits;
      expect(edit).toMatchObject({ comment: 'For everything that has no entry of its own.' });
      for (const member of members) expect(edit).not.toHaveProperty(`value.${member}`);
    },
  );

  it('applies to the entries whose preset has the part', () => {
    const text = `{ models: { 'router-premium': { provider: 'openrouter', budget: { dailyLimit: 1 } } } }`;
    const { edits } = plan({ presets: ['channels', 'budget'], without: ['budget'] }, text);
    expect(edits.filter(({ op }) => op === 'remove')).toEqual([]);
    expect(edits.find(({ path }) => path.at(-1) === 'openrouter')).not.toHaveProperty(
      'value.budget',
    );
  });
});

describe('a model that OpenRouter does not offer', () => {
  const known: KnownModels = {
    has: (id) => id.startsWith('alive/'),
    successorOf: (id) => (id === 'gone/one' ? 'alive/one' : null),
    nearest: (id) => (id === 'alvie/one' ? ['alive/one'] : []),
  };

  it('is replaced by its successor, with a note', () => {
    const planned = planWith(known, { model: 'gone/one' });
    expect(planned.edits[0]).toMatchObject({ value: { defaultModel: 'alive/one' } });
    expect(planned.notes).toEqual([
      'OpenRouter does not offer "gone/one"; "alive/one" takes its place',
    ]);
  });

  it('and has no successor is rejected with the nearest id', () => {
    const ids = modelsIn({ ...noSettings, model: 'alvie/one' });
    const error = thrown(() => assertKnownModels(ids, known));
    expect(error).toMatchObject({ type: 'not_found', hint: 'Did you mean "alive/one"?' });
  });

  it('is kept with a note when it comes from a preset', () => {
    const planned = planWith(known, { presets: ['auto'] });
    expect(planned.edits[0]).toMatchObject({ value: { defaultModel: 'openrouter/auto' } });
    expect(planned.notes).toHaveLength(1);
  });

  it('is left out of the fallbacks when its successor is already in the chain', () => {
    const planned = planWith(known, {
      model: 'alive/one',
      fallbacks: ['gone/one', 'alive/two'],
    });
    expect(planned.edits[0]).toMatchObject({ value: { fallbackModels: ['alive/two'] } });
    expect(planned.notes).toHaveLength(2);
  });
});

describe('a channel', () => {
  const text = "{ models: { a: { provider: 'openrouter' }, other: { provider: 'x' } } }";

  it.each(['a', 'other'])('may use the entry %s that is there', (entry) => {
    expect(plan({ channels: [{ channel: 'slack', entry }] }, text).edits).toEqual([
      { op: 'set', path: ['channels', 'slack'], value: { model: entry } },
    ]);
  });

  it('keeps its other members', () => {
    const with1 = text.replace(/}$/, ", channels: { slack: { model: 'a', token: 't' } } }");
    expect(plan({ channels: [{ channel: 'slack', entry: 'other' }] }, with1).edits).toEqual([
      { op: 'set', path: ['channels', 'slack', 'model'], value: 'other' },
    ]);
  });

  it('with an unknown entry is rejected with the nearest one', () => {
    const channels = [{ channel: 'slack', entry: 'othre' }];
    expect(thrown(() => plan({ channels }, text))).toMatchObject({ hint: 'Did you mean "other"?' });
  });

  it('is rejected with a hint to make an entry where there is none', () => {
    const channels = [{ channel: 'slack', entry: 'other' }];
    expect(thrown(() => plan({ channels }))).toMatchObject({
      hint: expect.stringContaining('Make an entry first'),
    });
  });

  it('of a preset is overridden by the flag', () => {
    const channels = [{ channel: 'discord', entry: 'router-premium' }];
    expect(afterPlan({ presets: ['channels'], channels })).toHaveProperty('channels.discord', {
      model: 'router-premium',
    });
  });
});

describe('a setting that cannot work', () => {
  it.each([
    [{ name: ' ' }, /not be empty/],
    [{ name: 'a\nb' }, /line break/],
    [{ model: 'gpt-4o' }, /model id/],
    [{ model: 'a/' }, /model id/],
    [{ model: 'a/$(b)' }, /model id/],
    [{ fallbacks: [''] }, /model id/],
    [{ retries: -1 }, /--retries/],
    [{ retries: 1.5 }, /--retries/],
    [{ dailyLimit: '-2' }, /negative/],
    [{ monthlyLimit: 'lots' }, /amount in USD/],
    [{ dailyLimit: 'NaN' }, /amount in USD/],
    [{ dailyLimit: '5', monthlyLimit: '2' }, /above its monthly limit/],
    [{ presets: ['budget'] as const, dailyLimit: '50' }, /above its monthly limit/],
    [{ alertThreshold: '-0.1' }, /between 0 and 1/],
    [{ complexModel: 'a/b' }, /nothing triggers/],
    [{ complexTriggers: ['code'] }, /no complex model/],
    [{ complexModel: 'a/b', complexTriggers: [' '] }, /not be empty/],
    [{ headers: [{ name: 'X Y', value: 'z' }] }, /not a valid name/],
    [{ headers: [{ name: 'X', value: 'a\r\nB: c' }] }, /line break/],
    [{ headers: [{ name: 'Authorization', value: 'x' }] }, /set by the program/],
    [{ headers: [{ name: 'X', value: testKey }] }, /secret/],
    [{ headers: [{ name: 'X', value: '代' }] }, /HTTP does not allow/],
    [{ excludeProviders: ['a b'] }, /short name/],
    [{ excludeProviders: ['azure'], preferProviders: ['azure'] }, /both/],
    [{ parameters: [{ name: 'model', value: 'x' }] }, /cannot set/],
    [{ channels: [{ channel: '', entry: 'x' }] }, /not be empty/],
  ])('%j is rejected', (settings, reason) => {
    const error = thrown(() => plan(settings));
    expect(error).toBeInstanceOf(UserError);
    expect(String(error)).toMatch(reason);
    expect(String(error)).not.toContain('3c4d');
  });

  it.each([
    ['80', '0.8'],
    ['80%', '0.8'],
    ['5', '0.05'],
  ])('an alert of %s suggests a share between 0 and 1', (alertThreshold, meant) => {
    expect(thrown(() => plan({ alertThreshold }))).toMatchObject({
      hint: `Did you mean ${meant}?`,
    });
  });
});

describe('a new key', () => {
  const rcFile = { shell: 'bash', path: '/home/.bashrc' } as const;

  it('is written to the rc file under the variable that the entry names', () => {
    const key = { variable: null, secret: testKey, rcFile };
    expect(plan({}, undefined, key).key).toEqual({
      rcFile,
      variable: 'OPENROUTER_API_KEY',
      edits: [{ op: 'set', path: ['OPENROUTER_API_KEY'], value: testKey }],
    });
    const text = `{ models: { openrouter: { provider: 'openrouter', apiKey: '\${MINE}' } } }`;
    expect(plan({ presets: ['basic'] }, text, key).key?.variable).toBe('MINE');
  });

  it('replaces a literal key in the entry', () => {
    const text = `{ models: { openrouter: { provider: 'openrouter', apiKey: '${testKey}', defaultModel: 'a/b' } } }`;
    const edit = { op: 'set', path: ['models', 'openrouter', 'apiKey'], value: reference };
    const key = { variable: null, secret: testKey, rcFile };
    expect(plan({ name: 'openrouter' }, text, key).edits).toEqual([edit]);
    expect(plan({ name: 'openrouter' }, text).edits).toEqual([]);
  });

  it('may stay in another variable, which the entry then names', () => {
    expect(plan({}, undefined, { variable: 'MY_KEY' }).edits).toMatchObject([
      { value: { apiKey: `\${MY_KEY}` } },
    ]);
  });

  it('is never written to the setup file', () => {
    const key = { variable: null, secret: testKey, rcFile };
    expect(JSON.stringify(plan({}, undefined, key).edits)).not.toContain(testKey);
  });

  it('is not stored without a secret or an rc file', () => {
    expect(plan({}, undefined, { rcFile }).key).toBeNull();
    expect(plan({}, undefined, { secret: testKey }).key).toBeNull();
  });
});

function plan(settings: Partial<Settings>, text?: string, key: Partial<KeyStorage> = {}) {
  const setup = text === undefined ? empty : parseSetup(text, '/s');
  const request = resolveSettings({ ...noSettings, ...settings }, setup);
  return planSetup(request, { ...noKey, ...key }, setup, null);
}

function planWith(known: KnownModels, settings: Partial<Settings>) {
  const request = resolveSettings({ ...noSettings, ...settings }, empty);
  return planSetup(request, noKey, empty, known);
}

/** What an empty file would hold after the edits. */
function afterPlan(settings: Partial<Settings>): object {
  const value = {};
  for (const edit of plan(settings).edits) set(value, edit);
  return value;
}

function entryAfter(settings: Partial<Settings>, name: string): unknown {
  return Object(afterPlan(settings)).models[name];
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
