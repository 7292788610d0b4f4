import type { CommonOptions } from '../shared/options.ts';

/** The options of `test` as commander parses them. `timeout` is for one link with its retries. */
export interface TestOptions extends CommonOptions {
  /** Names; none: all. */
  readonly entries: readonly string[];
  readonly simulate?: string;
  /** Rehearse in the installed OpenClaw. */
  readonly host?: boolean;
  readonly prompt?: string;
  readonly channel?: string;
  readonly tools?: boolean;
  readonly stream?: boolean;
  /** USD, as typed. */
  readonly maxCost?: string;
  readonly concurrency: number;
  readonly yes?: boolean;
  readonly junit?: string;
  readonly github?: boolean;
}

/** A link waits at most this long for its answer, retries included; `--timeout` says otherwise. */
export const defaultTimeoutMs = 30_000;
