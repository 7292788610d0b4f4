import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearestName } from '../../src/platform/nearest.ts';
import { entryKeys } from '../../src/setup-file/entry.ts';

describe('the nearest name', () => {
  it.each([
    ['router-buget', ['router-premium', 'router-budget'], 'router-budget'],
    ['Router_Budget', ['router-premium', 'router-budget'], 'router-budget'],
    ['prem', ['premium', 'budget'], 'premium'],
    ['modle', ['model'], 'model'],
    ['mian', ['main', 'spare'], 'main'],
    ['srot', ['sort', 'only'], 'sort'],
    ['zrd', ['zdr', 'only'], 'zdr'],
    ['rout', ['router-a', 'router-b'], null],
    ['zebra', ['model', 'channels'], null],
    ['', ['model'], null],
    ['x', [], null],
  ])('to %j among %j is %j', (name, known, nearest) => {
    expect(nearestName(name, known)).toBe(nearest);
  });

  it('to a name with two swapped letters is that name', () => {
    const names = entryKeys.filter((key) => key.length > 3);
    const slip = fc.tuple(fc.constantFrom(...names), fc.nat({ max: 2 }));
    fc.assert(
      fc.property(slip, ([key, at]) => {
        const swapped = `${key.slice(0, at)}${key[at + 1]}${key[at]}${key.slice(at + 2)}`;
        expect(nearestName(swapped, names)).toBe(key);
      }),
    );
  });

  it('to a name with one wrong letter is that name', () => {
    const slip = fc.tuple(fc.constantFrom(...entryKeys), fc.nat({ max: 5 }));
    fc.assert(
      fc.property(slip, ([key, at]) => {
        expect(nearestName(`${key.slice(0, at)}q${key.slice(at + 1)}`, entryKeys)).toBe(key);
      }),
    );
  });
});
