import type { Answers } from '../../setup/answers.ts';
import type { EntryDraft, EntryMembers } from '../../setup/presets.ts';
import type { Part } from '../../setup/without.ts';
import type { Talk } from '../context.ts';

/** One thing that an entry decides, and how a person is asked about it. */
export interface Topic {
  /** As a person reads it in a menu. */
  readonly title: string;
  /** One clause: when somebody wants it. */
  readonly purpose: string;
  /** The members that hold the answer. */
  readonly members: readonly (keyof EntryMembers)[];
  /** As what it can be taken away; null where an entry cannot be without it, or asking offers that itself. */
  readonly removable: Part | null;
  /** Asked of every new entry whose preset has one of the members; the others only where they are wanted. */
  readonly core: boolean;
  /** The flags say it already. */
  given(said: Answers): boolean;
  /** What the entry says now, in a few words; null where it says nothing. */
  shown(members: EntryMembers): string | null;
  /** `draft` has all members of the entry as it would stand. Gives the members that the answer decides. */
  ask(talk: Talk, draft: EntryDraft): Promise<EntryMembers>;
}
