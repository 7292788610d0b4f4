import { beforeAll, describe, expect, it } from 'vitest';
import type { CatalogModel } from '../../src/catalog/model.ts';
import { checks } from '../../src/doctor/checks/index.ts';
import { examine } from '../../src/doctor/examine.ts';
import { gatherFacts } from '../../src/doctor/facts/index.ts';
import type { Account } from '../../src/doctor/facts/openrouter.ts';
import type { KeyInfo } from '../../src/openrouter/account.ts';
import { parseFaults } from '../../src/sandbox/faults.ts';
import { openLedger } from '../../src/spend/open-ledger.ts';
import { spendReport } from '../../src/spend/report.ts';
import { testSandbox } from '../helpers/sandbox.ts';
import {
  type DoctorWorld,
  doctorWorld,
  examineAll,
  findingsOf,
  fixedClock,
  goodKey,
  sandboxModels,
} from './doctor-world.ts';

const text = `{
  models: {
    main: {
      provider: 'openrouter',
      apiKey: '\${OPENROUTER_API_KEY}',
      defaultModel: 'anthropic/claude-sonnet-4',
      budget: { dailyLimit: 2, monthlyLimit: 30, alertThreshold: 0.8 },
    },
  },
}`;

const well: KeyInfo = {
  label: 'mine',
  usage: '8',
  usageDaily: '0.5',
  usageWeekly: '1.25',
  usageMonthly: '3',
  limit: '20',
  limitRemaining: '17',
  limitReset: 'monthly',
  byokUsageMonthly: null,
  isFreeTier: false,
  isManagementKey: false,
  expiresAt: null,
  freeModelDailyRequests: null,
};

let models: readonly CatalogModel[];
beforeAll(async () => {
  models = await sandboxModels();
});

async function ask(
  info: Partial<KeyInfo>,
  options = text,
  credits: Account['credits'] = null,
  recorded: Readonly<Record<string, string>> = {},
) {
  const doctor = await doctorWorld({ text: options, models });
  await record(doctor, recorded);
  const accounts = (await doctor.facts.keys()).map(
    (key): Account => ({ key, info: { ...well, ...info }, credits, refused: null }),
  );
  const facts = { ...doctor.facts, accounts: async () => accounts };
  const selected = checks.filter(({ needs }) => needs.includes('accounts'));
  const examined = await examine(selected, facts);
  return {
    found: findingsOf(examined).map(({ checkId, severity, place }) =>
      [checkId, severity, ...(place === undefined ? [] : [`${place.line}:${place.column}`])].join(
        ' ',
      ),
    ),
    messages: findingsOf(examined).map(({ message }) => message),
    hints: findingsOf(examined).map(({ checkId, fixHint }) => [checkId, fixHint]),
    limits: findingsOf(examined)
      .filter(({ checkId }) => checkId === 'budget/key-limit')
      .map(({ message, fixHint }) => [message, fixHint]),
    remarks: examined.flatMap((one) => (one.state === 'ran' ? one.remarks : [])),
  };
}

/** The setup with a second entry, and other budgets. */
function twoEntries(one: string, two: string, apiKey = `\${OPENROUTER_API_KEY}`): string {
  const other = `other: { provider: 'openrouter', apiKey: '${apiKey}', defaultModel: 'anthropic/claude-sonnet-4', budget: { ${two} } },`;
  return text
    .replace(/budget: \{.*?\}/, `budget: { ${one} }`)
    .replace(/ {2}\},\n\}$/, () => `${other}\n  },\n}`);
}

/** What each entry has spent today in the ledger of `serve`, in USD. */
async function record({ deps }: DoctorWorld, spent: Readonly<Record<string, string>>) {
  if (Object.keys(spent).length === 0) return;
  const ledger = await openLedger(deps);
  const at = deps.clock.now();
  const rest = { at, role: 'primary', model: 'x/y', servedModel: null, provider: null } as const;
  const tokens = { promptTokens: null, completionTokens: null, estimated: false } as const;
  for (const [entry, costUsd] of Object.entries(spent)) {
    await ledger.record({ ...rest, ...tokens, entry, costUsd, outcome: 'ok' });
  }
  await ledger.close();
}

function withFetch(doctor: DoctorWorld, fetch: typeof globalThis.fetch): DoctorWorld {
  return { ...doctor, facts: gatherFacts({ ...doctor.deps, fetch }, doctor.facts.options) };
}

describe('a key that is well', () => {
  it('is reported with its numbers and without a finding', async () => {
    expect(await ask({})).toEqual({
      found: [],
      messages: [],
      hints: [],
      limits: [],
      remarks: [
        '$17.00 left, resets monthly',
        '$0.50 of $2.00 today',
        '$3.00 of $30.00 this month',
      ],
    });
  });

  it('names the entry of each budget where there are several', async () => {
    const entry = `provider: 'openrouter', apiKey: '\${OPENROUTER_API_KEY}', defaultModel: 'openai/gpt-4o'`;
    const two = `{ models: { main: { ${entry}, budget: { dailyLimit: 2 } }, spare: { ${entry}, budget: { dailyLimit: 4 } } } }`;
    const { remarks } = await ask({}, two);
    expect(remarks).toContain('main $0.50 of $2.00 today');
    expect(remarks).toContain('spare $0.50 of $4.00 today');
  });
});

describe('what an entry has spent', () => {
  const entry = `provider: 'openrouter', apiKey: '\${OPENROUTER_API_KEY}', defaultModel: 'openai/gpt-4o'`;
  const two = `{ models: { main: { ${entry}, budget: { dailyLimit: 0.4 } }, spare: { ${entry} } } }`;

  it.each([
    [{}, "main: $0.50 of $0.40 today by OpenRouter's count for its key: the budget is exceeded"],
    [
      { main: '0.1' },
      "$0.50 of $0.40 today by OpenRouter's count for its key ($0.10 of it through serve)",
    ],
    [{ main: '0.7' }, '$0.70 of $0.40 today by the ledger of serve: the budget is exceeded'],
  ])('is told with who counted it: %j', async (recorded, words) => {
    const { messages } = await ask({}, two, null, recorded);
    expect(messages).toContainEqual(expect.stringContaining(words));
  });

  it('leaves out what other entries spent with its key', async () => {
    const { remarks } = await ask({}, two, null, { spare: '0.3' });
    expect(remarks).toContain('$0.20 of $0.40 today');
  });

  it('is the sum that spend shows', async () => {
    const doctor = await doctorWorld({ text: two, models });
    const [key] = await doctor.facts.keys();
    if (key === undefined) throw new Error('the setup has a key');
    await record(doctor, { main: '0.01', spare: '0.3' });
    const ledger = await doctor.facts.recorded();
    const info = { ok: true, value: { ...well } } as const;
    const keys = [{ prefix: null, where: '', entries: ['main', 'spare'], info }];
    const unread = { ok: false, reason: '' } as const;
    const budget = { dailyLimit: '0.4', monthlyLimit: null, alertThreshold: null };
    const { entries } = spendReport({
      now: doctor.deps.clock.now(),
      entries: [{ name: 'main', budget }],
      ...{ keys, ledger, credits: unread, activity: unread, channels: unread, days: 1 },
    });
    expect(entries[0]?.day.usd).toBe('0.2');
  });
});

describe('what OpenRouter says about the key', () => {
  it.each<[string, Partial<KeyInfo>, string]>([
    ['a limit that is used up', { limitRemaining: '0' }, 'key/limit error 5:15'],
    ['a limit nearly used up', { limitRemaining: '1.5' }, 'key/limit warning 5:15'],
    ['an end that is near', { expiresAt: '2026-11-25T00:00:00Z' }, 'key/expires warning 5:15'],
    ['an end that is past', { expiresAt: '2026-11-01T00:00:00Z' }, 'key/expires error 5:15'],
    ['an account without credit', { isFreeTier: true }, 'key/free-tier warning 6:21'],
    ['a management key', { isManagementKey: true }, 'key/management error 5:15'],
    [
      'too little for the longest answer',
      { limit: '1', limitRemaining: '0.9' },
      'key/credit warning 6:21',
    ],
    ['a day beyond its budget', { usageDaily: '2' }, 'budget/spent error 7:29'],
    ['a day beyond its alert', { usageDaily: '1.6' }, 'budget/spent warning 7:29'],
    ['a month beyond its budget', { usageMonthly: '31' }, 'budget/spent error 7:46'],
    [
      'no limit behind the budget',
      { limit: null, limitRemaining: null },
      'budget/key-limit info 7:46',
    ],
    [
      'a limit above the budget',
      { limit: '50', limitRemaining: '47' },
      'budget/key-limit info 7:46',
    ],
  ])('%s is found', async (_what, info, finding) => {
    expect((await ask(info)).found).toContain(finding);
  });

  it.each<[string, Partial<KeyInfo>, string, string | null]>([
    ['a day, by the limit of a day', { limit: '3', limitReset: 'daily' }, text, '7:29'],
    ['a day, where that is all there is', {}, text.replace(', monthlyLimit: 30', ''), '7:29'],
    ['nothing above the limit of a day', { limit: '2', limitReset: 'daily' }, text, null],
  ])('compares the limit of the key with the budget of %s', async (_what, info, own, place) => {
    const { found } = await ask({ limitRemaining: info.limit ?? '17', ...info }, own);
    const about = found.filter((finding) => finding.startsWith('budget/key-limit'));
    expect(about).toEqual(place === null ? [] : [`budget/key-limit info ${place}`]);
  });

  it.each<[string, string, Partial<KeyInfo>, string, string]>([
    ['monthlyLimit: 10', 'monthlyLimit: 50', {}, '$60.00 a month', '60 --reset monthly'],
    ['dailyLimit: 0.1', 'dailyLimit: 0.6', {}, '$0.70 a day', '0.7 --reset daily'],
    [
      'dailyLimit: 1, monthlyLimit: 10',
      'dailyLimit: 2, monthlyLimit: 50',
      { limitReset: 'daily', limit: '5' },
      '$3.00 a day',
      '3 --reset daily',
    ],
    ['dailyLimit: 1', 'monthlyLimit: 50', { limit: null }, '$81.00 a month', '81 --reset monthly'],
  ])('suggests one limit for entries with one key: %s and %s', async (one, two, info, sum, set) => {
    const has = info.limit === null ? 'no limit' : `a limit of $${info.limit ?? '90'}.00`;
    const all = { limit: '90', ...info };
    const expected = [
      `main, other: the budgets are ${sum} together, and their key has ${has}`,
      `openclaw-openrouter key limit ${set}, which holds whatever happens on this machine`,
    ];
    expect((await ask(all, twoEntries(one, two))).limits).toEqual([expected]);
    // The same key as text and in a variable.
    expect((await ask(all, twoEntries(one, two, goodKey))).limits).toEqual([expected]);
  });

  it.each([
    [{ limit: '1', limitRemaining: '0' }, 'key/limit', 'raise it', 'key limit <usd>'],
    [{ expiresAt: '2026-11-25T00:00:00Z' }, 'key/expires', 'replace it everywhere', 'key rotate'],
    [
      { limit: null },
      'budget/key-limit',
      '',
      'key limit 9 --reset monthly',
      ', which holds whatever happens on this machine',
    ],
  ])(
    'names the key if it is not that of the first entry: %j',
    async (info, id, lead, command, end = '') => {
      const other = `sk-or-v1-${'cd'.repeat(32)}`;
      const { hints } = await ask(info, twoEntries('monthlyLimit: 8', 'monthlyLimit: 9', other));
      const [first, second] = hints.filter(([checkId]) => checkId === id);
      expect(first?.[1]).not.toContain('--key');
      const start = lead === '' ? '' : `${lead}: `;
      expect(second?.[1]).toBe(`${start}openclaw-openrouter ${command} --key sk-or-v1-cdcd${end}`);
    },
  );

  it('suggests no limit that would stop an entry without a budget', async () => {
    const { limits } = await ask({ limit: null }, twoEntries('monthlyLimit: 10', ''));
    expect(limits).toEqual([]);
  });

  it.each<[string, Partial<KeyInfo>, string]>([
    [
      'dailyLimit: 0.4',
      { usageDaily: '0.518' },
      'the key has used $0.518 today, so it can get such a limit from 0:00 UTC on',
    ],
    [
      'monthlyLimit: 3',
      {},
      'the key has used $3.00 this month, so it can get such a limit from the first of next month on',
    ],
  ])('suggests no limit that the key has used already: %s', async (budget, info, hint) => {
    const own = text.replace(/budget: \{.*?\}/, `budget: { ${budget} }`);
    expect((await ask(info, own)).limits).toEqual([[expect.anything(), hint]]);
  });

  it('suggests no limit of zero, which no key can have', async () => {
    const own = text.replace(/budget: \{.*?\}/, 'budget: { monthlyLimit: 0 }');
    expect((await ask({ limit: null, usageMonthly: '0' }, own)).limits).toEqual([]);
  });

  it('finds a negative balance, which refuses free models too', async () => {
    const free = text.replace(/defaultModel: '[^']*'/, "defaultModel: 'openai/gpt-oss-20b:free'");
    const { found, messages } = await ask({}, free, { totalCredits: '10', totalUsage: '10.4' });
    expect(found.filter((finding) => finding.startsWith('key/credit'))).toEqual([
      expect.stringMatching(/^key\/credit error \d+:\d+$/),
    ]);
    expect(messages.join()).toContain('owes $0.40: OpenRouter answers 402 to every request');
  });

  it('compares the credit, where it is known, with the largest request', async () => {
    const { found } = await ask({}, text, { totalCredits: '10', totalUsage: '9.5' });
    expect(found).toEqual(['key/credit warning 6:21']);
  });

  it('lets max_tokens make the largest request smaller', async () => {
    const small = text.replace('budget', 'parameters: { max_tokens: 500 }, budget');
    const { found } = await ask({}, small, { totalCredits: '10', totalUsage: '9.5' });
    expect(found).toEqual([]);
  });

  it('shows how many free requests are left if the setup uses free models', async () => {
    const free = text.replace(
      'anthropic/claude-sonnet-4',
      'meta-llama/llama-3.3-70b-instruct:free',
    );
    const requests = { limit: 50, remaining: 12, used: 38 };
    expect((await ask({ freeModelDailyRequests: requests }, free)).remarks).toContain(
      '12 of 50 free requests left today',
    );
    const usedUp = { limit: 50, remaining: 0, used: 50 };
    expect((await ask({ freeModelDailyRequests: usedUp }, free)).found).toEqual([
      'key/free-tier warning',
    ]);
  });
});

describe('asking the look-alike', () => {
  it('finds a key that is refused, by its outcome and not by its text', async () => {
    const sandbox = await testSandbox({ clock: fixedClock });
    const env = { ...sandbox.env, OPENROUTER_API_KEY: `sk-or-v1-${'99'.repeat(32)}` };
    const doctor = await doctorWorld({ text, env, online: true });
    const found = findingsOf(await examineAll(doctor)).filter(
      ({ severity }) => severity === 'error',
    );
    expect(found).toMatchObject([{ checkId: 'key/accepted', place: { line: 5, column: 15 } }]);
    expect(found[0]?.message).toMatch(/^OpenRouter refuses sk-or-v1-9999…: key refused/);
  });

  it.each([
    [401, 'error', 'OpenRouter refuses'],
    [402, 'error', 'OpenRouter refuses'],
    [403, 'error', 'OpenRouter refuses'],
    [429, 'warning', 'OpenRouter could not say whether it accepts'],
    [500, 'warning', 'OpenRouter could not say whether it accepts'],
  ] as const)('explains what a %i says about the key (%s)', async (status, severity, words) => {
    const doctor = await doctorWorld({ text, online: true });
    const error = JSON.stringify({ error: { code: status, message: 'no' } });
    const fetch = async () => new Response(error, { status });
    const examined = await examineAll(withFetch(doctor, fetch));
    const found = findingsOf(examined).filter(({ checkId }) => checkId === 'key/accepted');
    expect(found).toMatchObject([{ severity, message: expect.stringContaining(words) }]);
  });

  it('reports that a login page answers in place of OpenRouter', async () => {
    const doctor = await doctorWorld({ text, online: true });
    const headers = { 'content-type': 'text/html; charset=utf-8' };
    const examined = await examineAll(
      withFetch(doctor, async () => new Response('<p>Log in</p>', { headers })),
    );
    const found = findingsOf(examined).filter(({ checkId }) => checkId === 'network/reach');
    expect(found).toMatchObject([{ severity: 'error' }]);
    expect(found[0]?.message).toContain('answers with a web page');
  });

  it('never sends a key that looks wrong', async () => {
    const sandbox = await testSandbox({ clock: fixedClock });
    const env = { ...sandbox.env, OPENROUTER_API_KEY: 'sk-or-v1-short' };
    await examineAll(await doctorWorld({ text, env, online: true }));
    const asked = sandbox.requests.map(({ path }) => path);
    expect(asked).not.toContain('/api/v1/credits');
  });

  it('asks each endpoint once, and all of them before any has answered', async () => {
    const sandbox = await testSandbox({ clock: fixedClock });
    const setup = `{ models: {
      main: { provider: 'openrouter', apiKey: '\${OPENROUTER_API_KEY}',
        defaultModel: 'anthropic/claude-sonnet-4', fallbackModels: ['openai/gpt-4o:nitro', 'openrouter/auto'],
        providerPreferences: { exclude: ['azure'] }, budget: { dailyLimit: 2 } },
      other: { provider: 'openrouter', apiKey: '\${OPENROUTER_API_KEY}',
        defaultModel: 'openai/gpt-4o', budget: { dailyLimit: 2 } } } }`;
    const doctor = await doctorWorld({ text: setup, env: sandbox.env, online: true });
    const expected = [
      '/credits',
      '/key',
      '/models',
      '/models/anthropic/claude-sonnet-4/endpoints',
      '/models/openai/gpt-4o/endpoints',
      '/providers',
    ];
    const asked: string[] = [];
    const waiting: (() => void)[] = [];
    const fetch: typeof globalThis.fetch = async (input, init) => {
      const [, path] = /\/api\/v1(\/.*)$/.exec(String(input)) ?? [];
      // Not what is asked of a gateway on this machine.
      if (path === undefined) return globalThis.fetch(input, init);
      asked.push(path);
      const turn = new Promise<void>((proceed) => waiting.push(proceed));
      if (asked.length >= expected.length) for (const proceed of waiting) proceed();
      await turn;
      return globalThis.fetch(input, init);
    };
    await examineAll(withFetch(doctor, fetch));
    expect(asked.sort()).toEqual(expected);
  });

  it('finds unknown providers, and models that no provider may serve', async () => {
    const sandbox = await testSandbox({ clock: fixedClock });
    const preferences = `providerPreferences: { exclude: ['Azur', 'anthropic', 'amazon-bedrock', 'google-vertex', 'azure'] }, budget`;
    const doctor = await doctorWorld({
      text: text.replace('budget', preferences),
      env: sandbox.env,
      online: true,
    });
    const found = findingsOf(await examineAll(doctor)).map(
      ({ checkId, place }) => `${checkId} ${place?.line}:${place?.column}`,
    );
    expect(found).toEqual(
      expect.arrayContaining(['models/provider-names 7:40', 'models/no-endpoints 6:21']),
    );
  });

  it.each([
    ['a model that nobody serves any more', 'anthropic/claude-sonnet-4', ['3:21']],
    ['the router, which nobody serves', 'openrouter/auto', []],
  ])('tells apart %s', async (_what, model, places) => {
    const setup = `{ models: { main: { provider: 'openrouter', apiKey: '\${OPENROUTER_API_KEY}',
      providerPreferences: { exclude: ['azure'] },
      defaultModel: '${model}' } } }`;
    const { facts } = await doctorWorld({ text: setup, models });
    const selected = checks.filter(({ id }) => id === 'models/no-endpoints');
    const asked = { ...facts, reached: async () => [] };
    const found = findingsOf(await examine(selected, asked));
    expect(found.map(({ place }) => `${place?.line}:${place?.column}`)).toEqual(places);
  });

  it('reports once that OpenRouter does not answer, and skips the checks that need it', async () => {
    const env = { OPENROUTER_BASE_URL: 'http://127.0.0.1:9/api/v1' };
    const examined = await examineAll(await doctorWorld({ text, env, online: true }));
    const errors = findingsOf(examined).filter(({ severity }) => severity === 'error');
    expect(errors.map(({ checkId }) => checkId)).toEqual(['network/reach']);
    const skipped = examined.flatMap((one) => (one.state === 'skipped' ? [one.checkId] : []));
    expect(skipped).toEqual(
      expect.arrayContaining(['key/accepted', 'models/exists', 'network/latency']),
    );
  });

  it('is not brought down by an API that answers nonsense', async () => {
    const sandbox = await testSandbox({ clock: fixedClock, faults: parseFaults('*:garbage') });
    const examined = await examineAll(await doctorWorld({ text, env: sandbox.env, online: true }));
    expect(findingsOf(examined).filter(({ message }) => message.includes('itself failed'))).toEqual(
      [],
    );
  });
});
