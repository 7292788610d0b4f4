import { describe, expect, it } from 'vitest';
import { givenOptions, ownCommand } from '../../src/platform/own-command.ts';

const program = 'openclaw openrouter';

describe('a command for people to paste', () => {
  it('has the name by which they run the program', () => {
    expect(ownCommand({ program, given: givenOptions([]) })('key rotate')).toBe(
      'openclaw openrouter key rotate',
    );
  });

  it.each([
    [['--config', 'stg.json5'], '--config stg.json5'],
    [['--json', '--config=stg.json5'], '--config stg.json5'],
    [['--config', 'one.json5', '--config', 'two.json5'], '--config two.json5'],
    [['--config', 'my setup.json5'], "--config 'my setup.json5'"],
    [['--config', "it's.json5"], "--config 'it'\\''s.json5'"],
    [['--sandbox'], '--sandbox'],
    [['--sandbox', '--config', '~/stg.json5'], '--config ~/stg.json5 --sandbox'],
  ])('has the options of this run: %j', (argv, options) => {
    const command = ownCommand({ program, given: givenOptions(['doctor', ...argv]) });
    expect(command('key limit 2')).toBe(`openclaw openrouter key limit 2 ${options}`);
  });

  it('has no option that only looks like one', () => {
    const given = givenOptions(['models', '--configure', '--', '--config', 'a.json5', '--sandbox']);
    expect(given).toEqual({ config: null, sandbox: false });
    expect(givenOptions(['doctor', '--config'])).toEqual({ config: null, sandbox: false });
  });

  it('is outside the sandbox if it must be, and undo always is', () => {
    const command = ownCommand({ program, given: { config: 'a.json5', sandbox: true } });
    expect(command('init', { sandbox: false })).toBe('openclaw openrouter init --config a.json5');
    expect(command('undo --list')).toBe('openclaw openrouter undo --list --config a.json5');
  });
});
