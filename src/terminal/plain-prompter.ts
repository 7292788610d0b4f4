import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import type { Choice, Prompter } from '../platform/deps.ts';
import { CancelError } from '../platform/errors.ts';
import type { PromptStreams } from './prompter.ts';

type Verdict = true | string | Promise<true | string>;

/**
 * Line-based questions for screen readers and for terminals that cannot move the cursor. Nothing is redrawn, and every
 * list is numbered.
 */
export function createPlainPrompter(streams: PromptStreams, signal: AbortSignal): Prompter {
  const print = (text: string) => void streams.output.write(`${text}\n`);
  const line = (prompt: string, hidden = false) => readLine(streams, signal, prompt, hidden);

  /** Asks again, with the reason, until `read` accepts the line. */
  async function until<T>(
    prompt: string,
    read: (text: string) => Read<T> | Promise<Read<T>>,
    hidden = false,
  ): Promise<T> {
    for (;;) {
      const answer = await read(await line(prompt, hidden));
      if ('value' in answer) return answer.value;
      print(answer.problem);
    }
  }

  return {
    canPrompt: true,
    confirm: ({ message, default: usual = true }) =>
      until(`${message} yes or no (${usual ? 'yes' : 'no'}): `, (text) => readYesNo(text, usual)),
    input: ({ message, default: usual, validate }) =>
      until(`${message}${usual === undefined ? '' : ` (${usual})`}: `, (text) =>
        checked(text === '' ? (usual ?? '') : text, validate),
      ),
    secret: ({ message, validate }) =>
      until(`${message} (not shown): `, (text) => checked(text, validate), true),
    async select({ message, choices, default: usual }) {
      const first = choices.findIndex(({ value }) => value === usual);
      const proposed = String(Math.max(0, first) + 1);
      print(`${message}\n${numbered(choices)}`);
      return until(`Number (${proposed}): `, (text) => readNumber(text || proposed, choices));
    },
    async checkbox({ message, choices, required = false }) {
      const proposed = choices.flatMap(({ checked }, i) =>
        checked === true ? [String(i + 1)] : [],
      );
      print(`${message}\n${numbered(choices)}`);
      const usual = proposed.length === 0 ? 'none' : proposed.join(', ');
      return until(`Numbers, separated by commas (${usual}): `, (text) =>
        readNumbers(text.trim() === '' ? proposed.join(',') : text, choices, required),
      );
    },
    async search({ message, source }) {
      print(message);
      for (let term = ''; ; ) {
        const rows = (await source(term)).slice(0, maxRows);
        print(rows.length === 0 ? '  Nothing found' : numbered(rows));
        const text = (await line('Number (1), or words to search for: ')).trim();
        const picked = /^\d+$/.test(text || '1') ? rows[Number(text || '1') - 1] : undefined;
        if (picked !== undefined) return picked.value;
        term = text;
      }
    },
  };
}

// Longer lists are tiring to listen to; the user types words to narrow them down.
const maxRows = 8;

type Read<T> = { readonly value: T } | { readonly problem: string };

function readYesNo(text: string, usual: boolean): Read<boolean> {
  const word = text.trim().toLowerCase();
  if (word === '') return { value: usual };
  if (/^y(es)?$/.test(word)) return { value: true };
  return /^no?$/.test(word) ? { value: false } : { problem: 'Type yes or no' };
}

async function checked(
  text: string,
  validate: ((value: string) => Verdict) | undefined,
): Promise<Read<string>> {
  const verdict = (await validate?.(text)) ?? true;
  return verdict === true ? { value: text } : { problem: verdict };
}

function readNumber<T>(text: string, choices: readonly Choice<T>[]): Read<T> {
  const choice = /^\s*\d+\s*$/.test(text) ? choices[Number(text) - 1] : undefined;
  return choice === undefined
    ? { problem: `Type a number from 1 to ${choices.length}` }
    : { value: choice.value };
}

function readNumbers<T>(text: string, choices: readonly Choice<T>[], required: boolean): Read<T[]> {
  const typed = text.split(/[\s,]+/).filter((part) => part !== '');
  const values: T[] = [];
  for (const part of text.trim() === 'none' ? [] : typed) {
    const read = readNumber(part, choices);
    if ('problem' in read) return read;
    values.push(read.value);
  }
  return required && values.length === 0 ? { problem: 'Pick at least one' } : { value: values };
}

function numbered(choices: readonly Choice<unknown>[]): string {
  return choices
    .map(({ name, description }, i) => {
      const words = name.replace(/\s{2,}/g, ', ');
      return `  ${i + 1}. ${words}${description === undefined ? '' : `. ${description}`}`;
    })
    .join('\n');
}

/** Reads one line. Ctrl-C and end of input cancel. Hidden input is not echoed. */
function readLine(
  { input, output }: PromptStreams,
  signal: AbortSignal,
  prompt: string,
  hidden: boolean,
): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  // If the terminal itself echoes, it also handles line editing, and readline sends no escape sequences.
  const reader = createInterface({ input, output: silent, terminal: hidden });
  // After echo is off; otherwise a quick answer would be visible.
  output.write(prompt);
  return new Promise((resolve, reject) => {
    const cancel = () => {
      reader.close();
      reject(new CancelError());
    };
    const finish = (text: string) => {
      signal.removeEventListener('abort', cancel);
      resolve(text);
      reader.close();
      if (hidden) output.write('\n');
    };
    if (signal.aborted) return cancel();
    signal.addEventListener('abort', cancel, { once: true });
    reader.once('line', finish);
    reader.once('SIGINT', cancel);
    reader.once('close', () => reject(new CancelError()));
  });
}
