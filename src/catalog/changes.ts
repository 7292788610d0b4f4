import type { CatalogModel } from './model.ts';

/** The differences between a refreshed list and the previous one. Prices in USD per million tokens. */
export interface CatalogChange {
  /** ISO time of the new list and of the previous one. */
  readonly at: string;
  readonly since: string;
  readonly appeared: readonly string[];
  readonly vanished: readonly string[];
  readonly repriced: readonly Repricing[];
}

export interface Repricing {
  readonly id: string;
  readonly inputBefore: string | null;
  readonly inputAfter: string | null;
  readonly outputBefore: string | null;
  readonly outputAfter: string | null;
}

export interface DatedList {
  readonly fetchedAt: string;
  readonly models: readonly CatalogModel[];
}

/** Null if no model appeared, disappeared or changed its price. */
export function changeBetween(before: DatedList, after: DatedList): CatalogChange | null {
  const old = new Map(before.models.map((model) => [model.id, model]));
  const now = new Set(after.models.map((model) => model.id));
  const appeared = [...now].filter((id) => !old.has(id)).sort();
  const vanished = [...old.keys()].filter((id) => !now.has(id)).sort();
  const repriced = after.models.flatMap((model) => repricing(old.get(model.id), model));
  if (appeared.length + vanished.length + repriced.length === 0) return null;
  return { at: after.fetchedAt, since: before.fetchedAt, appeared, vanished, repriced };
}

function repricing(before: CatalogModel | undefined, after: CatalogModel): Repricing[] {
  if (before === undefined) return [];
  const same =
    before.inputPerMillion === after.inputPerMillion &&
    before.outputPerMillion === after.outputPerMillion;
  if (same) return [];
  return [
    {
      id: after.id,
      inputBefore: before.inputPerMillion,
      inputAfter: after.inputPerMillion,
      outputBefore: before.outputPerMillion,
      outputAfter: after.outputPerMillion,
    },
  ];
}
