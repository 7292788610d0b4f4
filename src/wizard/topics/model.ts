import { pickModel } from '../pick-model.ts';
import type { Topic } from './topic.ts';

export const model: Topic = {
  title: 'model',
  purpose: 'which one answers',
  members: ['defaultModel'],
  removable: null,
  core: true,
  given: (said) => said.model !== null,
  shown: ({ defaultModel }) => defaultModel ?? null,
  async ask(talk, { name, members: { defaultModel } }) {
    const current = defaultModel === undefined ? {} : { current: defaultModel };
    const free = defaultModel?.endsWith(':free') ?? false;
    const message = free ? `Free model of ${name}` : `Model of ${name}`;
    return { defaultModel: await pickModel(talk, { message, free, ...current }) };
  },
};
