import type { Choice } from '../platform/deps.ts';
import type { ChannelAnswer } from '../setup/answers.ts';
import type { EntryDraft } from '../setup/presets.ts';
import type { Talk } from './context.ts';
import { asItWouldStand } from './drafts.ts';
import { judged } from './validate.ts';

const wellKnown = ['whatsapp', 'telegram', 'discord', 'slack', 'signal', 'imessage'] as const;

/**
 * Asks which channels there are to be, and for each the entry that answers on it; `proposed` are ticked. Those of the
 * file show their entry, and stay as they are unless they are picked.
 */
export async function askChannels(
  talk: Talk,
  drafts: readonly EntryDraft[],
  proposed: readonly ChannelAnswer[],
): Promise<readonly ChannelAnswer[]> {
  const now = new Map(talk.found.setup.channels.map(({ name, entry }) => [name, entry]));
  const channels = await askWhich(talk, now, proposed);
  const answers: ChannelAnswer[] = [];
  for (const channel of channels) {
    const before = proposed.find((answer) => answer.channel === channel)?.entry ?? now.get(channel);
    const entry = await talk.deps.prompter.select({
      message: `Who answers on ${channel}?`,
      choices: entryChoices(talk, drafts),
      ...(typeof before === 'string' ? { default: before } : {}),
    });
    answers.push({ channel, entry });
  }
  return answers;
}

async function askWhich(
  { deps }: Talk,
  now: ReadonlyMap<string, string | null>,
  proposed: readonly ChannelAnswer[],
): Promise<readonly string[]> {
  const ticked = proposed.map(({ channel }) => channel);
  const names = [...new Set([...wellKnown, ...now.keys(), ...ticked])];
  const widest = Math.max(...names.map((name) => name.length));
  const picked = await deps.prompter.checkbox<string | null>({
    message: now.size === 0 ? 'Which channels?' : 'Which channels are to change?',
    choices: [
      ...names.map((name) => ({
        name: `${name.padEnd(widest)}  ${now.get(name) ?? ''}`.trimEnd(),
        short: name,
        value: name,
        checked: ticked.includes(name),
      })),
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
