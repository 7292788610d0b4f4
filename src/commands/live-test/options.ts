export interface TestOptions {
  /** Names; none: all. */
  readonly entries: readonly string[];
  readonly config: string | undefined;
  /** For one link with its retries, in milliseconds. */
  readonly timeout: number | undefined;
  readonly simulate: string | undefined;
  /** Rehearse in the installed OpenClaw. */
  readonly host: boolean;
  readonly prompt: string | undefined;
  readonly channel: string | undefined;
  readonly tools: boolean;
  readonly stream: boolean;
  /** USD, as typed. */
  readonly maxCost: string | undefined;
  readonly concurrency: number;
  readonly yes: boolean;
  readonly junit: string | undefined;
  readonly github: boolean;
  /** Nothing that is sent costs money. */
  readonly sandbox: boolean;
}

/** A link waits at most this long for its answer, retries included; `--timeout` says otherwise. */
export const defaultTimeoutMs = 30_000;
