import type { Choice, Deps } from '../platform/deps.ts';
import type { ChannelRequest, EntryRequest, SetupRequest } from '../setup/setup-request.ts';
import { effectiveEntry } from '../setup/setup-request.ts';
import type { WizardContext } from './context.ts';
import { validate } from './validate.ts';

const wellKnown = ['whatsapp', 'telegram', 'discord', 'slack', 'signal', 'imessage'] as const;

/**
 * Asks which channels to use and which entry answers on each. Channels of the request are preselected; channels of the
 * file show their entry and stay unchanged unless selected.
 */
export async function askChannels(
  context: WizardContext,
  { entries, channels: proposed }: SetupRequest,
): Promise<readonly ChannelRequest[]> {
  const current = new Map(context.detected.setup.channels.map(({ name, entry }) => [name, entry]));
  const channels: ChannelRequest[] = [];
  for (const channel of await askWhich(context.deps, current, proposed)) {
    const before =
      proposed.find((request) => request.channel === channel)?.entry ?? current.get(channel);
    const entry = await context.deps.prompter.select({
      message: `Which entry answers on ${channel}?`,
      choices: entryChoices(context, entries),
      ...(typeof before === 'string' ? { default: before } : {}),
    });
    channels.push({ channel, entry });
  }
  return channels;
}

async function askWhich(
  { prompter }: Deps,
  current: ReadonlyMap<string, string | null>,
  proposed: readonly ChannelRequest[],
): Promise<readonly string[]> {
  const ticked = proposed.map(({ channel }) => channel);
  const names = [...new Set([...wellKnown, ...current.keys(), ...ticked])];
  const widest = Math.max(...names.map((name) => name.length));
  const picked = await prompter.checkbox<string | null>({
    message: current.size === 0 ? 'Which channels?' : 'Which channels should change?',
    choices: [
      ...names.map((name) => ({
        name: `${name.padEnd(widest)}  ${current.get(name) ?? ''}`.trimEnd(),
        short: name,
        value: name,
        checked: ticked.includes(name),
      })),
      { name: 'another one', value: null },
    ],
  });
  const named = picked.filter((name) => name !== null);
  if (!picked.includes(null)) return named;
  const other = await prompter.input({
    message: 'Name of the other channel',
    validate: (text) => validate({ channel: [{ channel: text.trim(), entry: 'any' }] }),
  });
  return [...new Set([...named, other.trim()])];
}

function entryChoices(
  { detected: { setup } }: WizardContext,
  requested: readonly EntryRequest[],
): readonly Choice<string>[] {
  const others = setup.entries.filter(({ name }) =>
    requested.every((entry) => entry.name !== name),
  );
  return [
    ...requested.map((entry) => effectiveEntry(entry, setup)),
    ...others.map(({ name, defaultModel }) => ({ name, members: { defaultModel } })),
  ].map(({ name, members }) => ({
    name: `${name}  ${members.defaultModel ?? ''}`,
    short: name,
    value: name,
  }));
}
