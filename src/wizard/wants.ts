import { type ChannelAnswer, noAnswers, saysNothing } from '../setup/answers.ts';
import type { EntryDraft, EntryMembers } from '../setup/presets.ts';
import { wishFrom } from '../setup/wish.ts';
import { withoutPart } from '../setup/without.ts';
import type { Setup } from '../setup-file/setup-file.ts';
import { askChannels } from './channels.ts';
import type { Talk } from './context.ts';
import { asItWouldStand, withAnswer } from './drafts.ts';
import { askGoals } from './goals.ts';
import { type Topic, topics } from './topics/index.ts';
import { model as modelTopic } from './topics/model.ts';
import { judged } from './validate.ts';

/** What was asked for so far: entries, each with the members that were decided, and channels. */
export interface Wanted {
  readonly drafts: readonly EntryDraft[];
  readonly channels: readonly ChannelAnswer[];
}

export const nothingWanted: Wanted = { drafts: [], channels: [] };

/** Asks for all that a new setup needs, or for what is to be added to one. */
export async function askWanted(talk: Talk): Promise<Wanted> {
  const first = await firstDrafts(talk);
  const routed = await routeChannels(talk, first);
  const drafts: EntryDraft[] = [];
  for (const draft of routed.drafts) drafts.push(await askCore(talk, draft));
  return askMore(talk, { ...routed, drafts });
}

/** What the host's own config has, and what a person wants besides. */
export function takenOver(talk: Talk): Promise<Wanted> {
  return askMore(talk, talk.found.takeover ?? nothingWanted);
}

/** What the flags name is not asked: a preset, an entry or a model says what for; where entries are, any flag does. */
async function firstDrafts(talk: Talk): Promise<Wanted> {
  const { said, found } = talk;
  const isSaid =
    found.setup.entries.length > 0
      ? !saysNothing(said)
      : said.presets.length > 0 || said.name !== null || said.model !== null;
  const presets = isSaid ? said.presets : await askGoals(talk);
  const { drafts, channels } = wishFrom({ ...said, presets }, found.setup);
  const free: EntryDraft[] = [];
  for (const draft of drafts) free.push(await withFreeName(talk, draft));
  return { drafts: free, channels };
}

// An entry of another provider may have the name; it is not touched.
async function withFreeName({ deps, found }: Talk, draft: EntryDraft): Promise<EntryDraft> {
  const taken = found.setup.otherEntries;
  if (!taken.includes(draft.name)) return draft;
  const name = await deps.prompter.input({
    message: `"${draft.name}" is an entry of another provider. Name of the new one`,
    default: `${draft.name}-openrouter`,
    validate: (text) => (taken.includes(text) ? 'That is taken too' : judged({ name: text })),
  });
  return { ...draft, name };
}

/** Where a preset brings channels, those that there really are; entries that no channel uses are not made. */
async function routeChannels(talk: Talk, wanted: Wanted): Promise<Wanted> {
  if (wanted.channels.length === 0 || talk.said.channels.length > 0) return wanted;
  const proposed = new Set(wanted.channels.map(({ entry }) => entry));
  const channels = await askChannels(talk, wanted.drafts, wanted.channels);
  const used = new Set(channels.map(({ entry }) => entry));
  const drafts = wanted.drafts.filter(({ name }) => !proposed.has(name) || used.has(name));
  return drafts.length === 0 ? { ...wanted, channels } : { drafts, channels };
}

async function askCore(talk: Talk, draft: EntryDraft): Promise<EntryDraft> {
  let answered = draft;
  for (const topic of topics) {
    if (isAsked(topic, talk, draft)) answered = await askTopic(talk, answered, topic);
  }
  return answered;
}

// Where OpenRouter picks the model there is none to pick.
function isAsked(topic: Topic, { said }: Talk, { members }: EntryDraft): boolean {
  const routes = topic === modelTopic && members.defaultModel === 'openrouter/auto';
  return topic.core && topic.members.some(isIn(members)) && !topic.given(said) && !routes;
}

/** The draft with one more thing asked. */
async function askTopic(talk: Talk, draft: EntryDraft, topic: Topic): Promise<EntryDraft> {
  const { setup } = talk.found;
  return withAnswer(draft, await topic.ask(talk, asItWouldStand(draft, setup)), setup);
}

/** The draft with one answer given again, or taken away. */
export async function askAgain(talk: Talk, draft: EntryDraft, topic: Topic): Promise<EntryDraft> {
  const { name, members } = asItWouldStand(draft, talk.found.setup);
  const now = topic.shown(members);
  // What a flag said is just what is to change.
  const anew = { ...talk, said: noAnswers };
  if (topic.removable === null || now === null) return askTopic(anew, draft, topic);
  const goes = await talk.deps.prompter.select({
    message: `${capital(topic.title)} of ${name}: ${now}`,
    choices: [
      { name: 'Change it', value: false },
      { name: 'Take it away', value: true },
    ],
  });
  return goes ? withoutPart(draft, topic.removable) : askTopic(anew, draft, topic);
}

/** Offers what no preset asked for; Enter goes on. */
async function askMore(talk: Talk, wanted: Wanted): Promise<Wanted> {
  const open = topics.filter(
    (topic) =>
      !topic.given(talk.said) &&
      wanted.drafts.every(lacks(topic, talk.found.setup)) &&
      !wanted.drafts.some(isWithout(topic)),
  );
  if (open.length === 0 || wanted.drafts.length === 0) return wanted;
  const picked = await talk.deps.prompter.checkbox({
    message: 'Anything more? (Enter goes on)',
    choices: open.map((topic) => ({
      name: `${topic.title.padEnd(18)} ${topic.purpose}`,
      short: topic.title,
      value: topic,
    })),
  });
  const drafts = [...wanted.drafts];
  for (const topic of picked) {
    const index = await askWhichDraft(talk, drafts, topic);
    const draft = drafts[index];
    if (draft !== undefined) drafts[index] = await askTopic(talk, draft, topic);
  }
  return { ...wanted, drafts };
}

function lacks(topic: Topic, setup: Setup): (draft: EntryDraft) => boolean {
  return (draft) => !topic.members.some(isIn(asItWouldStand(draft, setup).members));
}

function isWithout({ members }: Topic): (draft: EntryDraft) => boolean {
  return ({ without = [] }) => members.some((member) => without.includes(member));
}

function isIn(members: EntryMembers): (member: keyof EntryMembers) => boolean {
  return (member) => members[member] !== undefined;
}

async function askWhichDraft(
  { deps }: Talk,
  drafts: readonly EntryDraft[],
  { title }: Topic,
): Promise<number> {
  if (drafts.length < 2) return 0;
  return deps.prompter.select({
    message: `${capital(title)} for which entry?`,
    choices: drafts.map(({ name }, value) => ({ name, value })),
  });
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
