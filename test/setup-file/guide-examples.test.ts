import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import JSON5 from 'json5';
import { describe, expect, it } from 'vitest';

const folder = join(import.meta.dirname, '..', 'fixtures', 'guide');
const guide = join(import.meta.dirname, '..', '..', '..', 'shared', 'GUIDE.md');
const steps = ['2.1', '3.1', '4.1', '4.2', '5.1', '6.1', '6.2', '7.1', '7.2'];

describe('the example configurations of the guide', () => {
  it('are complete', () => {
    expect(readdirSync(folder).sort()).toEqual(steps.map((step) => `guide-${step}.json5`));
  });

  it.each(steps)('%s has entries', (step) => {
    expect(Object.keys(JSON5.parse(fixture(step)).models)).not.toHaveLength(0);
  });

  describe.skipIf(!existsSync(guide))('compared with GUIDE.md', () => {
    it.each(steps)('%s is identical', (step) => {
      expect(fixture(step)).toBe(printedUnder(step, readFileSync(guide, 'utf8')));
    });
  });
});

function fixture(step: string): string {
  return readFileSync(join(folder, `guide-${step}.json5`), 'utf8');
}

/** The first object that stands on lines of its own below the heading: from a line `{` until its brace closes. */
function printedUnder(step: string, text: string): string {
  const lines = text.split('\n');
  const heading = lines.findIndex((line) => line.startsWith(`${step} `));
  const first = lines.indexOf('{', heading);
  let depth = 0;
  for (let last = first; last < lines.length; last += 1) {
    for (const character of lines[last] ?? '') {
      if (character === '{') depth += 1;
      if (character === '}') depth -= 1;
    }
    if (depth === 0) return `${lines.slice(first, last + 1).join('\n')}\n`;
  }
  throw new Error(`no example below ${step}`);
}
