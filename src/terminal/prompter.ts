import * as inquirer from '@inquirer/prompts';
import type { Choice, Prompter } from '../deps.ts';
import { CancelError } from '../errors.ts';

export interface PromptStreams {
  readonly input: NodeJS.ReadableStream;
  /** Questions are talk: they go to stderr. */
  readonly output: NodeJS.WritableStream;
}

/** Questions through @inquirer/prompts. The real terminal is handed in. */
export function createPrompter(streams: PromptStreams, signal: AbortSignal): Prompter {
  const context = { ...streams, signal };
  return {
    canPrompt: true,
    confirm: (question) => ask(inquirer.confirm(question, context)),
    input: (question) => ask(inquirer.input(question, context)),
    secret: (question) => ask(inquirer.password({ ...question, mask: true }, context)),
    select: (question) =>
      ask(
        inquirer.select(
          { ...question, choices: question.choices.map(toInquirer), loop: false },
          context,
        ),
      ),
    checkbox: (question) =>
      ask(
        inquirer.checkbox(
          { ...question, choices: question.choices.map(toInquirer), loop: false },
          context,
        ),
      ),
    search: (question) =>
      ask(
        inquirer.search(
          {
            message: question.message,
            source: async (term) => (await question.source(term ?? '')).map(toInquirer),
          },
          context,
        ),
      ),
  };
}

/** For where nobody can answer: asking is a mistake of the caller, who looks at `canPrompt` first. */
export const noPrompter: Prompter = {
  canPrompt: false,
  confirm: refuse,
  input: refuse,
  secret: refuse,
  select: refuse,
  checkbox: refuse,
  search: refuse,
};

function refuse(question: { message: string }): never {
  throw new Error(`Asked "${question.message}" where nobody can answer`);
}

function toInquirer<T>(choice: Choice<T>) {
  return { short: choice.name, ...choice };
}

async function ask<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Error && cancels.has(error.name)) throw new CancelError();
    throw error;
  }
}

// Ctrl-C and the abort of our own signal, in the words of @inquirer/core.
const cancels = new Set(['ExitPromptError', 'AbortPromptError', 'CancelPromptError']);
