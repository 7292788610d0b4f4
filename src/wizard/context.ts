import type { CatalogModel } from '../catalog/model.ts';
import type { Host } from '../host/location.ts';
import type { KeyMaker } from '../keys/create.ts';
import type { Deps } from '../platform/deps.ts';
import type { Detected } from '../setup/detect.ts';
import type { InitOptions } from '../setup/flags.ts';
import type { KnownModels } from '../setup/known-models.ts';
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
