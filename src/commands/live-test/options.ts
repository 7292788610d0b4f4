import type { CommonOptions } from '../shared/options.ts';

/** The options of `test` as commander parses them. `timeout` applies to one link including its retries. */
export interface TestOptions extends CommonOptions {
  /** Entry names; empty means all. */
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

/** How long a link may take to answer, retries included, in milliseconds. `--timeout` overrides it. */
export const defaultTimeoutMs = 30_000;
