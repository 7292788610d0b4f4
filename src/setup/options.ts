import type { Shell } from '../host/shell-files.ts';
import type { AnswerFlags } from './flags.ts';

/** What the command line of `init` says. */
export interface InitOptions {
  readonly config: string | undefined;
  readonly json: boolean;
  readonly timeoutMs: number;
  /** Everything runs against the look-alike. */
  readonly sandbox: boolean;
  /** No questions. */
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly answers: AnswerFlags;
  /** Take over what the host's own config has; no other answers then. */
  readonly fromHost: boolean;
  readonly keyStdin: boolean;
  /** The variable that holds the key now. */
  readonly keyEnv: string | undefined;
  readonly shell: Shell | undefined;
  readonly rcFile: string | undefined;
  readonly rc: boolean;
  readonly verify: boolean;
  readonly restart: boolean;
}

/** For one request, in milliseconds: the proof waits for a whole answer. */
export const defaultTimeoutMs = 60_000;
