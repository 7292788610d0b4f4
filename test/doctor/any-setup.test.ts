import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { CatalogModel } from '../../src/catalog/model.ts';
import { checks } from '../../src/doctor/checks/index.ts';
import { setupProblems } from '../../src/doctor/setup-problems.ts';
import { parseSetup } from '../../src/setup-file/setup-file.ts';
import { doctorWorld, examineAll, findings, findingsOf, sandboxModels } from './doctor-world.ts';

let models: readonly CatalogModel[];
beforeAll(async () => {
  models = await sandboxModels();
});

const id = fc.constantFrom(
  'openai/gpt-4o',
  'openrouter/auto',
  'auto',
  'x/y:free',
  '',
  'a/b/c:d:e',
  '/',
);
const anything = fc.oneof(id, fc.jsonValue({ maxDepth: 2 }));
const entry = fc.record(
  {
    provider: fc.constant('openrouter'),
    apiKey: fc.oneof(fc.constant(`\${OPENROUTER_API_KEY}`), anything),
    defaultModel: anything,
    fallbackModels: fc.oneof(fc.array(anything), anything),
    complexModel: anything,
    complexTriggers: fc.oneof(fc.array(fc.string()), anything),
    retryOnFailure: anything,
    maxRetries: fc.oneof(fc.integer(), anything),
    budget: fc.oneof(
      fc.record({ dailyLimit: anything, monthlyLimit: fc.double(), alertThreshold: anything }),
      anything,
    ),
    headers: fc.oneof(fc.dictionary(fc.string(), anything), anything),
    providerPreferences: fc.oneof(
      fc.record({ exclude: anything, prefer: fc.array(anything) }),
      anything,
    ),
  },
  { requiredKeys: ['provider'] },
);
const setup = fc.record({
  models: fc.oneof(fc.dictionary(fc.string(), fc.oneof(entry, anything)), anything),
  channels: fc.oneof(fc.dictionary(fc.string(), fc.record({ model: anything })), anything),
});

describe('whatever is in the setup file', () => {
  it('no check crashes, and every finding has its line and a plain message', async () => {
    await fc.assert(
      fc.asyncProperty(setup, async (value) => {
        const found = await findings({ text: JSON.stringify(value, null, 1), models });
        for (const { message, place, file } of found) {
          expect(message).not.toContain('itself failed');
          expect(message).not.toMatch(/undefined|\[object|NaN/);
          expect(place?.line ?? file).not.toBe(0);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('every problem of reading it is reported by exactly one check', () => {
    fc.assert(
      fc.property(setup, (value) => {
        const read = parseSetup(JSON.stringify(value, null, 1), '/setup.json5');
        const reported = checks.flatMap((check) => setupProblems(read, check.id));
        expect(reported).toHaveLength(read.problems.length);
      }),
    );
  });

  it('any text at all is a report', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), async (text) => {
        const examined = await examineAll(await doctorWorld({ text, models }));
        const crashes = findingsOf(examined).filter(({ message }) =>
          message.includes('itself failed'),
        );
        expect(crashes).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });
});
