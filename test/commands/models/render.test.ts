import fc from 'fast-check';
import stringWidth from 'fast-string-width';
import { describe, expect, it } from 'vitest';
import { changeRows, renderChanges } from '../../../src/commands/models/changes.ts';
import { compare, renderComparison } from '../../../src/commands/models/compare.ts';
import { formatDay, formatDaysTo, formatTokens } from '../../../src/commands/models/format.ts';
import { formatAge } from '../../../src/commands/models/output.ts';
import { renderList } from '../../../src/commands/models/render-list.ts';
import { alignAmounts } from '../../../src/platform/money.ts';
import { toCsv, toTsv } from '../../../src/text/csv.ts';
import { model, realModels, realRows } from '../../catalog/sample-models.ts';

const stream = { isTty: true, color: false, unicode: true, columns: 80 };

describe('the table', () => {
  const models = [
    model('acme/plain', { name: 'Plain', supportedParameters: ['tools'] }),
    model('acme/gratis:free', { prompt: '0', completion: '0' }),
    model('openrouter/auto', { prompt: '-1', completion: '-1' }),
    model('acme/old', { expirationDate: '2026-12-01', prompt: '0.00000040625' }),
  ];

  it('aligns decimal points and marks free, varying and retiring models', () => {
    expect(renderList(stream, models)).toBe(
      [
        '  model             in $/M  out $/M  context  retires       tools  added',
        '  acme/plain         1.00      2.00     128k                tools  2023-11-14',
        '  acme/gratis:free    free     free     128k                       2023-11-14',
        '  openrouter/auto   varies   varies     128k                       2023-11-14',
        '  acme/old           0.406     2.00     128k  ! 2026-12-01         2023-11-14',
        '',
      ].join('\n'),
    );
  });

  it('drops the least important columns first as it narrows', () => {
    const heads = (columns: number) =>
      (renderList({ ...stream, columns }, models).split('\n')[0] ?? '').trim().split(/ {2,}/);
    expect(heads(120).at(-1)).toBe('name');
    expect(heads(60)).not.toContain('tools');
    expect(heads(40)).toEqual(['model', 'in $/M', 'out $/M']);
  });

  it('stays within the terminal for any model name', () => {
    const texts = fc.constantFrom('名前', 'é', '👩‍👩‍👧', 'ﬁ', 'a', '-', ' ', 'ｗｉｄｅ', '한글');
    const name = fc.array(texts, { maxLength: 60 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(
        fc.array(name, { minLength: 1 }),
        fc.integer({ min: 62, max: 200 }),
        (names, columns) => {
          const named = names.map((text, index) => model(`acme/${text}${index}`, { name: text }));
          const lines = renderList({ ...stream, columns }, named)
            .trimEnd()
            .split('\n');
          expect(lines.map((line) => stringWidth(line)).filter((width) => width > columns)).toEqual(
            [],
          );
        },
      ),
    );
  });

  it('leaves out the column of retirements when nothing retires', () => {
    expect(renderList(stream, models.slice(0, 1))).not.toContain('retires');
  });

  it.skipIf(realRows === null).each([80, 100, 160])(
    'keeps the real list within %i columns, every row with both prices',
    (columns) => {
      const lines = renderList({ ...stream, columns }, realModels())
        .trimEnd()
        .split('\n');
      expect(lines).toHaveLength(1 + (realRows?.length ?? 0));
      expect(lines.filter((line) => [...line].length > columns)).toEqual([]);
      const prices = (line: string) => line.match(/ (\d+\.\d+|free|varies)(?= |$)/g) ?? [];
      expect(lines.slice(1).filter((line) => prices(line).length < 2)).toEqual([]);
    },
  );
});

describe('separated values', () => {
  it('follow RFC 4180 as CSV', () => {
    expect(
      toCsv([
        ['a', 'b'],
        ['x,y', 'say "hi"'],
        ['two\nlines', null],
        [1, true],
      ]),
    ).toBe('a,b\r\n"x,y","say ""hi"""\r\n"two\nlines",\r\n1,true\r\n');
  });

  it('keep one row per line as TSV, with any cell content', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.string(), { minLength: 2, maxLength: 2 })), (rows) => {
        const lines = toTsv(rows).split('\n');
        expect(lines).toHaveLength(rows.length + 1);
        for (const line of lines.slice(0, -1)) expect(line.split('\t')).toHaveLength(2);
      }),
    );
  });
});

describe('compare', () => {
  const cheap = model('a/cheap', { supportedParameters: ['seed', 'tools'] });
  const dear = model('a/dear', { prompt: '0.001', supportedParameters: ['tools', 'top_k'] });
  const varies = model('openrouter/auto', { prompt: '-1', completion: '-1' });

  it('keeps the order, marks the cheapest and lists what only some support', () => {
    const found = compare([dear, cheap], 1).map(({ cheapest, notAll }) => ({ cheapest, notAll }));
    expect(found).toEqual([
      { cheapest: false, notAll: ['top_k'] },
      { cheapest: true, notAll: ['seed'] },
    ]);
  });

  it('shows no price for cached tokens where there is none', () => {
    const cached = model('a/cached', {
      pricing: { prompt: '0.000001', completion: '0.000002', inputCacheRead: '0.0000003' },
    });
    const text = renderComparison({ ...stream, columns: 140 }, compare([cached, cheap], 1), 1);
    expect(text).toContain('cached $/M');
    expect(text).not.toContain('varies');
  });

  it('never marks a varying price as the cheapest', () => {
    expect(compare([varies, dear], 1).map(({ cheapest }) => cheapest)).toEqual([false, true]);
    expect(compare([varies], 1).map(({ cheapest }) => cheapest)).toEqual([false]);
  });
});

describe('changes', () => {
  const change = {
    at: '2026-11-22T12:00:00.000Z',
    since: '2026-11-20T12:00:00.000Z',
    appeared: ['anthropic/claude-sonnet-5'],
    vanished: ['anthropic/claude-sonnet-4'],
    repriced: [
      {
        id: 'acme/one',
        inputBefore: '0.15',
        inputAfter: '0.3',
        outputBefore: '0.6',
        outputAfter: '0.6',
      },
    ],
  };
  const models = [
    model('anthropic/claude-sonnet-5', { prompt: '0.000003', completion: '0.000015' }),
  ];

  it('lists what appeared, what disappeared with its successor, and which price changed', () => {
    expect(renderChanges(stream, [change], models)).toBe(
      [
        '  2026-11-22 compared with 2026-11-20',
        '  + anthropic/claude-sonnet-5  $3.00 in, $15.00 out per M',
        '  - anthropic/claude-sonnet-4  → anthropic/claude-sonnet-5',
        '  ~ acme/one  $0.15 → $0.30 in per M',
        '',
      ].join('\n'),
    );
  });

  it('prints a row for each in a pipe, with exact prices', () => {
    expect(changeRows([change]).slice(1)).toEqual([
      [change.at, 'appeared', 'anthropic/claude-sonnet-5', null, null, null, null],
      [change.at, 'vanished', 'anthropic/claude-sonnet-4', null, null, null, null],
      [change.at, 'repriced', 'acme/one', '0.15', '0.3', '0.6', '0.6'],
    ]);
  });
});

describe('formatting', () => {
  it.each([
    [null, '–'],
    [999, '999'],
    [8192, '8k'],
    [131_072, '131k'],
    [999_499, '999k'],
    [999_500, '1M'],
    [1_048_576, '1.05M'],
  ])('%s tokens are %s', (tokens, shown) => {
    expect(formatTokens(tokens)).toBe(shown);
  });

  it.each([
    [-1, 'just now'],
    [59_999, 'just now'],
    [60_000, '1 min ago'],
    [3 * 3_600_000, '3 h ago'],
    [47 * 3_600_000, '47 h ago'],
    [48 * 3_600_000, '2 days ago'],
  ])('%i ms is %s', (ms, shown) => {
    expect(formatAge(ms)).toBe(shown);
  });

  it.each([
    ['2026-12-01', 'in 9 days'],
    ['2026-11-23', 'in 1 day'],
    ['2026-11-22', 'today'],
    ['2026-11-20', '2 days ago'],
    ['soon', ''],
  ])('%s is %j', (day, shown) => {
    expect(formatDaysTo(day, new Date('2026-11-22T23:59:59Z'))).toBe(shown);
  });

  it.each([
    [null, '–'],
    [1_700_000_000, '2023-11-14'],
    [99_999_999_999_999, '–'],
  ])('%s seconds since 1970 is %s', (seconds, shown) => {
    expect(formatDay(seconds)).toBe(shown);
  });

  it('pads amounts so that their decimal points line up', () => {
    expect(alignAmounts(['3', '0.40625', null])).toEqual(['3.00 ', '0.406', 'varies']);
  });
});
