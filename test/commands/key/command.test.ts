import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { define } from '../../../src/commands/key/command.ts';
import { testKey } from '../../helpers/world.ts';
import { start } from './key-world.ts';

async function run(...args: readonly string[]) {
  const world = await start();
  const program = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  define(program.command('key').allowExcessArguments(false), world.deps);
  const failure = await program.parseAsync(['key', ...args], { from: 'user' }).then(
    () => null,
    (error: unknown) => error,
  );
  return { ...world, failure };
}

describe('the command line of key', () => {
  it.each([
    [['creat'], "Unknown command 'creat'"],
    [['--json', 'rotat'], "Unknown command 'rotat'"],
    [['status', 'more'], 'too many arguments'],
    [['create', 'more', '--yes'], 'too many arguments'],
    [['create', '--yes', '--name', ''], 'must not be empty'],
    [['create', '--yes', '--name', ' \t'], 'must not be empty'],
    [['create', '--yes', '--name', 'a\nb'], 'has a line break'],
    [['create', '--yes', '--name', `mine ${testKey}`], 'must not hold a key'],
    [['create', '--yes', '--name', 'a\u001b[31m'], 'unprintable'],
    [['create', '--yes', '--name', 'x'.repeat(201)], 'is longer than'],
    [['create', '--yes', '--limit', '0'], 'would stop the key at once'],
    [['create', '--yes', '--limit', '-1'], 'must be an amount in USD'],
    [['create', '--yes', '--limit', '99999999999999999999'], 'must not be above'],
    [['create', '--yes', '--expires', '0'], 'must be a whole number'],
    [['limit', '99999999999999999999'], 'must not be above'],
    [['limit', 'none', '--reset', 'daily'], '--reset cannot be used with none'],
    [['limit', 'None'], 'must be an amount in USD'],
  ])('refuses %j before anything is asked or written', async (args, why) => {
    const { failure, sandbox } = await run(...args);
    expect(failure).toMatchObject({ message: expect.stringContaining(why) });
    expect(sandbox.requests).toEqual([]);
    expect(JSON.stringify(failure)).not.toContain(testKey);
  });

  it('suggests the command that was probably meant', async () => {
    const { failure } = await run('creat');
    expect(failure).toMatchObject({ hint: 'Did you mean create?' });
  });
});
