import type { CatalogModel } from '../catalog/model.ts';
import type { Host } from '../host/location.ts';
import type { KeyMaker } from '../keys/create.ts';
import type { Deps } from '../platform/deps.ts';
import type { Detected } from '../setup/detect.ts';
import type { InitOptions, SetupFlags } from '../setup/flags.ts';
import type { KnownModels } from '../setup/known-models.ts';
import type { EntryMembers, EntryRequest, Part } from '../setup/setup-request.ts';
import type { Style } from '../terminal/style.ts';

/** What every question may need. */
export interface WizardContext {
  readonly deps: Deps;
  /** What its `flags` give is not asked for. */
  readonly options: InitOptions;
  readonly detected: Detected;
  readonly host: Host;
  /** For a key that OpenRouter makes for this setup. */
  readonly maker: KeyMaker;
  /** Empty where the list could not be loaded: ids are then typed. */
  readonly models: readonly CatalogModel[];
  readonly known: KnownModels | null;
  /** Of stderr, where the conversation is. */
  readonly style: Style;
}

/** Questions and all that belongs to them go to stderr; stdout is for the result. */
export function print({ io }: Pick<Deps, 'io'>, ...lines: readonly string[]): void {
  io.err(`${lines.join('\n')}\n`);
}

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
