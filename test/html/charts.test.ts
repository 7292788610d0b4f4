import { describe, expect, it } from 'vitest';
import { columns, gauge } from '../../src/html/charts.ts';

const day = (usd: string, parts = [{ name: 'a/b', usd }]) => ({ day: '2026-11-22', usd, parts });
const chart = { forecastUsd: null, dailyLimit: null, label: 'Spend' };

describe('the axis', () => {
  it.each([
    ['1.71', ['$2.00', '$1.50', '$1.00', '$0.50', '$0']],
    ['100', ['$100.00', '$75.00', '$50.00', '$25.00', '$0']],
    ['0.0000612', ['$0.00008', '$0.00006', '$0.00004', '$0.00002', '$0']],
    ['0', ['$1.00', '$0.75', '$0.50', '$0.25', '$0']],
  ])('has round amounts for %s', (usd, ticks) => {
    const drawn = columns({ ...chart, days: [day(usd)] });
    const axis = /<div class="amounts"[^>]*>(.*?)<\/div>/.exec(drawn)?.[1] ?? '';
    expect(
      axis
        .split('</span>')
        .slice(0, -1)
        .map((tick) => tick.replace('<span>', '')),
    ).toEqual(ticks);
  });

  it('reaches to the limit, which is a line', () => {
    const drawn = columns({ ...chart, days: [day('1')], dailyLimit: '4' });
    expect(drawn).toContain('<line class="limit" x1="0" x2="10" y1="0" y2="0"/>');
    expect(drawn).toContain('<rect class="part0" x="1" y="75" width="8" height="25"/>');
  });
});

describe('a column', () => {
  it('stacks its models, the cheap ones together', () => {
    const parts = Array.from({ length: 9 }, (_, i) => ({ name: `m${i}`, usd: String(9 - i) }));
    const drawn = columns({ ...chart, days: [day('45', parts)] });
    expect(drawn.match(/<rect class="part\d"/g)).toHaveLength(6);
    expect(drawn).toContain('other models');
    const heights = [...drawn.matchAll(/<rect [^>]*height="([\d.]+)"/g)].map(([, it]) =>
      Number(it),
    );
    expect(heights.reduce((sum, height) => sum + height)).toBeCloseTo(75, 0);
    expect(drawn).toContain('m8 $1.00');
  });

  it('has names as text', () => {
    const drawn = columns({ ...chart, days: [day('1', [{ name: '<script>"\'&', usd: '1' }])] });
    expect(drawn).not.toContain('<script');
    expect(drawn).toContain('&#60;script&#62;&#34;&#39;&#38;');
  });
});

describe('a gauge', () => {
  it('is a meter that stays between its ends', () => {
    const drawn = gauge({
      title: 'Today "x"',
      usd: '5',
      forecastUsd: null,
      limit: '2',
      text: '$5.00 of $2.00',
      status: 'exceeded',
    });
    expect(drawn).toContain('role="meter" aria-label="Today &#34;x&#34;"');
    expect(drawn).toContain('aria-valuemin="0" aria-valuemax="2" aria-valuenow="2"');
  });
});
