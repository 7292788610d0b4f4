import type { EntryDraft, EntryMembers } from '../setup/presets.ts';
import { withoutMembers } from '../setup/without.ts';
import type { Entry, Setup } from '../setup-file/setup-file.ts';

/** A draft with all members that the entry would have: those of the file, and over them those of the draft. */
export function asItWouldStand(draft: EntryDraft, setup: Setup): EntryDraft {
  const entry = setup.entries.find(({ name }) => name === draft.name);
  if (entry === undefined) return draft;
  const there = withoutMembers(membersOf(entry), draft.without ?? []);
  return { ...draft, members: { ...there, ...draft.members } };
}

/** The draft with an answer in it. An empty list in a new entry is left out: it says nothing. */
export function withAnswer(draft: EntryDraft, answer: EntryMembers, setup: Setup): EntryDraft {
  const members = { ...draft.members, ...answer };
  if (setup.entries.some(({ name }) => name === draft.name)) return { ...draft, members };
  const { fallbackModels, retryOnFailure, maxRetries, ...others } = members;
  return fallbackModels?.length === 0 ? { ...draft, members: others } : { ...draft, members };
}

function membersOf(entry: Entry): EntryMembers {
  const { defaultModel, complexModel, complexTriggers, fallbackModels, parameters, headers } =
    entry;
  const { retryOnFailure, maxRetries } = entry;
  return {
    ...(defaultModel === '' ? {} : { defaultModel }),
    ...(complexModel === null ? {} : { complexModel, complexTriggers }),
    ...(fallbackModels.length === 0 ? {} : { fallbackModels }),
    ...(retryOnFailure ? { retryOnFailure, maxRetries } : {}),
    ...(Object.keys(parameters).length === 0 ? {} : { parameters }),
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
    ...budgetOf(entry),
    ...preferencesOf(entry),
  };
}

function budgetOf({ budget }: Entry): EntryMembers {
  if (budget === null) return {};
  const { dailyLimit, monthlyLimit, alertThreshold } = budget;
  return {
    budget: {
      ...(dailyLimit === null ? {} : { dailyLimit: Number(dailyLimit) }),
      ...(monthlyLimit === null ? {} : { monthlyLimit: Number(monthlyLimit) }),
      ...(alertThreshold === null ? {} : { alertThreshold: Number(alertThreshold) }),
    },
  };
}

function preferencesOf({ providerPreferences: { exclude, prefer } }: Entry): EntryMembers {
  if (exclude.length + prefer.length === 0) return {};
  return {
    providerPreferences: {
      ...(exclude.length === 0 ? {} : { exclude }),
      ...(prefer.length === 0 ? {} : { prefer }),
    },
  };
}
