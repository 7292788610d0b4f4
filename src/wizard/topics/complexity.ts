import { membersOf } from '../../setup/without.ts';
import { pickModel } from '../pick-model.ts';
import { judged, listed } from '../validate.ts';
import type { Topic } from './topic.ts';

export const complexity: Topic = {
  title: 'complex questions',
  purpose: 'a strong model for messages with certain words',
  members: membersOf.complexity,
  removable: 'complexity',
  core: true,
  given: (said) => said.complexModel !== null && said.complexTriggers !== null,
  shown: ({ complexModel, complexTriggers = [] }) =>
    complexModel === undefined ? null : `${complexModel} for ${complexTriggers.join(', ')}`,
  async ask(talk, { name, members: { complexModel, complexTriggers = [] } }) {
    const current = complexModel === undefined ? {} : { current: complexModel };
    const message = `Model of ${name} for complex questions`;
    const picked = talk.said.complexModel ?? (await pickModel(talk, { message, ...current }));
    if (talk.said.complexTriggers !== null) {
      return { complexModel: picked, complexTriggers: talk.said.complexTriggers };
    }
    const words = await talk.deps.prompter.input({
      message: 'A message is complex when it holds one of (commas between)',
      ...(complexTriggers.length === 0 ? {} : { default: complexTriggers.join(', ') }),
      validate: (text) =>
        listed(text).length === 0
          ? 'Name one word at least: without any, nothing is complex'
          : judged({ complexTriggers: listed(text) }),
    });
    return { complexModel: picked, complexTriggers: listed(words) };
  },
};
