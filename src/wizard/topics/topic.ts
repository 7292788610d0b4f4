import type { SetupFlags } from '../../setup/flags.ts';
import type { EntryMembers, EntryRequest, Part } from '../../setup/setup-request.ts';
import type { WizardContext } from '../context.ts';

/** One aspect of an entry, and how the user is asked about it. */
export interface Topic {
  /** In menus. */
  readonly title: string;
  /** One clause for menus: what it is good for. */
  readonly purpose: string;
  /** The members that hold the answer. */
  readonly members: readonly (keyof EntryMembers)[];
  /** The part to remove; null if an entry cannot be without it, or `ask` offers that itself. */
  readonly removable: Part | null;
  /** Asked for every new entry whose preset has one of the members; the others only on request. */
  readonly core: boolean;
  /** The flags answer it already. */
  isGiven(flags: SetupFlags): boolean;
  /** The current answer in a few words, or null. */
  summary(members: EntryMembers): string | null;
  /** `entry` has all members that it will have. Returns the members that the answer decides. */
  ask(context: WizardContext, entry: EntryRequest): Promise<EntryMembers>;
}
