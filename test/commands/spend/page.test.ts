import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import { spendPage } from '../../../src/commands/spend/page.ts';
import { spendReport } from '../../../src/spend/report.ts';
import type { SpendFacts } from '../../../src/spend/usage.ts';
import { entryOf, factsWith, keyOf, ledgerOf } from '../../spend/facts.ts';

const facts = factsWith({
  entries: [entryOf('openrouter', '2', '30')],
  keys: [keyOf(['openrouter'], { usageDaily: '1.71', usageWeekly: '5', usageMonthly: '14.2' })],
  ledger: ledgerOf({ usd: '1.2' }, { usd: '0.3', model: 'x/y', day: '2026-11-20' }),
  days: 3,
});

describe('the page', () => {
  it('does not prompt and runs no program', () => {
    const page = pageOf(facts);
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
    expect(page).not.toMatch(/<script|<link|<img|<iframe|\bsrc=|\bhref=|url\(|@import|\son\w+=/i);
  });

  it('is well-formed and its drawings are named', () => {
    const body = /<body>[\s\S]*<\/body>/.exec(pageOf(facts))?.[0] ?? '';
    expect(XMLValidator.validate(body)).toBe(true);
    const drawings = body.match(/<svg [^>]*>/g) ?? [];
    expect(drawings.length).toBeGreaterThan(4);
    for (const drawing of drawings) {
      expect(drawing).toMatch(/role="img" aria-label="[^"]+"|aria-hidden="true"/);
    }
    expect(body).toMatch(
      /role="meter" aria-label="Today" [^>]*aria-valuetext="\$1\.71 of \$2\.00, alert/,
    );
    expect(new XMLParser().parse(body)).toHaveProperty('body.main.section');
  });

  it('draws days, daily limit and forecast, with a table as alternative', () => {
    const page = pageOf(facts);
    const columns = /<svg class="columns"[\s\S]*?<\/svg>/.exec(page)?.[0] ?? '';
    expect(columns.match(/<g><title>/g)).toHaveLength(3);
    expect(columns).toContain('<title>2026-11-20: $0.30\nx/y $0.30</title>');
    expect(columns).toContain('<rect class="coming"');
    expect(columns).toContain('<line class="limit"');
    expect(page).toContain('>daily limit, $2.00</li>');
    expect(page).toContain('<th scope="row">2026-11-20</th><td>$0.30</td><td>1</td>');
  });

  it('names the source of the columns and of the forecast', () => {
    expect(pageOf(facts)).toContain(
      'Spend recorded by this tool, 3 days; the most expensive was 2026-11-22 with $1.20. The forecast is for everything that the keys are charged.',
    );
    const alone = pageOf({ ...facts, keys: [] });
    expect(alone).toContain('with $1.20.</figcaption>');
    expect(alone).toContain('forecast</li>');
    const early = pageOf({ ...facts, now: new Date('2026-11-22T00:10:00Z') });
    expect(early).not.toContain('forecast</li>');
  });

  it('draws no column beyond the frame when a limit is far away, nor below without spend', () => {
    for (const given of [facts, factsWith({ keys: [keyOf([])], ledger: ledgerOf() })]) {
      const page = pageOf(given);
      expect(page).not.toMatch(/NaN|Infinity|undefined|null|="-/);
      const heights = [...page.matchAll(/height="([\d.]+)"/g)].map(([, height]) => Number(height));
      expect(Math.max(...heights)).toBeLessThanOrEqual(100);
    }
  });

  it('shows names as text, with any content', () => {
    const name = '<b onclick="x">&\'';
    const page = pageOf({
      ...facts,
      entries: [entryOf(name, '2'), entryOf('b', '2')],
      ledger: ledgerOf({ model: name }),
    });
    expect(page).not.toContain('<b ');
    expect(page).toContain('&#60;b onclick=&#34;x&#34;&#62;&#38;&#39;');
  });

  it('shows what is unknown', () => {
    expect(pageOf(factsWith())).toContain('Unknown');
  });
});

function pageOf(given: SpendFacts): string {
  const report = spendReport(given);
  return spendPage({ ok: true, report, by: undefined, check: false, zone: 'UTC' });
}
