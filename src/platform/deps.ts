import type { Agent } from 'node:http';
import type { AgentOptions } from 'node:https';
import type { Annotation } from '../text/github.ts';

/**
 * The outside world. `main.ts` builds the real one, tests build their own; nothing else uses `process`, the global
 * `fetch` or the clock.
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
   * Aborted with a CancelError by what ends a command: Ctrl-C, SIGTERM, SIGHUP, SIGQUIT, or a closed stdout. Everything
   * that waits takes it.
   */
  readonly signal: AbortSignal;
  /**
   * Runs `body` to its end: the process is not ended meanwhile, though `signal` may be aborted. See also
   * `uninterrupted`.
   */
  readonly holdExit: <T>(body: () => Promise<T>) => Promise<T>;
  /** The paths of the files that this run has changed, for the message of a cancelled run. */
  readonly written: Set<string>;
  /** Has SIGTERM call `callback` instead of ending the process, for an orderly shutdown. Returns a function to stop that. */
  readonly onTerminate: (callback: () => void) => () => void;
}

/** What we use of the global `fetch`. A redirect is never followed. */
export type Fetch = (
  url: string | URL,
  init?: {
    readonly method?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string | null;
    readonly signal?: AbortSignal;
    readonly redirect?: 'manual';
    /** Called when the whole request has left, over a connection that is there. */
    readonly onSent?: () => void;
  },
) => Promise<FetchResponse>;

/**
 * The part of a `Response` (Fetch standard) that we use. Node's own, as well as its `Headers`, takes longer to load than
 * everything else that a request needs.
 */
export interface FetchResponse {
  readonly status: number;
  readonly headers: ResponseHeaders;
  /** To be read once; null for a status that has none. */
  readonly body: AsyncIterable<Uint8Array> | null;
  /** The whole body as UTF-8. */
  text(): Promise<string>;
}

export interface ResponseHeaders {
  /** Several of one name are joined by commas. */
  get(name: string): string | null;
}

/**
 * Makes an agent for requests of Node's HTTP client to this URL, with the rules of `fetch`: only `https:` or loopback,
 * and through the proxy of the environment. Throws UserError for another destination, ProxyError for a proxy that cannot
 * be used. The caller destroys it.
 */
export type AgentFor = (url: URL, options?: AgentOptions) => Promise<Agent>;

export type Env = Readonly<Record<string, string | undefined>>;

/**
 * Where and as which user we run. All paths are absolute. `home` is null if neither the environment nor the system has
 * one, or if HOME is empty or relative.
 */
export interface Place {
  readonly home: string | null;
  readonly cwd: string;
  readonly platform: NodeJS.Platform;
  readonly pid: number;
  /** Effective user id; null if the platform has none. */
  readonly uid: number | null;
  /** For temporary files. */
  readonly temporaryFolder: string;
  /** Folder of the installed package (holds `package.json` and `completions/`). */
  readonly packageFolder: string;
  readonly version: string;
  /** What people type before the name of a command: `openclaw-openrouter`, under the host `openclaw openrouter`. */
  readonly program: string;
}

/**
 * Results go to `out` (stdout), messages to `err` (stderr). Both strip control characters except newline, tab and
 * colors, mask what looks like a key or was passed to `conceal`, and in CI break up what the runner would take for a
 * command.
 */
export interface Io {
  out(text: string): void;
  err(text: string): void;
  /** Like `out` without masking, only for the made-up key of the sandbox. */
  outUnmasked(text: string): void;
  /** Prints a workflow command that shows a message at a line of a file on GitHub (`--github`). */
  annotate(annotation: Annotation, stream?: 'stdout' | 'stderr'): void;
  /** Masks this text in all further output. */
  conceal(secret: string): void;
  /** The text as `out` would print it. */
  mask(text: string): string;
  /** Everything on stdin as UTF-8 text, until its end; throws UsageError past `maxBytes` (default 1 MiB). */
  readStdin(maxBytes?: number): Promise<string>;
  readonly stdout: Stream;
  readonly stderr: Stream;
}

/** The abilities of stdout or stderr. */
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
  /** Shown after the question once it is answered; the name by default. */
  readonly short?: string;
  readonly value: T;
  readonly description?: string;
  readonly checked?: boolean;
}

/** Asks questions, if `canPrompt`. Every method throws CancelError on Ctrl-C. */
export interface Prompter {
  /** stdin and stderr are terminals. */
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
  /** When the content, mode, owner or access control list last changed. */
  readonly changedMs: number;
  /** The number of hard links. */
  readonly links: number;
  readonly inode: number;
  readonly device: number;
}

/** `unsupported`: no program on this machine can copy them, so that they may be lost. */
export type CopiedAttributes =
  | { readonly state: 'copied' }
  | { readonly state: 'unsupported' }
  | { readonly state: 'failed'; readonly reason: string };

/** A new file that is being written. */
export interface NewFile {
  facts(): Promise<FileFacts>;
  /** Copies the mode, access control list and extended attributes of another file; only while this one is empty. */
  copyAttributes(from: string): Promise<CopiedAttributes>;
  write(bytes: Uint8Array): Promise<void>;
  sync(): Promise<void>;
  chmod(mode: number): Promise<void>;
  chown(uid: number, gid: number): Promise<void>;
  close(): Promise<void>;
}

/** The primitives of the file system, with Node's errors. How files are replaced safely is in `config/`. */
export interface Files {
  /** Never blocks: fails with EISDIR for a folder, and with EFTYPE for a pipe, a socket or a device. */
  read(path: string): Promise<Uint8Array>;
  /** Does not block the event loop, for files that take the kernel milliseconds to produce, such as lists in /proc. */
  readInThread(path: string): Promise<Uint8Array>;
  /** Follows links; null if there is nothing. */
  stat(path: string): Promise<FileFacts | null>;
  /** Does not follow links; null if there is nothing. */
  lstat(path: string): Promise<FileFacts | null>;
  /** Whether there is an access control list beyond the mode. */
  hasAcl(path: string): Promise<boolean>;
  realpath(path: string): Promise<string>;
  /** Where a link points, as written in it. */
  readlink(path: string): Promise<string>;
  list(folder: string): Promise<string[]>;
  /** Fails with EEXIST when the path is taken. */
  createFolder(path: string, mode: number): Promise<void>;
  /** With its parents; does nothing if it exists. */
  makeFolder(path: string, mode?: number): Promise<void>;
  /** A new one that only this user can enter, with an unpredictable name that begins with `prefix`. */
  makeTemporaryFolder(prefix: string): Promise<string>;
  /** Fails with EEXIST when the path is taken. */
  create(path: string, mode: number): Promise<NewFile>;
  /** Hard link; fails with EEXIST when `to` is taken. */
  link(from: string, to: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  chmod(path: string, mode: number): Promise<void>;
  /** Does nothing if it is missing. */
  remove(path: string): Promise<void>;
  /** Fails if it is not empty. */
  removeFolder(path: string): Promise<void>;
  /** With everything in it; does nothing if it is missing. */
  removeTree(path: string): Promise<void>;
  syncFolder(path: string): Promise<void>;
}

export interface ExecResult {
  /** Null if a signal ended it or it could not be started. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The program does not exist. */
  readonly notFound: boolean;
  readonly timedOut: boolean;
}

/**
 * Runs a program, never through a shell. Does not throw for a non-zero exit code, but throws CancelError if `signal` is
 * aborted, since the output of an interrupted program means nothing.
 */
export type Exec = (
  file: string,
  args: readonly string[],
  options?: {
    readonly env?: Env;
    readonly cwd?: string;
    readonly timeoutMs?: number;
    /** Prints its output on stderr as it comes. */
    readonly show?: boolean;
    readonly input?: string;
    /** Starts it and leaves it running, without its output. */
    readonly background?: boolean;
    /** Instead of `Deps.signal`. */
    readonly signal?: AbortSignal;
  },
) => Promise<ExecResult>;

export interface Clock {
  now(): Date;
  /** Milliseconds that never decrease. */
  monotonic(): number;
  /** Rejects with the reason of the signal when it is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
