import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import json5 from 'json5';
import { describe, expect, it, vi } from 'vitest';
import type { Edit } from '../../../src/config/edit.ts';
import { json5Dialect } from '../../../src/config/json5/index.ts';
import { scanJson5 } from '../../../src/config/json5/scan.ts';
import { nodeAt, plainValue } from '../../../src/config/json5/tree.ts';
import { seeded } from '../../helpers/seeded.ts';
import { oddFile } from './odd-files.ts';

// Thousands of runs: a busy machine takes its time.
vi.setConfig({ testTimeout: 120_000 });
const runs = seeded(150);
const small = fc.record({ seed: fc.nat(), bytes: fc.integer({ min: 5_000, max: 30_000 }) });
const large = [1, 2, 3].map((seed) => ({ seed, bytes: 1_000_000 }));
const edit = (text: string, change: Edit) => json5Dialect.edit(text, [change]);

/** Checks a claim on many files of 5 to 30 KB and on some of 1 MB. */
function onOddFiles(claim: (text: string) => void): void {
  for (const { seed, bytes } of large) claim(oddFile(seed, bytes));
  fc.assert(
    fc.property(small, ({ seed, bytes }) => claim(oddFile(seed, bytes))),
    runs,
  );
}

function anEntry(models: object): string {
  const names = Object.keys(models);
  return names[Math.floor(names.length / 2)] ?? '';
}

describe('a setup file full of oddities', () => {
  it('gains an entry by insertion alone, and has the same bytes after its removal', () => {
    onOddFiles((text) => {
      const path = ['models', 'added by the test'];
      const value = { provider: 'openrouter', fallbackModels: ['a/b'], budget: { dailyLimit: 2 } };
      const added = edit(text, { op: 'set', path, value, comment: 'What it is for.' });
      expect(added.textEdits.every(({ length }) => length === 0)).toBe(true);
      expect(edit(added.text, { op: 'remove', path }).text === text).toBe(true);
    });
  });

  it('changes no other byte when a value is replaced', () => {
    onOddFiles((text) => {
      const root = scanJson5(text);
      const { models } = plainValue(root) as { models: object };
      const path = ['models', anEntry(models), 'defaultModel'];
      const old = nodeAt(root, path) ?? { start: 0, end: 0 };
      const { textEdits } = edit(text, { op: 'set', path, value: 'google/gemini-2.5-pro' });
      const { start, end } = old;
      expect(textEdits).toEqual([
        { offset: start, length: end - start, text: expect.stringMatching(/^(["']).*\1$/) },
      ]);
    });
  });

  it('loses an entry, and keeps the value of everything else', () => {
    onOddFiles((text) => {
      const expected = json5.parse(text);
      const name = anEntry(expected.models);
      const after = json5.parse(edit(text, { op: 'remove', path: ['models', name] }).text);
      delete expected.models[name];
      expect(isDeepStrictEqual(after, expected)).toBe(true);
    });
  });
});
