import * as inquirer from '@inquirer/prompts';
import type { Choice, Prompter } from '../platform/deps.ts';
import { CancelError } from '../platform/errors.ts';

type PromptContext = PromptStreams & { readonly signal: AbortSignal };

export interface PromptStreams {
  readonly input: NodeJS.ReadableStream;
  /** stderr, since questions are not results. */
  readonly output: NodeJS.WritableStream;
}

/** Prompts through @inquirer/prompts, on the given streams. */
export function createPrompter(
  streams: PromptStreams,
  signal: AbortSignal,
  { color }: { readonly color: boolean },
): Prompter {
  /** Asks a question, and also ends if the prompt closes without an answer, e.g. on Ctrl-D. */
  async function ask<T>(prompt: (context: PromptContext) => Promise<T>): Promise<T> {
    const closed = new AbortController();
    // An answer also pauses the input, but has arrived by then. Without the abort, Node would exit mid-command.
    const onPause = () => void setImmediate(() => closed.abort());
    streams.input.once('pause', onPause);
    try {
      return await prompt({ ...streams, signal: AbortSignal.any([signal, closed.signal]) });
    } catch (error) {
      if (error instanceof Error && cancels.has(error.name)) throw new CancelError();
      throw error;
    } finally {
      streams.input.off('pause', onPause);
    }
  }

  const theme: { theme?: typeof withoutColor } = color ? {} : { theme: withoutColor };
  const list = { loop: false, pageSize: rowsOfList, ...theme };
  return {
    canPrompt: true,
    confirm: (question) => ask((context) => inquirer.confirm({ ...question, ...theme }, context)),
    input: (question) => ask((context) => inquirer.input({ ...question, ...theme }, context)),
    secret: (question) =>
      ask((context) =>
        inquirer.input(
          { ...question, transformer: stars, theme: { ...theme.theme, ...onceMore } },
          context,
        ),
      ),
    select: (question) =>
      ask((context) =>
        inquirer.select(
          { ...question, choices: question.choices.map(toInquirer), ...list },
          context,
        ),
      ),
    checkbox: (question) =>
      ask((context) =>
        inquirer.checkbox(
          { ...question, choices: question.choices.map(toInquirer), ...list },
          context,
        ),
      ),
    search: (question) =>
      ask((context) =>
        inquirer.search(
          {
            message: question.message,
            source: async (term) => (await question.source(term ?? '')).map(toInquirer),
            pageSize: rowsOfList,
            ...theme,
          },
          context,
        ),
      ),
  };
}

// Fits into 24 rows with the question, its help and some of the earlier output.
const rowsOfList = 9;

const same = (text: string) => text;

// @inquirer reads color settings from the environment and does not know about --no-color.
const withoutColor = {
  prefix: { idle: '?', done: '*' },
  style: {
    answer: same,
    message: same,
    error: (text: string) => `> ${text}`,
    defaultAnswer: (text: string) => `(${text})`,
    help: same,
    highlight: same,
    key: (text: string) => `<${text}>`,
    disabled: (text: string) => `- ${text}`,
    description: same,
    searchTerm: same,
    keysHelpTip: (keys: [key: string, action: string][]) =>
      keys.map(([key, action]) => `${key} ${action}`).join(', '),
  },
  icon: { cursor: '>', checked: '(x)', unchecked: '( )' },
};

/** Masks the text while it is typed. Afterwards not even its length is shown. */
function stars(secret: string, { isFinal }: { readonly isFinal: boolean }): string {
  return isFinal ? '(hidden)' : '*'.repeat(secret.length);
}

// Hidden input cannot be edited, so a second paste would be appended to the rejected first one.
const onceMore = { validationFailureMode: 'clear' } as const;

/** For runs where nobody can answer. Calling it is a bug; check `canPrompt` first. */
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

// @inquirer/core's error names for Ctrl-C and for an abort of our own signal.
const cancels = new Set(['ExitPromptError', 'AbortPromptError', 'CancelPromptError']);
