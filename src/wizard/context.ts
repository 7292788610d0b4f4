import type { Catalog } from '../catalog/load.ts';
import type { CatalogModel } from '../catalog/model.ts';
import type { Deps } from '../platform/deps.ts';
import type { Answers } from '../setup/answers.ts';
import type { Found } from '../setup/detect.ts';
import { knownModels } from '../setup/known-models.ts';
import type { KnownModels } from '../setup/living-models.ts';
import type { InitOptions } from '../setup/options.ts';
import { createStyle, type Style } from '../terminal/style.ts';

/** What every question may need to know. */
export interface Talk {
  readonly deps: Deps;
  readonly options: InitOptions;
  readonly found: Found;
  /** What the flags say already; it is not asked. */
  readonly said: Answers;
  /** Empty where the list could not be had: ids are then typed. */
  readonly models: readonly CatalogModel[];
  readonly known: KnownModels | null;
  /** Of stderr, where the conversation is. */
  readonly style: Style;
}

export function createTalk(
  deps: Deps,
  options: InitOptions,
  found: Found,
  said: Answers,
  catalog: Catalog | null,
): Talk {
  return {
    deps,
    options,
    found,
    said,
    models: catalog?.models ?? [],
    known: catalog === null ? null : knownModels(catalog),
    style: createStyle(deps.io.stderr),
  };
}

/** Says lines to the person; questions and all that belongs to them are on stderr. */
export function say({ io }: Pick<Deps, 'io'>, ...lines: readonly string[]): void {
  io.err(`${lines.join('\n')}\n`);
}
