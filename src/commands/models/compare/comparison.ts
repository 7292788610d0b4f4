import type { CatalogModel } from '../../../catalog/model.ts';
import type { TypicalCost } from '../../../catalog/typical.ts';

export interface Compared {
  readonly model: CatalogModel;
  readonly typical: TypicalCost;
  readonly cheapest: boolean;
  /** Request parameters that this model takes and some other of the compared does not. */
  readonly notAll: readonly string[];
}
