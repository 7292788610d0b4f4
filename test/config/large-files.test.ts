import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { unifiedDiff } from '../../src/changes/diff.ts';
import { dotenvDialect } from '../../src/config/dotenv.ts';
import { type Edit, positionAt } from '../../src/config/edit.ts';
import { json5Dialect } from '../../src/config/json5/index.ts';
import { scanJson5 } from '../../src/config/json5/scan.ts';
import { duplicateKeys } from '../../src/config/json5/tree.ts';
import { bashDialect, fishDialect } from '../../src/config/shell/index.ts';
import { packageFolder } from '../helpers/world.ts';
import { bashTexts, dotenvTexts, fishTexts, json5Cases } from './large-texts.ts';

// About as large as a file may be that somebody made to be a nuisance. What the engine itself does with a text (a
// search, a pattern) takes minutes here where it grows with the square of the size; our own steps are counted below.
const many = 50_000;

const remove = (path: Edit['path']) => ({ op: 'remove', path }) as const;
const set = (path: Edit['path'], value: unknown) => ({ op: 'set', path, value }) as const;
const lines = (line: (index: number) => string) =>
  Array.from({ length: many }, (_, index) => line(index)).join('');

describe('a large JSON5 file', () => {
  it.each(json5Cases(many))('is edited with %s', (_, text, edits) => {
    expect(json5Dialect.edit(text, edits).textEdits.length).toBeGreaterThan(0);
  });

  it('has many duplicate keys reported', () => {
    const twice = `{\n${lines((i) => `a${i}: 1,\n a${i}: 2,\n`)}}`;
    const found = duplicateKeys(scanJson5(twice));
    expect(found).toHaveLength(many);
    const places = found.map(({ keys }) => positionAt(twice, keys[1]?.start ?? 0));
    expect(places.at(-1)).toMatchObject({ line: 2 * many + 1, column: 2 });
  });

  it('accepts a value of 500 levels, and none that is deeper', () => {
    const deep = (levels: number) =>
      Array.from({ length: levels }).reduce<unknown>((inner) => ({ a: inner }), 1);
    const { text } = json5Dialect.edit('{}', [set(['a'], deep(499))]);
    expect(json5Dialect.read(text)).toEqual(deep(500));
    expect(() => json5Dialect.edit('{}', [set(['a'], deep(500))])).toThrow(
      'deeper than the 500 levels',
    );
    const path = Array.from({ length: 501 }, () => 'a');
    expect(() => json5Dialect.edit('{}', [set(path, 1)])).toThrow('deeper than the 500 levels');
  });
});

describe('a large rc file', () => {
  it.each(bashTexts(many))('of bash is edited with %s', (_, text) => {
    const { text: after } = bashDialect.edit(`${text}\nexport KEY=old\n`, [set(['KEY'], 'new')]);
    expect(after).toContain('new');
    expect(bashDialect.edit(after, [remove(['KEY'])]).text).not.toContain('KEY=new');
  });

  it.each(fishTexts(many))('of fish is edited with %s', (_, text) => {
    const { text: after } = fishDialect.edit(`${text}\nset -gx KEY old\n`, [set(['KEY'], 'new')]);
    expect(after).toContain('new');
  });

  it.each(dotenvTexts(many))('of the .env format is edited with %s', (_, text) => {
    expect(dotenvDialect.edit(text, [set(['KEY'], 'new')]).text).toContain('KEY=');
  });
});

describe('the diff of large texts', () => {
  it('without a common line removes all lines and adds all lines', () => {
    const diff = unifiedDiff(
      lines((i) => `a${i}\n`),
      `${lines((i) => `b${i}\n`)}end`,
      'f',
    );
    expect(diff.startsWith(`--- f\n+++ f\n@@ -1,${many} +1,${many + 1} @@\n-a0\n-a1\n`)).toBe(true);
    expect(diff.endsWith('+end\n\\ No newline at end of file\n')).toBe(true);
  });
});

describe('the steps of our own code', () => {
  /** Counted by V8 in a process of its own, block by block, for texts of a size and for ones twice as large. */
  function countedSteps(): Readonly<Record<string, readonly [number, number]>> {
    const { outputFiles } = buildSync({
      entryPoints: [join(packageFolder, 'test/config/count-steps.ts')],
      bundle: true,
      platform: 'node',
      write: false,
    });
    const input = outputFiles[0]?.contents ?? new Uint8Array();
    return JSON.parse(execFileSync(process.execPath, ['-'], { input, encoding: 'utf8' }));
  }

  it('grow with the size of a text, not with its square', { timeout: 600_000 }, () => {
    const { quadratic, ...counted } = countedSteps();
    const growthOf = ([once, twice]: readonly number[]) => Number(twice) / Number(once);
    const tooFast = Object.entries(counted).filter(([, steps]) => growthOf(steps) > 2.3);
    expect(tooFast).toEqual([]);
    expect(Object.keys(counted).length).toBeGreaterThan(20);
    expect(growthOf(quadratic ?? [])).toBeGreaterThan(3.5);
  });
});
