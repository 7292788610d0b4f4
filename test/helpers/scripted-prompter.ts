import { expect, onTestFinished } from 'vitest';
import type { Prompter } from '../../src/platform/deps.ts';

/** `cancel` presses Ctrl-C at the question. */
export type Answer = string | boolean | readonly string[];

/**
 * Answers questions by their text. Throws for an unknown question and for an answer that the question does not offer;
 * an answer that is never used fails the test.
 */
export function scriptedPrompter(
  script: readonly (readonly [question: string | RegExp, answer: Answer | Error])[],
): Prompter {
  const left = [...script];
  onTestFinished(() => {
    expect(left.map(([question]) => question)).toEqual([]);
  });
  const take = (message: string): Answer => {
    const [expected, ...rest] = left;
    const fits =
      expected !== undefined &&
      (typeof expected[0] === 'string' ? message.includes(expected[0]) : expected[0].test(message));
    if (expected === undefined || !fits) {
      throw new Error(`Asked "${message}", expected "${expected?.[0] ?? 'no more questions'}"`);
    }
    left.splice(0, left.length, ...rest);
    if (expected[1] instanceof Error) throw expected[1];
    return expected[1];
  };
  return {
    canPrompt: true,
    async confirm({ message }) {
      return typed(take(message), 'boolean', message);
    },
    input: (question) => typeIn(question, take),
    secret: (question) => typeIn(question, take),
    async select({ message, choices }) {
      return pick(choices, take(message), message);
    },
    async checkbox({ message, choices }) {
      const answer = take(message);
      if (!Array.isArray(answer)) throw new Error(`"${message}" takes a list`);
      return answer.map((name) => pick(choices, name, message));
    },
    async search({ message, source }) {
      const answer = take(message);
      return pick(await source(typed(answer, 'string', message)), answer, message);
    },
  };
}

async function typeIn(
  question: Parameters<Prompter['input']>[0],
  take: (message: string) => Answer,
): Promise<string> {
  const answer = typed(take(question.message), 'string', question.message);
  const verdict = (await question.validate?.(answer)) ?? true;
  if (verdict === true) return answer;
  // A user would see the reason and be asked again.
  return typeIn(question, take);
}

function typed(answer: Answer, type: 'boolean', message: string): boolean;
function typed(answer: Answer, type: 'string', message: string): string;
function typed(answer: Answer, type: 'boolean' | 'string', message: string): Answer {
  if (typeof answer !== type) throw new Error(`"${message}" takes a ${type}`);
  return answer;
}

function pick<T>(
  choices: readonly { readonly name: string; readonly value: T }[],
  answer: Answer,
  message: string,
): T {
  const chosen = choices.find(
    ({ name, value }) => value === answer || (typeof answer === 'string' && name.includes(answer)),
  );
  if (chosen === undefined) {
    const offered = choices.map(({ name }) => name).join(', ');
    throw new Error(`"${message}" does not offer "${String(answer)}"; it offers ${offered}`);
  }
  return chosen.value;
}
