import type { Catalog } from '../../../catalog/load.ts';
import type { CatalogModel } from '../../../catalog/model.ts';
import type { TypicalCost } from '../../../catalog/typical.ts';
import type { Providers } from './providers.ts';

/** What `models show` knows of a model. */
export interface Shown {
  readonly catalog: Catalog;
  readonly model: CatalogModel;
  /** The id of the model to go on with, where this one retires. */
  readonly successor: string | null;
  readonly messagesPerDay: number;
  readonly typical: TypicalCost;
  readonly providers: Providers;
}
