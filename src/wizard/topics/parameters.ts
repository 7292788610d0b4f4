import { noAnswers } from '../../setup/answers.ts';
import { answersFrom } from '../../setup/flags.ts';
import { membersOf } from '../../setup/without.ts';
import { judgedFlags } from '../validate.ts';
import type { Topic } from './topic.ts';

export const parameters: Topic = {
  title: 'parameters',
  purpose: 'temperature, max_tokens and the like',
  members: membersOf.parameters,
  removable: 'parameters',
  core: false,
  given: (said) => said.parameters.length > 0,
  shown: ({ parameters: said = {} }) =>
    Object.entries(said)
      .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
      .join(', ') || null,
  async ask({ deps }, { members: { parameters: before = {} } }) {
    const said: Record<string, unknown> = { ...before };
    for (;;) {
      const text = await deps.prompter.input({
        message: 'A parameter as name=value, e.g. temperature=0.7 (Enter goes on)',
        validate: (typed) => (typed.trim() === '' ? true : judgedFlags({ param: [typed] })),
      });
      if (text.trim() === '') return Object.keys(said).length === 0 ? {} : { parameters: said };
      const [answer] = answersFrom({ param: [text] }, noAnswers.key).parameters;
      if (answer !== undefined) said[answer.name] = answer.value;
    }
  },
};
