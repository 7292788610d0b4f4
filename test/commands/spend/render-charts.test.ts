import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bar, gauge } from '../../../src/commands/spend/render-charts.ts';

const unicode = { width: 8, unicode: true };
const ascii = { width: 8, unicode: false };

describe('a bar', () => {
  it.each([
    [0, ''],
    [0.5, '████'],
    [0.5 + 1 / 64, '████▏'],
    [0.99999, '███████▉'],
    [1, '████████'],
    [7, '████████'],
  ])('draws %d in eighths of a cell', (share, drawn) => {
    expect(bar(share, unicode)).toBe(drawn);
  });

  it('shows the smallest share and keeps the last mark for the whole', () => {
    expect(bar(0.0001, unicode)).toBe('▏');
    expect(bar(0.0001, ascii)).toBe('#');
    expect(bar(0.9999, ascii)).toBe('#######');
  });
});

describe('a gauge', () => {
  it('draws the part that is left', () => {
    expect(gauge(0.25, unicode)).toEqual({ filled: '██', rest: '░░░░░░' });
    expect(gauge(0.25, ascii)).toEqual({ filled: '##', rest: '......' });
  });

  it('has the requested width for any share', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 3, noNaN: true }), fc.boolean(), (share, utf8) => {
        const { filled, rest } = gauge(share, { width: 24, unicode: utf8 });
        expect((filled + rest).length).toBe(24);
      }),
    );
  });
});
