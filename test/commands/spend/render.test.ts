import stringWidth from 'fast-string-width';
import { describe, expect, it } from 'vitest';
import { renderSpend, renderUnreadKeys } from '../../../src/commands/spend/render.ts';
import { breakdowns, type SpendResult } from '../../../src/commands/spend/run.ts';
import type { Stream } from '../../../src/platform/deps.ts';
import { spendReport } from '../../../src/spend/report.ts';
import type { SpendFacts } from '../../../src/spend/usage.ts';
import { channelsOf, entryOf, factsWith, keyOf, ledgerOf } from '../../spend/facts.ts';

const terminal: Stream = { isTty: true, color: false, unicode: true, columns: 80 };
const ascii: Stream = { ...terminal, unicode: false };
const pipe: Stream = { ...terminal, isTty: false };

const usage = { usageDaily: '1.71', usageWeekly: '5', usageMonthly: '14.2' };
const facts = factsWith({
  entries: [entryOf('openrouter', '2', '30')],
  keys: [keyOf(['openrouter'], usage)],
  ledger: ledgerOf({ usd: '1.2' }, { usd: '0.3', model: 'x/y', day: '2026-11-20' }),
  days: 3,
});

describe('spend on a terminal', () => {
  it('shows amount, limit, share and state of each window', () => {
    const text = render(terminal);
    expect(text).toMatch(/^ {2}Today +\$1\.71 of \$2\.00 .* 85 % {2}! alert at 80 %$/m);
    expect(text).toMatch(/^ {2}This month +\$14\.20 of \$30\.00 .* 47 % {2}✓ ok$/m);
    expect(text).toMatch(/^ {2}This week +\$5\.00$/m);
  });

  it('never reports a threshold that is not reached', () => {
    const near = (daily: string) =>
      render(terminal, {
        ...facts,
        keys: [keyOf(['openrouter'], { ...usage, usageDaily: daily })],
      });
    expect(near('1.5999')).toMatch(/\$1\.60 of \$2\.00.* 79 % {2}✓ ok$/m);
    expect(near('1.9999')).toMatch(/\$2\.00 of \$2\.00.* 99 % {2}! alert at 80 %$/m);
    expect(near('2')).toMatch(/\$2\.00 of \$2\.00.* 100 % {2}✗ exceeded$/m);
  });

  it('says when the limit is reached, in UTC and here, how the month ends, and from what', () => {
    const text = render(terminal, facts, { zone: 'Europe/Berlin' }).replace(/\n {2}/g, ' ');
    expect(text).toContain(
      'At this rate the daily limit is reached at 14:02 (UTC; 15:02 in Berlin), the month ends at $19.81',
    );
    expect(text).toContain('the month so far (21.5 days at $0.66 a day)');
  });

  it('shows how much other programs spent, and what was not read', () => {
    const text = render(terminal);
    expect(text).toContain(
      'The ledger recorded $1.50 of this month; $12.70 was spent by other programs',
    );
    expect(text).toContain('Not read: credits and activity (not asked)');
  });

  it('shows what is estimated, and only where something is', () => {
    expect(render(terminal)).not.toContain('Estimated');
    const estimated = ledgerOf({ usd: '1.2', estimatedUsd: '0.2' });
    const text = render(terminal, { ...facts, ledger: estimated }).replace(/\n {2}/g, ' ');
    expect(text).toContain('Estimated in the ledger: $0.20 today, $0.20 this month.');
  });

  it('shows how long the credit lasts, and when there is none', () => {
    const credits = (totalUsage: string) =>
      ({ ok: true, value: { totalCredits: '5', totalUsage } }) as const;
    expect(render(terminal, { ...facts, credits: credits('3') })).toMatch(
      /Credit left in the account: \$2\.00, enough for 3 days at this rate/,
    );
    expect(render(terminal, { ...facts, credits: credits('6.25') })).toContain(
      'The account is overdrawn by $1.25',
    );
  });

  it('shows each entry where several share the budget', () => {
    const entries = [entryOf('a', '2'), entryOf('b')];
    const text = render(terminal, { ...facts, entries, keys: [keyOf(['a', 'b'], usage)] });
    expect(text).toMatch(/^ {2}a today +\$1\.71 of \$2\.00/m);
    expect(text).not.toMatch(/^ {2}b /m);
    expect(text).toContain('Some entries share a key');
    expect(text).toMatch(/the daily limit of a is\s+reached at 14:02/);
  });

  it('reports with --check that there is nothing to compare', () => {
    const text = render(terminal, { ...facts, entries: [] }, { check: true });
    expect(text).toContain('No budget is set: --check has nothing to compare');
  });

  it('draws days and models, the longest bar for the most', () => {
    const days = render(terminal, facts, { by: 'day' });
    expect(days).toMatch(/^ {2}2026-11-21 +0\.00 +0$/m);
    expect(days).toMatch(/^ {2}2026-11-22 +1\.20 +1 +#{20,}$/m);
    const models = render(terminal, facts, { by: 'model' });
    expect(models).toMatch(/openai\/gpt-4o +1\.20[\s\S]*x\/y +0\.30/);
  });

  it('draws channels and entries from the ledger', () => {
    const channels = channelsOf({ usd: '0.9' }, { usd: '0.1', channel: 'slack', requests: 0 });
    const by = render(terminal, { ...facts, channels }, { by: 'channel' });
    expect(by).toMatch(/Channel +USD +requests +recorded by this tool, 3 days/);
    expect(by).toMatch(/telegram +0\.90 +1 +#+\n +\(no channel\) +0\.50 +1 +#+\n +slack +0\.10/);
    expect(render(terminal, facts, { by: 'entry' })).toMatch(/Entry[^\n]+\n +openrouter +1\.50 +2/);
    for (const what of ['channel', 'entry'] as const) {
      const unknown = render(terminal, factsWith(), { by: what });
      expect(unknown).toContain(`By ${what}: unknown without the ledger`);
    }
  });

  it('shows what providers charged to keys of one’s own, and only where they did', () => {
    const charged = (byokUsageMonthly: string) =>
      render(terminal, {
        ...facts,
        keys: [keyOf(['openrouter'], { ...usage, byokUsageMonthly })],
      }).replace(/\n {2}/g, ' ');
    expect(charged('0')).not.toContain('BYOK');
    expect(charged('2.5')).toContain('Providers charged $2.50 this month to keys of your own');
    expect(charged('2.5')).toContain('$15.20 was spent by other programs');
  });

  it('names the days and the source of a breakdown', () => {
    const activity = { ok: true, value: [] } as const;
    const heads = (days: number, by: 'day' | 'model', given = { ...facts, activity }) =>
      render(terminal, { ...given, days }, { by });
    expect(heads(90, 'day')).toContain('of the account, 31 days');
    expect(heads(7, 'model')).toContain('No requests of the account, 6 completed days');
    expect(heads(1, 'model')).toContain('recorded by this tool, today');
    expect(heads(1, 'model', { ...facts, activity, ledger: factsWith().ledger })).toContain(
      'By model: unknown',
    );
  });

  it('leaves the first hour of a day out of the forecast', () => {
    const text = render(terminal, { ...facts, now: new Date('2026-11-22T00:30:00Z') });
    expect(text).toContain('Based on the month so far (21.0 days');
  });

  it('keeps bars and windows apart from names that are long', () => {
    const name = 'a-name-that-is-long-and-longer-than-any-terminal-is-wide'.repeat(2);
    const entries = [entryOf(name, '2', '30'), entryOf('b', '1')];
    const keys = [keyOf([name, 'b'], usage)];
    const given = { ...facts, entries, keys, ledger: ledgerOf({ usd: '1', model: `x/${name}` }) };
    const text = render(terminal, given, { by: 'model' });
    expect(text).toMatch(/^ {2}a-name-that-is-long-a… today /m);
    expect(text).toMatch(/^ {2}a-name-that-is-long-a… month /m);
    expect(text).toMatch(/^ {2}x\/a-name\S+… +1\.00 +#{20,}$/m);
  });

  it('shows no color that a name in the setup file holds', () => {
    const name = '\u001b[8mhidden\u001b[0m';
    const entries = [entryOf(name, '2'), entryOf('b', '0.01')];
    const keys = [
      keyOf([name], usage),
      { ...keyOf(['b'], usage), info: { ok: false, reason: 'X is not set' } as const },
    ];
    const text = render(terminal, { ...facts, entries, keys });
    expect(text).toMatch(/^ {2}hidden today /m);
    expect(text).not.toContain('\u001b');
  });

  it('draws eighths only where color and Unicode are welcome', () => {
    expect(render({ ...terminal, color: true })).toMatch(/█/);
    expect(render(terminal)).not.toMatch(/[█░]/);
    expect(render(ascii, facts, { by: 'day' })).toMatch(/^[\n -~]*$/);
  });

  it.each([50, 60, 80, 132])('fits %d columns', (columns) => {
    const entries = [entryOf('an-entry-whose-name-is-rather-long-for-a-terminal', '2')];
    const keys = [
      keyOf(
        entries.map(({ name }) => name),
        usage,
      ),
      keyOf(['b'], usage),
    ];
    for (const by of breakdowns) {
      const channels = channelsOf({ channel: 'a-channel-whose-name-is-long-for-a-terminal' });
      const given = { ...facts, entries, keys, channels };
      const text = render({ ...terminal, columns }, given, { by });
      const widest = Math.max(...text.split('\n').map((line) => stringWidth(line)));
      expect(widest).toBeLessThanOrEqual(columns);
    }
  });
});

describe('spend in a pipe', () => {
  it('is rows of tabs with exact amounts', () => {
    expect(render(pipe).split('\n')).toEqual([
      'what\twindow\tusd\tlimit\tratio\tstatus',
      'all\ttoday\t1.71\t2\t0.855\talert',
      'all\tweek\t5\t-\t-\t-',
      'all\tmonth\t14.2\t30\t0.4733\tok',
      'entry openrouter\ttoday\t1.71\t2\t0.855\talert',
      'entry openrouter\tmonth\t14.2\t30\t0.4733\tok',
      'byok\tmonth\t-\t-\t-\t-',
      'credits\tleft\t-\t-\t-\t-',
      'forecast\tmonth\t19.813953\t30\t-\t-',
      '',
    ]);
  });

  it('is only what --by asks for', () => {
    expect(render(pipe, facts, { by: 'day' })).toBe(
      [
        'day\tusd\trequests\tsource',
        '2026-11-20\t0.3\t1\tledger',
        '2026-11-21\t0\t0\tledger',
        '2026-11-22\t1.2\t1\tledger\n',
      ].join('\n'),
    );
    expect(render(pipe, factsWith(), { by: 'model' }).split('\n')).toHaveLength(2);
    const channels = channelsOf({ usd: '0.3' });
    expect(render(pipe, { ...facts, channels }, { by: 'channel' })).toBe(
      [
        'channel\tusd\trequests\tprompt_tokens\tcompletion_tokens\tsource',
        '-\t1.2\t1\t10\t5\tledger',
        'telegram\t0.3\t1\t10\t5\tledger\n',
      ].join('\n'),
    );
    expect(render(pipe, facts, { by: 'entry' })).toBe(
      [
        'entry\tusd\trequests\tprompt_tokens\tcompletion_tokens\tsource',
        'openrouter\t1.5\t2\t20\t10\tledger\n',
      ].join('\n'),
    );
  });

  it('has a line for each key that was not read, beside its rows', () => {
    const info = { ok: false, reason: 'WORK_KEY is not set' } as const;
    const keys = [keyOf(['openrouter'], usage), { ...keyOf(['work', 'more'], usage), info }];
    const unread = resultOf({ ...facts, keys });
    expect(renderUnreadKeys(pipe, unread)).toBe(
      '  ! Not read: the key of work, more (WORK_KEY is not set)\n',
    );
    expect(renderUnreadKeys(pipe, resultOf(facts))).toBe('');
  });
});

function render(
  stream: Stream,
  given: SpendFacts = facts,
  options: Partial<SpendResult> = {},
): string {
  return renderSpend(stream, { ...resultOf(given), ...options });
}

function resultOf(given: SpendFacts): SpendResult {
  return { ok: true, report: spendReport(given), by: undefined, check: false, zone: 'UTC' };
}
