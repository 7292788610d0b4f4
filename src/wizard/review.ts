import { formatUsd } from '../catalog/prices.ts';
import { typicalMessage } from '../catalog/typical.ts';
import type { Choice } from '../platform/deps.ts';
import type { Prepared } from '../setup/prepare.ts';
import type { EntryDraft } from '../setup/presets.ts';
import { paintDiff } from '../terminal/diff.ts';
import { wrap } from '../terminal/table.ts';
import { askChannels } from './channels.ts';
import { say, type Talk } from './context.ts';
import { dayCost, messagesPerDay } from './daily-cost.ts';
import { asItWouldStand } from './drafts.ts';
import { type Topic, topics } from './topics/index.ts';
import { askAgain, askWanted, type Wanted } from './wants.ts';

/** Shows the diff of every file, what was decided on the way, and what a typical day will cost. */
export function preview(talk: Talk, { result }: Prepared, wanted: Wanted): void {
  const { deps, style } = talk;
  const diff = paintDiff(result.diff, style).trimEnd();
  const warnings = result.warnings.map(
    (text) => `  ${style.symbol('warn')} ${wrap(text, deps.io.stderr.columns - 1, 4)}`,
  );
  say(deps, '', diff, '', ...costLines(talk, wanted), ...warnings, '');
}

function costLines(talk: Talk, { drafts }: Wanted): readonly string[] {
  if (drafts.length === 0 || talk.models.length === 0) return [];
  const { promptTokens, completionTokens } = typicalMessage;
  const basis = `${messagesPerDay} messages of ${promptTokens} tokens in, ${completionTokens} out`;
  return [
    `  A typical day ${talk.style.dim(`(${basis})`)}`,
    ...drafts.map((draft) => `    ${draft.name}  ${costWords(talk, draft)}`),
  ];
}

function costWords({ models, found }: Talk, draft: EntryDraft): string {
  const { members } = asItWouldStand(draft, found.setup);
  const { usualUsd, mostUsd } = dayCost(members, models);
  const limit = members.budget?.dailyLimit;
  return [
    usualUsd === null ? 'its price varies' : Number(usualUsd) === 0 ? 'free' : formatUsd(usualUsd),
    ...(mostUsd === null ? [] : [`${formatUsd(mostUsd)} if its dearest model answered all`]),
    ...(limit === undefined ? [] : [`limit ${formatUsd(String(limit))}`]),
  ].join(', ');
}

/** What can be changed once everything was asked. */
type Change =
  | { readonly kind: 'topic'; readonly index: number; readonly topic: Topic }
  | { readonly kind: 'channels' }
  | { readonly kind: 'goals' }
  | { readonly kind: 'key' };

/** Asks for one answer again; the others stay. Null: it is the key. */
export async function askChange(talk: Talk, wanted: Wanted): Promise<Wanted | null> {
  const change = await talk.deps.prompter.select<Change>({
    message: 'Which answer?',
    choices: [
      ...wanted.drafts.flatMap((draft, index) => topicChoices(talk, draft, index)),
      { name: 'channels', value: { kind: 'channels' } },
      { name: 'the key', value: { kind: 'key' } },
      { name: 'what for: all but the key again', value: { kind: 'goals' } },
    ],
  });
  switch (change.kind) {
    case 'key':
      return null;
    case 'goals':
      return askWanted(talk);
    case 'channels': {
      const channels = await askChannels(talk, wanted.drafts, wanted.channels);
      return { ...wanted, channels };
    }
    case 'topic':
      return { ...wanted, drafts: await answeredAgain(talk, wanted.drafts, change) };
  }
}

function answeredAgain(
  talk: Talk,
  drafts: readonly EntryDraft[],
  { index, topic }: Extract<Change, { kind: 'topic' }>,
): Promise<EntryDraft[]> {
  return Promise.all(
    drafts.map((draft, at) => (at === index ? askAgain(talk, draft, topic) : draft)),
  );
}

function topicChoices({ found }: Talk, draft: EntryDraft, index: number): Choice<Change>[] {
  const { name, members } = asItWouldStand(draft, found.setup);
  return topics.map((topic) => ({
    name: `${name}: ${topic.title}  ${topic.shown(members) ?? 'none'}`,
    short: `${name}: ${topic.title}`,
    value: { kind: 'topic', index, topic },
  }));
}
