import type { Choice, Prompter } from '../platform/deps.ts';

type Validate = (value: string) => true | string | Promise<true | string>;

/**
 * A prompter that passes all text through `clean` (`Io.mask`). Questions bypass Io, but contain names from files and
 * from the API.
 */
export function cleanPrompter(prompter: Prompter, clean: (text: string) => string): Prompter {
  const line = (text: string) => clean(text).replace(/[\r\n]+/g, ' ');
  const choices = <T>(shown: readonly Choice<T>[]) => shown.map((choice) => cleanChoice(choice));

  function cleanChoice<T>(choice: Choice<T>): Choice<T> {
    const { name, short, description } = choice;
    return {
      ...choice,
      name: line(name),
      ...(short === undefined ? {} : { short: line(short) }),
      ...(description === undefined ? {} : { description: clean(description) }),
    };
  }

  function validating(validate: Validate | undefined) {
    if (validate === undefined) return {};
    return {
      async validate(value: string) {
        const verdict = await validate(value);
        return verdict === true ? true : clean(verdict);
      },
    };
  }

  return {
    get canPrompt() {
      return prompter.canPrompt;
    },
    confirm: (question) => prompter.confirm({ ...question, message: clean(question.message) }),
    input: ({ message, default: usual, validate }) =>
      prompter.input({
        message: clean(message),
        ...(usual === undefined ? {} : { default: line(usual) }),
        ...validating(validate),
      }),
    secret: ({ message, validate }) =>
      prompter.secret({ message: clean(message), ...validating(validate) }),
    select: (question) =>
      prompter.select({
        ...question,
        message: clean(question.message),
        choices: choices(question.choices),
      }),
    checkbox: (question) =>
      prompter.checkbox({
        ...question,
        message: clean(question.message),
        choices: choices(question.choices),
      }),
    search: ({ message, source }) =>
      prompter.search({
        message: clean(message),
        source: async (term) => choices(await source(term)),
      }),
  };
}
