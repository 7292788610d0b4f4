import type { Choice } from '../../../deps.ts';
import type { ChannelAnswer } from '../../../setup/answers.ts';
import type { EntryDraft } from '../../../setup/presets.ts';
import { asItWouldStand } from './drafts.ts';
import type { Talk } from './talk.ts';
import { judged } from './valid.ts';

const wellKnown = ['whatsapp', 'telegram', 'discord', 'slack', 'signal', 'imessage'] as const;

/** Asks which channels there are, and for each the entry that answers on it; `before` is proposed. */
export async function askChannels(
  talk: Talk,
  drafts: readonly EntryDraft[],
  before: readonly ChannelAnswer[],
): Promise<readonly ChannelAnswer[]> {
  const channels = await askWhich(talk, before);
  const answers: ChannelAnswer[] = [];
  for (const channel of channels) {
    const proposed = before.find((answer) => answer.channel === channel)?.entry;
    const entry = await talk.deps.prompter.select({
      message: `Who answers on ${channel}?`,
      choices: entryChoices(talk, drafts),
      ...(proposed === undefined ? {} : { default: proposed }),
    });
    answers.push({ channel, entry });
  }
  return answers;
}

async function askWhich(
  { deps }: Talk,
  before: readonly ChannelAnswer[],
): Promise<readonly string[]> {
  const proposed = before.map(({ channel }) => channel);
  const names = [...new Set([...wellKnown, ...proposed])];
  const picked = await deps.prompter.checkbox<string | null>({
    message: 'Which channels?',
    choices: [
      ...names.map((name) => ({ name, value: name, checked: proposed.includes(name) })),
      { name: 'another one', value: null },
    ],
  });
  const known = picked.filter((name) => name !== null);
  return picked.includes(null) ? [...new Set([...known, await nameChannel(deps.prompter)])] : known;
}

async function nameChannel(prompter: Talk['deps']['prompter']): Promise<string> {
  const name = await prompter.input({
    message: 'Name of the other channel',
    validate: (text) => judged({ channels: [{ channel: text.trim(), entry: 'any' }] }),
  });
  return name.trim();
}

function entryChoices({ found }: Talk, drafts: readonly EntryDraft[]): readonly Choice<string>[] {
  const { setup } = found;
  const others = setup.entries.filter(({ name }) => drafts.every((draft) => draft.name !== name));
  return [
    ...drafts.map((draft) => asItWouldStand(draft, setup)),
    ...others.map(({ name, defaultModel }) => ({ name, members: { defaultModel } })),
  ].map(({ name, members }) => ({
    name: `${name}  ${members.defaultModel ?? ''}`,
    short: name,
    value: name,
  }));
}
