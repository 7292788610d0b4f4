import type { Choice } from '../platform/deps.ts';
import type { Found } from '../setup/detect.ts';
import type { EntryDraft } from '../setup/presets.ts';
import type { Entry } from '../setup-file/setup-file.ts';
import type { Talk } from './context.ts';
import { asItWouldStand } from './drafts.ts';
import { takeoverWords } from './takeover.ts';
import { topics } from './topics/index.ts';
import { askAgain, nothingWanted, type Wanted } from './wants.ts';

/** What to do with a setup that is there. */
export type Intent =
  | { readonly kind: 'change'; readonly entry: Entry }
  | { readonly kind: 'add' | 'host' | 'channels' | 'key' | 'leave' };

/** Asks what is to become of a setup that is there already: it is changed, never started over. */
export function askIntent({ deps, found }: Talk, hasNewKey: boolean): Promise<Intent> {
  const changes = found.setup.entries.map(
    (entry): Choice<Intent> => ({
      name: `Change ${entry.name}  ${entry.defaultModel}`,
      short: `Change ${entry.name}`,
      value: { kind: 'change', entry },
    }),
  );
  return deps.prompter.select<Intent>({
    message: 'This is set up. What now?',
    choices: [
      ...changes,
      { name: 'Add something', value: { kind: 'add' } },
      ...takeoverChoice(found),
      { name: 'Change which channel uses which entry', value: { kind: 'channels' } },
      hasNewKey
        ? { name: 'Only store the key', value: { kind: 'leave' } }
        : { name: 'Use another key', value: { kind: 'key' } },
      ...(hasNewKey ? [] : [{ name: 'Leave it as it is', value: { kind: 'leave' } } as const]),
    ],
  });
}

function takeoverChoice(found: Found): Choice<Intent>[] {
  return takeoverWords(found) === ''
    ? []
    : [{ name: 'Take over what OpenClaw has', value: { kind: 'host' } }];
}

/** For a new key: the entries that hold the old one themselves are to name its variable instead. */
export function rekeyed({ setup, key }: Found): Wanted {
  if ('missing' in key || key.source.kind !== 'literal') return nothingWanted;
  const holders = setup.entries.filter(({ apiKey }) => apiKey === key.key);
  return {
    ...nothingWanted,
    drafts: holders.map(({ name }) => ({ name, comment: '', members: {} })),
  };
}

/** Asks what about an entry is to change, and for each its new answer. */
export async function askChanges(talk: Talk, { name }: Entry): Promise<EntryDraft> {
  let draft: EntryDraft = { name, comment: '', members: {} };
  const { members } = asItWouldStand(draft, talk.found.setup);
  const picked = await talk.deps.prompter.checkbox({
    message: `What of ${name} is to change?`,
    required: true,
    choices: topics.map((topic) => ({
      name: `${topic.title.padEnd(18)} ${topic.shown(members) ?? 'none'}`,
      short: topic.title,
      value: topic,
    })),
  });
  for (const topic of picked) draft = await askAgain(talk, draft, topic);
  return draft;
}
