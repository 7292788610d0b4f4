import { PassThrough } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Prompter } from '../../src/platform/deps.ts';
import { CancelError } from '../../src/platform/errors.ts';
import { createPrompter } from '../../src/terminal/prompter.ts';

const choices = [
  { name: 'one', value: 1 },
  { name: 'two', value: 2 },
];
const questions: Readonly<Record<string, (prompter: Prompter) => Promise<unknown>>> = {
  confirm: (prompter) => prompter.confirm({ message: 'Write?', default: true }),
  input: (prompter) => prompter.input({ message: 'Name?' }),
  secret: (prompter) => prompter.secret({ message: 'Key?' }),
  select: (prompter) => prompter.select({ message: 'Which?', choices }),
  checkbox: (prompter) => prompter.checkbox({ message: 'Which?', choices }),
  search: (prompter) => prompter.search({ message: 'Which?', source: async () => choices }),
};

function started(ask: (prompter: Prompter) => Promise<unknown>) {
  const streams = { input: new PassThrough(), output: new PassThrough() };
  streams.output.resume();
  const prompter = createPrompter(streams, new AbortController().signal, { color: false });
  return { input: streams.input, answer: ask(prompter) };
}

describe.each(Object.entries(questions))('the question %s', (_, ask) => {
  it.each([
    ['Ctrl-D', '\x04'],
    ['Ctrl-C', '\x03'],
  ])('is cancelled by %s', async (_name, key) => {
    const { input, answer } = started(ask);
    await turn();
    input.write(key);
    await expect(answer).rejects.toThrow(CancelError);
  });

  it('is cancelled by the end of its input', async () => {
    const { input, answer } = started(ask);
    await turn();
    input.end();
    await expect(answer).rejects.toThrow(CancelError);
  });
});

it('one question after the other gets its answer', async () => {
  const { input, answer } = started(async (prompter) => {
    const name = await prompter.input({ message: 'Name?' });
    return [name, await prompter.confirm({ message: 'Write?', default: true })];
  });
  await turn();
  input.write('one\r');
  await turn();
  await turn();
  input.write('n\r');
  expect(await answer).toEqual(['one', false]);
});
