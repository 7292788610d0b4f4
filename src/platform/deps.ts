import type { Agent } from 'node:http';
import type { AgentOptions } from 'node:https';
import type { Annotation } from '../text/github.ts';

/**
 * The outside world, as everything else sees it. `main.ts` builds the real one, tests build their own;
 * nobody below reaches for `process`, the global `fetch` or the clock.
 */
export interface Deps {
  readonly io: Io;
  readonly prompter: Prompter;
  readonly env: Env;
  readonly place: Place;
  readonly files: Files;
  readonly fetch: Fetch;
  readonly agentFor: AgentFor;
  readonly exec: Exec;
  readonly clock: Clock;
  /** A number in [0, 1), for jitter. */
  readonly random: () => number;
  /**
   * Aborted by what asks a command to end: Ctrl-C, SIGTERM, SIGHUP, SIGQUIT, or a reader of stdout that has gone. Its
   * reason is a CancelError. Everything that waits takes it.
   */
  readonly signal: AbortSignal;
  /**
   * Runs `body` to its end: meanwhile the process is not ended, though `signal` may be aborted. For what must not be
   * left half done; `uninterrupted` goes further.
   */
  readonly holdExit: <T>(body: () => Promise<T>) => Promise<T>;
  /** The files that this run has changed for good, by path: what a cancelled run says of itself goes by it. */
  readonly written: Set<string>;
  /** Has SIGTERM call back in place of ending the process, for what has to end in order; gives the way to stop that. */
  readonly onTerminate: (callback: () => void) => () => void;
}

/** What we use of the global `fetch`. A redirect is never followed. */
export type Fetch = (
  url: string | URL,
  init?: {
    readonly method?: string;
    readonly headers?: Headers | Readonly<Record<string, string>>;
    readonly body?: string | null;
    readonly signal?: AbortSignal;
    readonly redirect?: 'manual';
  },
) => Promise<Response>;

/**
 * What carries requests of Node's own HTTP client to this URL, by the rules that `fetch` keeps: `https:` or loopback
 * alone, through the proxy of the environment or past it. Throws UserError for another destination, ProxyError for a
 * proxy that cannot be used. Destroy it.
 */
export type AgentFor = (url: URL, options?: AgentOptions) => Promise<Agent>;

export type Env = Readonly<Record<string, string | undefined>>;

/**
 * Where and as whom we run; all paths are absolute. `home` is null when neither the environment nor the system names
 * one, and when HOME is empty or relative.
 */
export interface Place {
  readonly home: string | null;
  readonly cwd: string;
  readonly platform: NodeJS.Platform;
  readonly pid: number;
  /** Effective user id; null where the platform has none. */
  readonly uid: number | null;
  /** Where files may lie that are gone afterwards. */
  readonly temporaryFolder: string;
  /** Folder of the installed package (holds `package.json` and `completions/`). */
  readonly packageFolder: string;
  readonly version: string;
  /** What people type before the name of a command: `openclaw-openrouter`, under the host `openclaw openrouter`. */
  readonly program: string;
}

/**
 * Data goes to `out` (stdout), talk to `err` (stderr). Both strip what could steer a terminal (every control
 * character but newline, tab and colour), hide whatever looks like a key or was told to `conceal`, and in the log of a
 * CI runner leave no text that it would take for a command.
 */
export interface Io {
  out(text: string): void;
  err(text: string): void;
  /** Like `out`, without the masking: for the sandbox's own made-up key and nothing else. */
  outUnmasked(text: string): void;
  /** Shows a message at a line of a file on GitHub (`--github`): the only commands that its runner gets from us. */
  annotate(annotation: Annotation, stream?: 'stdout' | 'stderr'): void;
  /** From now on this text is masked wherever it would be printed. */
  conceal(secret: string): void;
  /** The text as `out` would print it: masked and stripped. */
  mask(text: string): string;
  /** Everything on stdin as UTF-8 text, until its end; throws UsageError past `maxBytes` (default 1 MiB). */
  readStdin(maxBytes?: number): Promise<string>;
  readonly stdout: Stream;
  readonly stderr: Stream;
}

/** What one of the two streams can show. */
export interface Stream {
  readonly isTty: boolean;
  readonly color: boolean;
  /** False on a dumb terminal or a locale without UTF-8: use ASCII symbols. */
  readonly unicode: boolean;
  /** Width in cells; 80 where unknown. */
  readonly columns: number;
}

export interface Choice<T> {
  readonly name: string;
  /** What stands behind the question once it is answered; the name where it is not given. */
  readonly short?: string;
  readonly value: T;
  readonly description?: string;
  readonly checked?: boolean;
}

/** Questions. Every method throws CancelError on Ctrl-C; callers ask only when `canPrompt`. */
export interface Prompter {
  /** Decided once, from facts: stdin and stderr are terminals. */
  readonly canPrompt: boolean;
  confirm(question: { message: string; default?: boolean }): Promise<boolean>;
  input(question: {
    message: string;
    default?: string;
    validate?: (value: string) => true | string | Promise<true | string>;
  }): Promise<string>;
  /** Masked; the answer is never echoed. */
  secret(question: {
    message: string;
    validate?: (value: string) => true | string | Promise<true | string>;
  }): Promise<string>;
  select<T>(question: { message: string; choices: readonly Choice<T>[]; default?: T }): Promise<T>;
  checkbox<T>(question: {
    message: string;
    choices: readonly Choice<T>[];
    required?: boolean;
  }): Promise<T[]>;
  search<T>(question: {
    message: string;
    source: (term: string) => readonly Choice<T>[] | Promise<readonly Choice<T>[]>;
  }): Promise<T>;
}

export interface FileFacts {
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  readonly size: number;
  /** Permission bits only, e.g. 0o600. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly modifiedMs: number;
  /** When the content, the mode, the owner or the access control list last changed. */
  readonly changedMs: number;
  /** How many names the file has. */
  readonly links: number;
  readonly inode: number;
  readonly device: number;
}

/** What came of copying attributes; `unsupported` where no program here can, so that nobody knows what there was. */
export type CopiedAttributes =
  | { readonly state: 'copied' }
  | { readonly state: 'unsupported' }
  | { readonly state: 'failed'; readonly reason: string };

/** A new file being written; exclusive, so nobody else holds it. */
export interface NewFile {
  facts(): Promise<FileFacts>;
  /** The mode, access control list and extended attributes of another file; only while this one is empty. */
  copyAttributes(from: string): Promise<CopiedAttributes>;
  write(bytes: Uint8Array): Promise<void>;
  sync(): Promise<void>;
  chmod(mode: number): Promise<void>;
  chown(uid: number, gid: number): Promise<void>;
  close(): Promise<void>;
}

/** The primitives of the file system; errors are Node's own, with `code`. Rules of writing live in `config/`. */
export interface Files {
  /** Never waits: what is not a regular file fails with EISDIR or, for a pipe, a socket or a device, with EFTYPE. */
  read(path: string): Promise<Uint8Array>;
  /** For what takes the kernel milliseconds to make up, as the lists in /proc: nothing else waits meanwhile. */
  readInThread(path: string): Promise<Uint8Array>;
  /** Follows links; null when there is nothing. */
  stat(path: string): Promise<FileFacts | null>;
  /** Does not follow links; null when there is nothing. */
  lstat(path: string): Promise<FileFacts | null>;
  /** Whether an access control list says more than the mode. */
  hasAcl(path: string): Promise<boolean>;
  realpath(path: string): Promise<string>;
  /** Where a link points, as written in it. */
  readlink(path: string): Promise<string>;
  list(folder: string): Promise<string[]>;
  /** Fails with EEXIST when the path is taken. */
  createFolder(path: string, mode: number): Promise<void>;
  /** With its parents; does nothing when it is there. */
  makeFolder(path: string, mode?: number): Promise<void>;
  /** A new one for this user alone; its name, which nobody can foretell, begins with `prefix`. */
  makeTemporaryFolder(prefix: string): Promise<string>;
  /** Fails with EEXIST when the path is taken. */
  create(path: string, mode: number): Promise<NewFile>;
  /** Hard link; fails with EEXIST when `to` is taken. */
  link(from: string, to: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  chmod(path: string, mode: number): Promise<void>;
  /** A missing file is no error. */
  remove(path: string): Promise<void>;
  /** Fails when it is not empty. */
  removeFolder(path: string): Promise<void>;
  /** With everything in it; a missing one is no error. */
  removeTree(path: string): Promise<void>;
  syncFolder(path: string): Promise<void>;
}

export interface ExecResult {
  /** Null when a signal ended it or it could not be started. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The program is not there. */
  readonly notFound: boolean;
  readonly timedOut: boolean;
}

/**
 * Runs a program, never through a shell. Does not throw for a non-zero exit, but CancelError when `signal` is aborted:
 * what an interrupted program says means nothing.
 */
export type Exec = (
  file: string,
  args: readonly string[],
  options?: {
    readonly env?: Env;
    readonly cwd?: string;
    readonly timeoutMs?: number;
    /** Show its output as it comes, on stderr. */
    readonly show?: boolean;
    readonly input?: string;
    /** Start it and leave it running: it is neither waited for nor ended, and what it prints is lost. */
    readonly background?: boolean;
    /** In place of `Deps.signal`. */
    readonly signal?: AbortSignal;
  },
) => Promise<ExecResult>;

export interface Clock {
  now(): Date;
  /** Milliseconds that only ever grow. */
  monotonic(): number;
  /** Rejects with the signal's reason when it is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
