import { expect, it } from 'vitest';
import type { Prompter } from '../../src/platform/deps.ts';
import { cleanPrompter } from '../../src/terminal/clean-prompter.ts';
import { noPrompter } from '../../src/terminal/prompter.ts';
import { createWorld, testKey } from '../helpers/world.ts';

/** Answers every question with the question itself. */
const echo = new Proxy(noPrompter, {
  get: (_target, name) => (name === 'canPrompt' ? true : async (question: unknown) => question),
}) as Prompter;

const evil = `a\u001b[2J\u202e${testKey}\u0007 b`;
const harmless = 'a[2Jsk-or-v1-1a2b… b';
const choice = { name: `${evil}\nforged`, short: evil, description: evil, value: evil };

it('shows neither control characters nor a key, and returns values unchanged', async () => {
  const prompter = cleanPrompter(echo, createWorld().deps.io.mask);
  expect(prompter.canPrompt).toBe(true);
  expect(await prompter.confirm({ message: evil, default: false })).toEqual({
    message: harmless,
    default: false,
  });
  const input: unknown = await prompter.input({ message: evil, default: evil });
  expect(input).toEqual({ message: harmless, default: harmless });
  const list: unknown = await prompter.select({ message: evil, choices: [choice] });
  expect(list).toEqual({
    message: harmless,
    choices: [{ name: `${harmless} forged`, short: harmless, description: harmless, value: evil }],
  });
  const several: unknown = await prompter.checkbox({ message: evil, choices: [choice] });
  expect(JSON.stringify(several)).not.toContain('\\u001b[2J\\u202e');
});

it('cleans the results of a search, and the message about an answer', async () => {
  const prompter = cleanPrompter(echo, createWorld().deps.io.mask);
  const search = (await prompter.search({ message: evil, source: () => [choice] })) as unknown as {
    source: (term: string) => Promise<readonly { name: string }[]>;
  };
  expect(await search.source('')).toMatchObject([{ name: `${harmless} forged`, value: evil }]);
  const secret = (await prompter.secret({
    message: evil,
    validate: (text) => (text === '' ? evil : true),
  })) as unknown as { validate: (text: string) => Promise<true | string> };
  expect(await secret.validate('')).toBe(harmless);
  expect(await secret.validate('x')).toBe(true);
});
