import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { CatalogChange } from '../../src/catalog/cached-list.ts';
import { addChange, writeList } from '../../src/catalog/cached-list.ts';
import type { CatalogModel } from '../../src/catalog/model.ts';
import { checks } from '../../src/doctor/checks/index.ts';
import { examine } from '../../src/doctor/examine.ts';
import type { Facts } from '../../src/doctor/facts/index.ts';
import { startSandbox } from '../../src/sandbox/server.ts';
import {
  doctorWorld,
  examineAll,
  findingsOf,
  fixedClock,
  placesOf,
  sandboxModels,
} from './doctor-world.ts';

let models: readonly CatalogModel[];
beforeAll(async () => {
  models = await sandboxModels();
});

const setupWith = (model: string) =>
  `{ models: { main: { provider: 'openrouter', apiKey: '\${OPENROUTER_API_KEY}', defaultModel: '${model}' } } }`;

const change: CatalogChange = {
  at: '2026-11-20T00:00:00.000Z',
  since: '2026-11-10T00:00:00.000Z',
  appeared: [],
  vanished: ['anthropic/claude-3.7-sonnet-old'],
  repriced: [
    {
      id: 'openai/gpt-4o',
      inputBefore: '1.25',
      inputAfter: '2.5',
      outputBefore: '10',
      outputAfter: '10',
    },
    {
      id: 'openai/gpt-4o-mini',
      inputBefore: '0.14',
      inputAfter: '0.15',
      outputBefore: '0.6',
      outputAfter: '0.6',
    },
  ],
};

async function examineAfter(model: string, past: CatalogChange) {
  const doctor = await doctorWorld({ text: setupWith(model), models });
  const folder = join(doctor.world.home, '.cache/openclaw-openrouter');
  await addChange(doctor.deps, { folder, baseUrl: 'https://openrouter.ai/api/v1' }, past);
  return findingsOf(await examineAll(doctor));
}

describe('what refreshes of the list found', () => {
  it('reports an unknown id as removed, with the day and its successor', async () => {
    const found = await examineAfter('anthropic/claude-3.7-sonnet-old', change);
    const [finding] = found.filter(({ severity }) => severity === 'error');
    expect(finding?.checkId).toBe('models/vanished');
    expect(finding?.message).toContain('2026-11-20');
    expect(finding?.fixHint).toMatch(/^anthropic\/claude/);
  });

  it('reports a price that moved by more than a fifth', async () => {
    const found = await examineAfter('openai/gpt-4o', change);
    expect(placesOf(found, 'models/price-moved')).toEqual([
      `1:${setupWith('openai/gpt-4o').indexOf("'openai/gpt-4o'") + 1}`,
    ]);
    expect(found.find(({ checkId }) => checkId === 'models/price-moved')?.message).toBe(
      '"openai/gpt-4o" costs $2.50 in, $10.00 out per M; before $1.25 in, $10.00 out (2026-11-10)',
    );
  });

  it.each([
    ['one that moved a little', 'openai/gpt-4o-mini', change],
    ['one that moved long ago', 'openai/gpt-4o', { ...change, at: '2026-09-01T00:00:00.000Z' }],
  ])('does not report %s', async (_what, model, past) => {
    expect(placesOf(await examineAfter(model, past), 'models/price-moved')).toEqual([]);
  });
});

describe('a list that was fetched an hour ago', () => {
  it('is fetched again, so that recent removals are found', async () => {
    const sandbox = await startSandbox({ clock: fixedClock });
    const doctor = await doctorWorld({
      text: setupWith('acme/gone-today'),
      online: true,
      env: { OPENROUTER_BASE_URL: sandbox.url },
    });
    const [some] = models;
    if (some === undefined) throw new Error('no models');
    const old = { ...some, id: 'acme/gone-today' };
    await writeList(
      doctor.deps,
      { folder: join(doctor.world.home, '.cache/openclaw-openrouter'), baseUrl: sandbox.url },
      { fetchedAt: '2026-11-22T11:00:00.000Z', etag: null, models: [...models, old] },
    );
    const found = findingsOf(await examineAll(doctor));
    await sandbox.close();
    expect(placesOf(found, 'models/vanished')).toHaveLength(1);
  });
});

describe('a free variant that the list does not have', () => {
  const finding = async (endpoints: Facts['endpoints'] | null) => {
    const doctor = await doctorWorld({ text: setupWith('openai/gpt-4o:free'), models });
    const facts = endpoints === null ? doctor.facts : { ...doctor.facts, endpoints };
    const selected = checks.filter(({ id }) => id === 'models/free-ended');
    return findingsOf(await examine(selected, facts))[0];
  };

  it('is an error once OpenRouter says that nobody serves it, else a warning, without a fix', async () => {
    const denied = await finding(async () => ({ endpoints: [], fallbackModels: [] }));
    expect(denied).toMatchObject({
      severity: 'error',
      message: expect.stringContaining('is no longer free'),
    });
    const offline = await finding(null);
    expect(offline).toMatchObject({
      severity: 'warning',
      message: expect.stringContaining('may have ended'),
    });
    expect([denied?.fix, offline?.fix]).toEqual([undefined, undefined]);
  });
});

describe('an id that nothing is near to', () => {
  it('gets the suggestion that OpenRouter itself makes', async () => {
    const doctor = await doctorWorld({ text: setupWith('nobody/nothing-at-all'), models });
    const facts = {
      ...doctor.facts,
      endpoints: async () => ({ endpoints: [], fallbackModels: ['openai/gpt-4o'] }),
    };
    const selected = checks.filter(({ id }) => id === 'models/exists');
    const [finding] = findingsOf(await examine(selected, facts));
    expect(finding?.fixHint).toBe('openai/gpt-4o ($2.50 in, $10.00 out per M)');
  });

  it('has a suggestion beside the nearest name', async () => {
    const doctor = await doctorWorld({ text: setupWith('openai/gpt-4oo'), models });
    const facts = {
      ...doctor.facts,
      endpoints: async () => ({ endpoints: [], fallbackModels: ['openai/gpt-4o-mini'] }),
    };
    const selected = checks.filter(({ id }) => id === 'models/exists');
    const [finding] = findingsOf(await examine(selected, facts));
    expect(finding?.fixHint).toBe(
      'openai/gpt-4o ($2.50 in, $10.00 out per M); OpenRouter suggests openai/gpt-4o-mini',
    );
  });

  it('says where to look when there is no successor', async () => {
    const doctor = await doctorWorld({ text: setupWith('nobody/nothing-at-all'), models });
    const [finding] = findingsOf(await examineAll(doctor)).filter(
      ({ severity }) => severity === 'error',
    );
    expect(finding).toMatchObject({
      checkId: 'models/exists',
      fixHint: 'find one with: openclaw-openrouter models',
    });
    expect(finding?.fix).toBeUndefined();
  });
});
