import type { EntryDraft, EntryMembers } from './presets.ts';

/** THE LIST of what can be taken away from an entry, as `--without` names it. Add the next one here. */
export const parts = [
  'fallbacks',
  'complexity',
  'budget',
  'headers',
  'providers',
  'parameters',
] as const;

export type Part = (typeof parts)[number];

/** The members of an entry that each part holds. */
export const membersOf: Readonly<Record<Part, readonly (keyof EntryMembers)[]>> = {
  fallbacks: ['fallbackModels'],
  complexity: ['complexModel', 'complexTriggers'],
  budget: ['budget'],
  headers: ['headers'],
  providers: ['providerPreferences'],
  parameters: ['parameters'],
};

/** The draft without a part: an entry that is there loses it, a new one does not get it. */
export function withoutPart(draft: EntryDraft, part: Part): EntryDraft {
  const gone = membersOf[part];
  const all = [...new Set([...(draft.without ?? []), ...gone])];
  return { ...draft, members: withoutMembers(draft.members, gone), without: all };
}

/** All members but those. */
export function withoutMembers(members: EntryMembers, gone: readonly string[]): EntryMembers {
  return Object.fromEntries(Object.entries(members).filter(([name]) => !gone.includes(name)));
}
