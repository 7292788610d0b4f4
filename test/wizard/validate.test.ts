import { describe, expect, it } from 'vitest';
import { parseHeader, parseParameter } from '../../src/setup/flags.ts';
import { validate, validateModel, validateText } from '../../src/wizard/validate.ts';

describe('the check of an answer', () => {
  it.each([
    [validate({ model: 'a/' }), /^This must be a model id, not "a\/"\. An id is /],
    [validate({ name: '' }), /^This must not be empty\. /],
    [validate({ dailyLimit: '-1' }), 'This must not be negative, as -1 is. Leave the minus out: 1'],
    [
      validate({ alert: '80' }),
      'This must be a share between 0 and 1, not "80". Did you mean 0.8?',
    ],
    [
      validateText((subject) => ({ header: [parseHeader('X-Title', subject)] })),
      'This must be <name>=<value>. For example X-Title=Assistant',
    ],
    [
      validateText((subject) => ({ param: [parseParameter('model="a/b"', subject)] })),
      'This cannot set "model". In a request it comes from the model of the entry',
    ],
    [
      validateText((subject) => ({ param: [parseParameter('stop=END', subject)] })),
      `The value of the parameter "stop" is not JSON. Put text in double quotes, and those in single quotes in a shell: 'stop="text"'`,
    ],
  ])('explains the problem and the fix without naming a flag: %s', (verdict, expected) => {
    expect(verdict).toEqual(
      typeof expected === 'string' ? expected : expect.stringMatching(expected),
    );
    expect(verdict).not.toContain('--');
  });

  it('covers whether a typed model exists', async () => {
    expect(await validateModel('openai/gpt-4o', null)).toBe(true);
    expect(await validateModel('gpt-4o', null)).toMatch(/^"gpt-4o" is not a model id\. An id is /);
    expect(await validateModel('a/', null)).toMatch(/^This must be a model id/);
  });

  it('accepts what the flag accepts', () => {
    expect(validate({ alert: '0.8' })).toBe(true);
    expect(validateText(() => ({ param: [parseParameter('top_p=0.5')] }))).toBe(true);
  });
});
