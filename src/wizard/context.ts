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
  /** Values given in its `flags` are not asked for. */
  readonly options: InitOptions;
  readonly detected: Detected;
  readonly host: Host;
  /** Creates a key for this setup at OpenRouter. */
  readonly maker: KeyMaker;
  /** Empty if the list could not be loaded; the user then types model ids. */
  readonly models: readonly CatalogModel[];
  readonly known: KnownModels | null;
  /** The style of stderr, where the prompts are. */
  readonly style: Style;
}

/** Prompts and everything around them go to stderr; stdout is for the result. */
export function print({ io }: Pick<Deps, 'io'>, ...lines: readonly string[]): void {
  io.err(`${lines.join('\n')}\n`);
}

/** One aspect of an entry, and how to ask about it. */
export interface Topic {
  readonly title: string;
  /** What it is good for: one clause, for menus. */
  readonly purpose: string;
  /** The members that store the answer. */
  readonly members: readonly (keyof EntryMembers)[];
  /** The part to remove; null if an entry cannot do without it or `ask` offers the removal itself. */
  readonly removable: Part | null;
  /** Asked for every new entry whose preset has one of the members; other topics only on request. */
  readonly core: boolean;
  /** Whether the flags already answer it. */
  isGiven(flags: SetupFlags): boolean;
  /** The current answer in a few words, or null if there is none. */
  summary(members: EntryMembers): string | null;
  /** `entry` has all members that it will have. Returns the members set by the answer. */
  ask(context: WizardContext, entry: EntryRequest): Promise<EntryMembers>;
}
