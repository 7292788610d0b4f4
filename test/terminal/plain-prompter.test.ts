import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { CancelError } from '../../src/platform/errors.ts';
import { createPlainPrompter } from '../../src/terminal/plain-prompter.ts';

/** Somebody who answers each prompt with the next of the lines. */
function person(...lines: readonly string[]) {
  const left = [...lines];
  const input = new PassThrough();
  const output = new PassThrough();
  const abort = new AbortController();
  let printed = '';
  output.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
    // A prompt is what ends without a line break.
    if (text.endsWith(': ') && left.length > 0)
      setImmediate(() => input.write(`${left.shift()}\n`));
  });
  const prompter = createPlainPrompter({ input, output }, abort.signal);
  return { prompter, abort, input, printed: () => printed, left };
}

const fruits = [
  { name: 'apple', value: 'a', description: 'red' },
  { name: 'pear', value: 'p' },
  { name: 'plum', value: 'l', checked: true },
];

describe('a list', () => {
  it('is numbered and answered by a number', async () => {
    const { prompter, printed } = person('2');
    expect(await prompter.select({ message: 'Which?', choices: fruits })).toBe('p');
    expect(printed()).toBe('Which?\n  1. apple. red\n  2. pear\n  3. plum\nNumber (1): ');
  });

  it('accepts the default on Enter', async () => {
    const { prompter } = person('');
    expect(await prompter.select({ message: 'Which?', choices: fruits, default: 'l' })).toBe('l');
  });

  it.each(['0', '4', 'x', '-1', '1.5'])('asks again after "%s"', async (wrong) => {
    const { prompter, printed } = person(wrong, '1');
    expect(await prompter.select({ message: 'Which?', choices: fruits })).toBe('a');
    expect(printed()).toContain('Type a number from 1 to 3');
  });
});

describe('a list of several', () => {
  it.each([
    ['1, 2', ['a', 'p']],
    ['2 1', ['p', 'a']],
    ['', ['l']],
    ['none', []],
  ])('"%s" is %j', async (typed, expected) => {
    const { prompter } = person(typed);
    expect(await prompter.checkbox({ message: 'Which?', choices: fruits })).toEqual(expected);
  });

  it('asks again for one at least where one is needed', async () => {
    const { prompter, printed } = person('none', '1');
    const question = { message: 'Which?', choices: fruits, required: true };
    expect(await prompter.checkbox(question)).toEqual(['a']);
    expect(printed()).toContain('Pick at least one');
  });
});

describe('a search', () => {
  it('is filtered by words and chosen by a number', async () => {
    const { prompter, printed } = person('p', '2');
    const source = (term: string) => fruits.filter(({ name }) => name.startsWith(term));
    expect(await prompter.search({ message: 'Which?', source })).toBe('l');
    expect(printed()).toContain('  1. pear\n  2. plum\n');
  });

  it('says when nothing is found, and asks again', async () => {
    const { prompter, printed } = person('kiwi', 'apple', '');
    const source = (term: string) => fruits.filter(({ name }) => name.startsWith(term));
    expect(await prompter.search({ message: 'Which?', source })).toBe('a');
    expect(printed()).toContain('Nothing found');
  });
});

describe('yes or no', () => {
  it.each([
    ['y', false, true],
    ['No', true, false],
    ['', true, true],
    ['', false, false],
  ])('"%s" where %s is proposed is %s', async (typed, usual, expected) => {
    const { prompter } = person(typed);
    expect(await prompter.confirm({ message: 'Continue?', default: usual })).toBe(expected);
  });

  it('asks again after anything else', async () => {
    const { prompter, printed } = person('maybe', 'yes');
    expect(await prompter.confirm({ message: 'Continue?' })).toBe(true);
    expect(printed()).toContain('Type yes or no');
  });
});

describe('a text', () => {
  it('is asked again, with the reason, until it is valid', async () => {
    const { prompter, printed } = person('bad', 'good');
    const validate = (text: string) => text === 'good' || 'Not that';
    expect(await prompter.input({ message: 'Say', validate })).toBe('good');
    expect(printed()).toContain('Not that\n');
  });

  it('accepts the default on Enter', async () => {
    const { prompter } = person('');
    expect(await prompter.input({ message: 'Say', default: 'this' })).toBe('this');
  });

  it('that is secret is never repeated', async () => {
    const { prompter, printed } = person('top secret');
    expect(await prompter.secret({ message: 'Key' })).toBe('top secret');
    expect(printed()).not.toContain('secret');
  });
});

it('is cancelled by the end of the input and by Ctrl-C', async () => {
  const ended = person();
  const question = ended.prompter.input({ message: 'Say' });
  ended.input.end();
  await expect(question).rejects.toThrow(CancelError);

  const stopped = person();
  const other = stopped.prompter.input({ message: 'Say' });
  stopped.abort.abort();
  await expect(other).rejects.toThrow(CancelError);
});
