import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { define, type Runs } from '../../../src/commands/models/command.ts';
import { UsageError } from '../../../src/platform/errors.ts';
import { createWorld } from '../../helpers/world.ts';

const catalogFlags = { refresh: false, offline: false, timeoutMs: 20_000 };

describe('models', () => {
  it('parses words and every filter', async () => {
    const args = ['sonnet', '4', '--free', '--author', 'anthropic', '--max-price', '0.50'];
    const more = ['--min-context', '128k', '--supports', 'tools', '--supports', 'seed'];
    const rest = ['--sort', 'price', '--limit', '5', '--refresh', '--csv', '--timeout', '900'];
    expect(await called([...args, ...more, ...rest])).toEqual([
      'list',
      {
        refresh: true,
        offline: false,
        timeoutMs: 900,
        format: 'csv',
        query: 'sonnet 4',
        filter: {
          free: true,
          author: 'anthropic',
          maxPrice: '0.50',
          minContext: 128_000,
          supports: ['tools', 'seed'],
        },
        sort: 'price',
        limit: 5,
      },
    ]);
  });

  it('lists all models without arguments', async () => {
    const all = { query: '', filter: {}, sort: null, limit: null, format: 'auto' };
    expect(await called([])).toEqual(['list', { ...catalogFlags, ...all }]);
  });

  it('runs --changes', async () => {
    const expected = { ...catalogFlags, offline: true, format: 'json' };
    expect(await called(['--changes', '--offline', '--json'])).toEqual(['changes', expected]);
  });

  it.each([[['show', 'a/b', '--json']], [['--json', 'show', 'a/b']]])(
    'parses %j as one model in JSON',
    async (args) => {
      const expected = { ...catalogFlags, id: 'a/b', messages: 100, json: true };
      expect(await called(args)).toEqual(['show', expected]);
    },
  );

  it('parses the ids to compare', async () => {
    const args = ['compare', 'a/b', 'c/d', '--messages', '7', '--plain', '--offline'];
    const expected = { ids: ['a/b', 'c/d'], messages: 7, format: 'plain' };
    expect(await called(args)).toEqual([
      'compare',
      { ...catalogFlags, ...expected, offline: true },
    ]);
  });

  it.each([
    [['--refresh', '--offline']],
    [['--csv', '--json']],
    [['--changes', 'sonnet']],
    [['--changes', '--free']],
    [['--changes', '--limit', '5']],
    [['--sort', 'size']],
    [['--min-context', 'much']],
    [['--max-price', 'cheap']],
    [['--limit', '0']],
    [['--fre']],
    [['show']],
    [['show', 'a/b', '--csv']],
    [['compare']],
  ])('rejects %j', async (args) => {
    await expect(called(args)).rejects.toThrow();
  });

  it.each([
    ['1M', 1_000_000],
    ['1.05m', 1_050_000],
    ['32K', 32_000],
    ['4096', 4096],
  ])('parses --min-context %s as %i tokens', async (text, tokens) => {
    expect((await called(['--min-context', text]))[1]).toMatchObject({
      filter: { minContext: tokens },
    });
  });

  it('rejects an invalid --min-context with a UsageError', async () => {
    await expect(called(['--min-context', 'x'])).rejects.toBeInstanceOf(UsageError);
  });
});

/** Which run was called with what. */
async function called(args: readonly string[]): Promise<[string, unknown]> {
  const calls: [string, unknown][] = [];
  const note = (name: string) => async (_deps: unknown, options: unknown) => {
    calls.push([name, options]);
  };
  const runs: Runs = {
    list: note('list'),
    changes: note('changes'),
    show: note('show'),
    compare: note('compare'),
  };
  const root = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  define(root.command('models'), createWorld().deps, runs);
  await root.parseAsync(['models', ...args], { from: 'user' });
  const [call, ...others] = calls;
  if (call === undefined || others.length > 0) throw new Error(`${calls.length} calls`);
  return call;
}
