import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Edit } from '../../src/config/edit.ts';
import { UsageError, UserError } from '../../src/platform/errors.ts';
import { type Answers, noAnswers } from '../../src/setup/answers.ts';
import type { KnownModels } from '../../src/setup/living-models.ts';
import { planSetup } from '../../src/setup/plan.ts';
import { type PresetName, presets } from '../../src/setup/presets.ts';
import { type Part, parts } from '../../src/setup/without.ts';
import { parseSetup } from '../../src/setup-file/setup-file.ts';
import { seeded } from '../helpers/seeded.ts';
import { testKey } from '../helpers/world.ts';

const reference = `\${OPENROUTER_API_KEY}`;
const empty = parseSetup('', '/s', false);

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

  it('and another of the same entry: the later has the last word', () => {
    expect(entryAfter({ presets: ['basic', 'budget'] }, 'openrouter')).toMatchObject({
      defaultModel: 'google/gemini-2.5-flash',
      budget: { dailyLimit: 2 },
    });
  });

  it('is basic when nothing is said and nothing is there', () => {
    expect(plan({}).entries).toEqual(['openrouter']);
    expect(plan({}, "{ models: { a: { provider: 'openrouter' } } }").edits).toEqual([]);
  });
});

describe('a flag', () => {
  it('overrides the value of a preset and leaves the others', () => {
    const answers = { presets: ['budget'] as const, dailyLimit: '5', name: 'mine' };
    expect(entryAfter(answers, 'mine')).toMatchObject({
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
    [{ key: { ...noAnswers.key, variable: 'MY_KEY' } }, { apiKey: `\${MY_KEY}` }],
    [
      { complexModel: 'openai/gpt-4o', complexTriggers: ['code'] },
      { complexModel: 'openai/gpt-4o', complexTriggers: ['code'] },
    ],
  ])('%j is written as %j', (answers, members) => {
    expect(entryAfter(answers, 'openrouter')).toMatchObject(members);
  });

  it('goes to the entries whose preset has that member', () => {
    const after = afterPlan({ presets: ['channels', 'budget'], monthlyLimit: '50' });
    expect(after).toHaveProperty('models.openrouter.budget.monthlyLimit', 50);
    expect(after).not.toHaveProperty('models.router-premium.budget');
  });

  it('goes to the entry that --name says', () => {
    const after = afterPlan({
      presets: ['channels'],
      name: 'router-budget',
      model: 'openai/gpt-4o',
    });
    expect(after).toHaveProperty('models.router-budget.defaultModel', 'openai/gpt-4o');
    expect(after).toHaveProperty('models.router-premium.defaultModel', 'anthropic/claude-sonnet-4');
  });

  it('that could mean several entries is asked back', () => {
    expect(() => plan({ presets: ['channels'], model: 'openai/gpt-4o' })).toThrow(UsageError);
    const two = "{ models: { a: { provider: 'openrouter' }, b: { provider: 'openrouter' } } }";
    expect(() => plan({ dailyLimit: '1' }, two)).toThrow(/Which entry/);
  });

  it('without a preset changes the entry that is there, and no more of it', () => {
    const text = `{ models: { a: { provider: 'openrouter', apiKey: '\${K}', defaultModel: 'x/y' } } }`;
    expect(plan({ dailyLimit: '1' }, text).edits).toEqual([
      { op: 'set', path: ['models', 'a', 'budget'], value: { dailyLimit: 1 } },
    ]);
  });
});

describe('an entry that is there', () => {
  it('keeps what the answers do not speak of', () => {
    const text = `{ models: { openrouter: { provider: 'openrouter', apiKey: '\${OTHER}', defaultModel: 'x/y',
      headers: { 'x-title': 'old', 'X-More': '1' }, extra: 1 } } }`;
    const answers = { presets: ['basic'] as const, headers: [{ name: 'X-Title', value: 'new' }] };
    expect(plan(answers, text).edits).toEqual([
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

  it('is not reached below a shape that cannot be edited', () => {
    expect(() => plan({ presets: ['basic'] }, '[]')).toThrow(UserError);
    expect(() => plan({ presets: ['basic'] }, '{ models: [] }')).toThrow(UserError);
  });
});

describe('the same answers twice', () => {
  const names = presets.map((preset) => preset.name);

  it.each(names)('preset %s: change nothing the second time', (name) => {
    const after = JSON.stringify(afterPlan({ presets: [name] }));
    expect(plan({ presets: [name] }, after).edits).toEqual([]);
  });

  it('whatever they are, change nothing the second time', () => {
    fc.assert(
      fc.property(
        fc.record<Partial<Answers>>({
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
        (answers) => {
          // JSON has no -0, so neither do the files of this test.
          const said: Partial<Answers> = JSON.parse(JSON.stringify(answers));
          const after = JSON.stringify(afterPlan(said));
          expect(plan(said, after).edits).toEqual([]);
        },
      ),
      seeded(300),
    );
  });
});

describe('what is to go', () => {
  const there = `{ models: { a: { provider: 'openrouter', apiKey: '\${K}', defaultModel: 'x/y',
    complexModel: 'x/z', complexTriggers: ['code'], budget: { dailyLimit: 1, monthlyLimit: 9 } } } }`;

  it('goes from an entry that is there, with all that belongs to it, and nothing else does', () => {
    expect(plan({ without: ['complexity', 'headers'] }, there).edits).toEqual([
      { op: 'remove', path: ['models', 'a', 'complexModel'] },
      { op: 'remove', path: ['models', 'a', 'complexTriggers'] },
    ]);
  });

  it('goes before the other flags give it anew', () => {
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
  ] as const)('of the preset %s is not written, nor spoken of', (preset, part, ...members) => {
    const [edit] = plan({ presets: [preset], without: [part] }).edits;
    expect(edit).toMatchObject({ comment: 'For everything that has no entry of its own.' });
    for (const member of members) expect(edit).not.toHaveProperty(`value.${member}`);
  });

  it('is taken from the entries whose preset has it', () => {
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

  it('is replaced by its successor, and that is said', () => {
    const planned = planSetup({ ...noAnswers, model: 'gone/one' }, empty, known);
    expect(planned.edits[0]).toMatchObject({ value: { defaultModel: 'alive/one' } });
    expect(planned.notes).toEqual([
      'OpenRouter does not offer "gone/one"; "alive/one" takes its place',
    ]);
  });

  it('and that nothing follows is a slip, with the nearest', () => {
    const error = thrown(() => planSetup({ ...noAnswers, model: 'alvie/one' }, empty, known));
    expect(error).toMatchObject({ type: 'not_found', hint: 'Did you mean "alive/one"?' });
  });

  it('but a preset has is kept and said', () => {
    const planned = planSetup({ ...noAnswers, presets: ['auto'] }, empty, known);
    expect(planned.edits[0]).toMatchObject({ value: { defaultModel: 'openrouter/auto' } });
    expect(planned.notes).toHaveLength(1);
  });

  it('is left out of the fallbacks when its successor is in the chain already', () => {
    const answers = { ...noAnswers, model: 'alive/one', fallbacks: ['gone/one', 'alive/two'] };
    const planned = planSetup(answers, empty, known);
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

  it('keeps its other settings', () => {
    const with1 = text.replace(/}$/, ", channels: { slack: { model: 'a', token: 't' } } }");
    expect(plan({ channels: [{ channel: 'slack', entry: 'other' }] }, with1).edits).toEqual([
      { op: 'set', path: ['channels', 'slack', 'model'], value: 'other' },
    ]);
  });

  it('that names no entry is refused with the nearest', () => {
    const channels = [{ channel: 'slack', entry: 'othre' }];
    expect(thrown(() => plan({ channels }, text))).toMatchObject({ hint: 'Did you mean "other"?' });
  });

  it('is refused with the way to an entry where there is none', () => {
    const channels = [{ channel: 'slack', entry: 'other' }];
    expect(thrown(() => plan({ channels }))).toMatchObject({
      hint: expect.stringContaining('There is no entry yet'),
    });
  });

  it('of a preset gives way to the flag', () => {
    const channels = [{ channel: 'discord', entry: 'router-premium' }];
    expect(afterPlan({ presets: ['channels'], channels })).toHaveProperty('channels.discord', {
      model: 'router-premium',
    });
  });
});

describe('an answer that cannot work', () => {
  it.each([
    [{ name: ' ' }, /not empty/],
    [{ name: 'a\nb' }, /line break/],
    [{ model: 'gpt-4o' }, /model id/],
    [{ model: 'a/' }, /model id/],
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
    [{ complexTriggers: ['code'] }, /no model/],
    [{ complexModel: 'a/b', complexTriggers: [' '] }, /not empty/],
    [{ headers: [{ name: 'X Y', value: 'z' }] }, /HTTP allows/],
    [{ headers: [{ name: 'X', value: 'a\r\nB: c' }] }, /line break/],
    [{ headers: [{ name: 'Authorization', value: 'x' }] }, /program itself/],
    [{ headers: [{ name: 'X', value: testKey }] }, /secret/],
    [{ headers: [{ name: 'X', value: '代' }] }, /cannot carry/],
    [{ excludeProviders: ['a b'] }, /short name/],
    [{ excludeProviders: ['azure'], preferProviders: ['azure'] }, /both/],
    [{ parameters: [{ name: 'model', value: 'x' }] }, /cannot set/],
    [{ channels: [{ channel: '', entry: 'x' }] }, /not empty/],
    [{ key: { ...noAnswers.key, variable: 'A-B' } }, /name of a variable/],
    [{ key: { ...noAnswers.key, secret: `${testKey}\nx` } }, /more than one line/],
  ])('%j is refused', (answers, reason) => {
    const error = thrown(() => plan(answers));
    expect(error).toBeInstanceOf(UserError);
    expect(String(error)).toMatch(reason);
    expect(String(error)).not.toContain('3c4d');
  });

  it.each([
    ['80', '0.8'],
    ['80%', '0.8'],
    ['5', '0.05'],
  ])('an alert of %s: 0 to 1 is meant', (alertThreshold, meant) => {
    expect(thrown(() => plan({ alertThreshold }))).toMatchObject({
      hint: `Did you mean ${meant}?`,
    });
  });
});

describe('a new key', () => {
  const rcFile = { shell: 'bash', path: '/home/.bashrc' } as const;

  it('goes to the rc file under the variable that the entry names', () => {
    const key = { variable: null, secret: testKey, rcFile };
    expect(plan({ key }).key).toEqual({
      rcFile,
      variable: 'OPENROUTER_API_KEY',
      edits: [{ op: 'set', path: ['OPENROUTER_API_KEY'], value: testKey }],
    });
    const text = `{ models: { openrouter: { provider: 'openrouter', apiKey: '\${MINE}' } } }`;
    expect(plan({ presets: ['basic'], key }, text).key?.variable).toBe('MINE');
  });

  it('takes the place of one that stands in the entry itself', () => {
    const text = `{ models: { openrouter: { provider: 'openrouter', apiKey: '${testKey}', defaultModel: 'a/b' } } }`;
    const edit = { op: 'set', path: ['models', 'openrouter', 'apiKey'], value: reference };
    const key = { variable: null, secret: testKey, rcFile };
    expect(plan({ name: 'openrouter', key }, text).edits).toEqual([edit]);
    expect(plan({ name: 'openrouter' }, text).edits).toEqual([]);
  });

  it('never goes into the setup file', () => {
    const key = { variable: null, secret: testKey, rcFile };
    expect(JSON.stringify(plan({ key }).edits)).not.toContain(testKey);
  });

  it('goes nowhere without a key or an rc file', () => {
    expect(plan({ key: { variable: null, secret: null, rcFile } }).key).toBeNull();
    expect(plan({ key: { variable: null, secret: testKey, rcFile: null } }).key).toBeNull();
  });
});

function plan(answers: Partial<Answers>, text?: string) {
  const setup = text === undefined ? empty : parseSetup(text, '/s');
  return planSetup({ ...noAnswers, ...answers }, setup, null);
}

/** What an empty file would hold after the edits. */
function afterPlan(answers: Partial<Answers>): object {
  const value = {};
  for (const edit of plan(answers).edits) set(value, edit);
  return value;
}

function entryAfter(answers: Partial<Answers>, name: string): unknown {
  return Object(afterPlan(answers)).models[name];
}

function set(root: Record<string, unknown>, edit: Edit): void {
  if (edit.op !== 'set') throw new Error('a plan only sets');
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
