import { canonicalModelId, isFreeModelId } from '../openrouter/model-id.ts';
import { type FilePlace, UsageError, UserError } from '../platform/errors.ts';
import type { Channel } from '../setup-file/channels.ts';
import type { Entry } from '../setup-file/entry.ts';
import { findNamed } from '../setup-file/names.ts';
import type { Setup } from '../setup-file/setup-file.ts';

export type LinkRole = 'primary' | 'complex' | `fallback${number}`;

/** One model of an entry. `fallback1` is the first fallback. The id is canonical. */
export interface Link {
  readonly role: LinkRole;
  readonly model: string;
}

/** A setup file, or the gateway's copy of one, whose entries have more fields. */
export interface Choices<E> {
  readonly entries: readonly E[];
  readonly channels: readonly Pick<Channel, 'name' | 'entry'>[];
  readonly at?: Setup['at'];
}

type Named = Pick<Entry, 'name'>;

export interface EntryChoice<E = Entry> {
  readonly entry: E;
  readonly why: 'channel' | 'asked' | 'only' | 'first';
}

/**
 * `channels.<name>.model`, else the requested entry, whose name may be in another case, else the only one, else the
 * first. Throws UsageError for a
 * channel or an entry that is not in the file, and UserError if there is nothing to choose from.
 */
export function chooseEntry<E extends Named>(
  setup: Choices<E>,
  asked: { readonly entry?: string; readonly channel?: string },
): EntryChoice<E> {
  if (asked.channel !== undefined) {
    return { entry: entryOfChannel(setup, asked.channel), why: 'channel' };
  }
  if (asked.entry !== undefined) {
    const entry = findNamed(setup.entries, asked.entry) ?? entryNamed(setup, asked.entry);
    return { entry, why: 'asked' };
  }
  const [first, ...others] = setup.entries;
  if (first === undefined) throw noEntry(setup.at?.(['models']));
  return { entry: first, why: others.length === 0 ? 'only' : 'first' };
}

function noEntry(place: FilePlace | undefined): UserError {
  return new UserError('The setup file has no OpenRouter entry', {
    type: 'not_found',
    hint: (command) => `Add one with ${command('init')}`,
    ...(place === undefined ? {} : { place }),
  });
}

function entryOfChannel<E extends Named>(setup: Choices<E>, name: string): E {
  const toSet = `Set channels.${name}.model to the name of an entry`;
  const channel = setup.channels.find((known) => known.name === name);
  if (channel === undefined) {
    throw new UsageError(`There is no channel ${JSON.stringify(name)}`, {
      hint: namesHint('Channels', setup.channels, toSet),
    });
  }
  if (channel.entry === null) {
    throw new UserError(`The channel ${JSON.stringify(name)} names no entry`, {
      type: 'not_found',
      hint: toSet,
    });
  }
  return entryNamed(setup, channel.entry);
}

function entryNamed<E extends Named>(setup: Choices<E>, name: string): E {
  const entry = setup.entries.find((known) => known.name === name);
  if (entry !== undefined) return entry;
  throw new UsageError(`There is no OpenRouter entry ${JSON.stringify(name)}`, {
    hint: namesHint(
      'Entries',
      setup.entries,
      'The setup file has none: add one to models, with the provider "openrouter"',
    ),
  });
}

function namesHint(what: string, known: readonly Named[], ifNone: string): string {
  return known.length === 0
    ? ifNone
    : `${what} in the setup file: ${known.map(({ name }) => name).join(', ')}`;
}

type Models = Pick<Entry, 'defaultModel' | 'fallbackModels' | 'complexModel' | 'complexTriggers'>;

export interface ModelChoice {
  readonly role: 'primary' | 'complex';
  readonly model: string;
  /** The trigger that matched, as written in the setup file. */
  readonly trigger: string | null;
  readonly why: 'trigger' | 'default';
}

/** `complexModel` if the last message of a person contains a trigger, else `defaultModel`. The id is canonical. */
export function chooseModel(entry: Models, lastMessage: string): ModelChoice {
  const { complexModel, defaultModel } = entry;
  if (complexModel !== null) {
    const trigger = triggerIn(entry, lastMessage);
    const model = canonicalModelId(complexModel);
    if (trigger !== undefined) return { role: 'complex', model, trigger, why: 'trigger' };
  }
  return { role: 'primary', model: canonicalModelId(defaultModel), trigger: null, why: 'default' };
}

function triggerIn({ complexTriggers }: Models, message: string): string | undefined {
  const folded = fold(message);
  return complexTriggers.find((trigger) => {
    const text = fold(trigger).trim();
    return text !== '' && folded.includes(text);
  });
}

/**
 * NFKC and case folding. JavaScript has no case folding, so lower case comes first (ẞ → ß), then upper case, which
 * unifies the two lower-case sigmas and expands ß and ﬁ.
 */
function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase().toUpperCase().normalize('NFKC');
}

/** All links of an entry: primary, fallbacks, complex. */
export function linksOf(entry: Models): Link[] {
  const links: Link[] = [
    { role: 'primary', model: entry.defaultModel },
    ...entry.fallbackModels.map((model, i): Link => ({ role: `fallback${i + 1}`, model })),
  ];
  if (entry.complexModel !== null) links.push({ role: 'complex', model: entry.complexModel });
  return links
    .map(({ role, model }) => ({ role, model: canonicalModelId(model) }))
    .filter(({ model }) => model !== '');
}

/**
 * The links that one request walks: primary and fallbacks, preceded by the complex link if it was chosen. A model that
 * is listed twice is tried once, because trying it again after a failure is what retries are for.
 */
export function chainOf(entry: Models, role: 'primary' | 'complex'): Link[] {
  const links = linksOf(entry);
  const complex = role === 'complex' ? links.filter((link) => link.role === 'complex') : [];
  const chain = [...complex, ...links.filter((link) => link.role !== 'complex')];
  return chain.filter((link, i) => chain.findIndex(({ model }) => model === link.model) === i);
}

/** A free link may still answer when the account has no credit left. */
export function isFreeLink({ model }: Link): boolean {
  return isFreeModelId(model);
}
