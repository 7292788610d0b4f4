import { canonicalModelId, isFreeModelId } from '../openrouter/model-id.ts';
import { type FilePlace, UsageError, UserError } from '../platform/errors.ts';
import type { Channel } from '../setup-file/channels.ts';
import type { Entry } from '../setup-file/entry.ts';
import type { Setup } from '../setup-file/setup-file.ts';

export type LinkRole = 'primary' | 'complex' | `fallback${number}`;

/** One model of an entry; `fallback1` is the first. The id is canonical. */
export interface Link {
  readonly role: LinkRole;
  readonly model: string;
}

/** A setup file, or the gateway's copy of one, whose entries hold more. */
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
 * `channels.<name>.model`, else the entry asked for, else the only one, else the first. Throws UsageError for a
 * channel or an entry that is not in the file, UserError where there is nothing to choose from.
 */
export function chooseEntry<E extends Named>(
  setup: Choices<E>,
  asked: { readonly entry?: string; readonly channel?: string },
): EntryChoice<E> {
  if (asked.channel !== undefined) {
    return { entry: entryOfChannel(setup, asked.channel), why: 'channel' };
  }
  if (asked.entry !== undefined) return { entry: entryNamed(setup, asked.entry), why: 'asked' };
  const [first, ...others] = setup.entries;
  if (first === undefined) throw noEntry(setup.at?.(['models']));
  return { entry: first, why: others.length === 0 ? 'only' : 'first' };
}

function noEntry(place: FilePlace | undefined): UserError {
  return new UserError('The setup file has no OpenRouter entry', {
    type: 'not_found',
    hint: (program) => `Add one with ${program} init`,
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
  /** The trigger that was found, as the setup file writes it. */
  readonly trigger: string | null;
  readonly why: 'trigger' | 'default';
}

/** `complexModel` if the last message of a person holds any trigger, else `defaultModel`. The id is canonical. */
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
 * NFKC and case folded. JavaScript has no case folding: upper case makes one of the two small sigmas, and opens ß and ﬁ,
 * but not ẞ, which is upper case already.
 */
function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase().toUpperCase().normalize('NFKC');
}

/** Every link of an entry, in the order of the setup file: primary, fallbacks, complex. */
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
 * The links that one request walks: primary and fallbacks, the complex link before them when it was chosen. A model
 * that stands twice is walked once: asking it again right after it failed is what retries are for.
 */
export function chainOf(entry: Models, role: 'primary' | 'complex'): Link[] {
  const links = linksOf(entry);
  const complex = role === 'complex' ? links.filter((link) => link.role === 'complex') : [];
  const chain = [...complex, ...links.filter((link) => link.role !== 'complex')];
  return chain.filter((link, i) => chain.findIndex(({ model }) => model === link.model) === i);
}

/** It may answer when the account has no credit left. */
export function isFreeLink({ model }: Link): boolean {
  return isFreeModelId(model);
}
