import type { Deps } from '../../platform/deps.ts';

export type World = Pick<
  Deps,
  'io' | 'env' | 'place' | 'files' | 'fetch' | 'exec' | 'clock' | 'random' | 'signal'
>;

export interface FactsOptions {
  /** The setup file. */
  readonly path: string;
  /** Do not use the network. */
  readonly offline: boolean;
  /** Milliseconds for one request. */
  readonly timeoutMs: number;
  /** Write nothing, not even the cached list of models. */
  readonly dryRun?: boolean;
}

/** What gathering a fact needs. */
export interface FactContext {
  readonly world: World;
  readonly options: FactsOptions;
}

/** Thrown where a fact cannot be gathered; checks that need it are skipped with this reason. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
}
