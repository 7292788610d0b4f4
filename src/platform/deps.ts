import type { Agent } from 'node:http';
import type { AgentOptions } from 'node:https';
import type { Annotation } from '../text/github.ts';

/**
 * The outside world. `main.ts` builds the real one and tests build their own; no other code uses `process`, the global
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
   * Aborted with a CancelError when the command must end: Ctrl-C, SIGTERM, SIGHUP, SIGQUIT, or a closed stdout. Pass it
   * to everything that waits.
   */
  readonly signal: AbortSignal;
  /** Runs `body` to completion without exiting meanwhile, even if `signal` is aborted. See also `uninterrupted`. */
  readonly holdExit: <T>(body: () => Promise<T>) => Promise<T>;
  /** Paths of the files that this run has changed, for the message of a cancelled run. */
  readonly written: Set<string>;
  /** Calls `callback` on SIGTERM instead of exiting, for a graceful shutdown. Returns a function that undoes this. */
  readonly onTerminate: (callback: () => void) => () => void;
}

/** The subset of the global `fetch` that we use. Redirects are never followed. */
export type Fetch = (
  url: string | URL,
  init?: {
    readonly method?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string | null;
    readonly signal?: AbortSignal;
    readonly redirect?: 'manual';
    /** Called once the whole request has been sent over an established connection. */
    readonly onSent?: () => void;
  },
) => Promise<FetchResponse>;

/**
 * The subset of the Fetch standard's `Response` that we use. Node's own `Response` and `Headers` take longer to load
 * than everything else that a request needs.
 */
export interface FetchResponse {
  readonly status: number;
  readonly headers: ResponseHeaders;
  /** Can be read only once; null for a status without a body. */
  readonly body: AsyncIterable<Uint8Array> | null;
  /** The whole body as UTF-8. */
  text(): Promise<string>;
}

export interface ResponseHeaders {
  /** Multiple headers with the same name are joined by commas. */
  get(name: string): string | null;
}

/**
 * Creates an agent for Node's HTTP client and this URL, with the same rules as `fetch`: only `https:` or loopback, and
 * through the proxy from the environment. Throws UserError for any other destination, and ProxyError if the proxy
 * cannot be used. The caller must destroy the agent.
 */
export type AgentFor = (url: URL, options?: AgentOptions) => Promise<Agent>;

export type Env = Readonly<Record<string, string | undefined>>;

/**
 * Where we run, and as which user. All paths are absolute. `home` is null if neither the environment nor the system
 * provides one, or if HOME is empty or relative.
 */
export interface Place {
  readonly home: string | null;
  readonly cwd: string;
  readonly platform: NodeJS.Platform;
  readonly pid: number;
  /** The name of this computer or container. */
  readonly host: string;
  /** Effective user id; null if the platform has none. */
  readonly uid: number | null;
  /** For temporary files. */
  readonly temporaryFolder: string;
  /** Folder of the installed package (contains `package.json` and `completions/`). */
  readonly packageFolder: string;
  readonly version: string;
  /** The command prefix that users type: `openclaw-openrouter`, or `openclaw openrouter` under the host. */
  readonly program: string;
  /** The options of this run that the commands in its messages need too; `ownCommand` appends them. */
  readonly given: { readonly config: string | null; readonly sandbox: boolean };
}

/**
 * Results go to `out` (stdout), messages to `err` (stderr). Both strip control characters except newline, tab and
 * colors, and mask anything that looks like a key or was passed to `conceal`. In CI they also break up text that the
 * runner would interpret as a command.
 */
export interface Io {
  out(text: string): void;
  err(text: string): void;
  /** Like `out` but without masking. Only for the sandbox's fake key. */
  outUnmasked(text: string): void;
  /** Prints a workflow command that makes GitHub show a message at a line of a file (`--github`). */
  annotate(annotation: Annotation, stream?: 'stdout' | 'stderr'): void;
  /** Masks this text in all further output. */
  conceal(secret: string): void;
  /** The text as `out` would print it. */
  mask(text: string): string;
  /** Reads all of stdin as UTF-8 text. Throws UsageError for more than `maxBytes` (default 1 MiB). */
  readStdin(maxBytes?: number): Promise<string>;
  readonly stdout: Stream;
  readonly stderr: Stream;
}

/** Capabilities of stdout or stderr. */
export interface Stream {
  readonly isTty: boolean;
  readonly color: boolean;
  /** False on a dumb terminal or in a non-UTF-8 locale: use ASCII symbols. */
  readonly unicode: boolean;
  /** Width in cells; 80 if unknown. */
  readonly columns: number;
}

export interface Choice<T> {
  readonly name: string;
  /** Shown next to the question once it is answered. Defaults to the name. */
  readonly short?: string;
  readonly value: T;
  readonly description?: string;
  readonly checked?: boolean;
}

/** Asks questions, provided that `canPrompt` is true. Every method throws CancelError on Ctrl-C. */
export interface Prompter {
  /** Whether stdin and stderr are terminals. */
  readonly canPrompt: boolean;
  confirm(question: { message: string; default?: boolean }): Promise<boolean>;
  input(question: {
    message: string;
    default?: string;
    validate?: (value: string) => true | string | Promise<true | string>;
  }): Promise<string>;
  /** The answer is masked and never echoed. */
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
  /** Number of hard links. */
  readonly links: number;
  readonly inode: number;
  readonly device: number;
}

/** `unsupported`: no program on this machine can copy the attributes, so they may be lost. */
export type CopiedAttributes =
  | { readonly state: 'copied' }
  | { readonly state: 'unsupported' }
  | { readonly state: 'failed'; readonly reason: string };

/** A new file that is being written. */
export interface NewFile {
  facts(): Promise<FileFacts>;
  /** Copies the mode, access control list and extended attributes of another file. This file must still be empty. */
  copyAttributes(from: string): Promise<CopiedAttributes>;
  write(bytes: Uint8Array): Promise<void>;
  sync(): Promise<void>;
  chmod(mode: number): Promise<void>;
  chown(uid: number, gid: number): Promise<void>;
  close(): Promise<void>;
}

/** File system primitives with Node's errors. See `config/` for replacing files safely. */
export interface Files {
  /** Never blocks: fails with EISDIR for a folder, and with EFTYPE for a pipe, socket or device. */
  read(path: string): Promise<Uint8Array>;
  /** Does not block the event loop. For files that the kernel takes milliseconds to produce, e.g. in /proc. */
  readInThread(path: string): Promise<Uint8Array>;
  /** Follows links; null if the path does not exist. */
  stat(path: string): Promise<FileFacts | null>;
  /** Does not follow links; null if the path does not exist. */
  lstat(path: string): Promise<FileFacts | null>;
  /** Whether the file has an access control list in addition to its mode. */
  hasAcl(path: string): Promise<boolean>;
  realpath(path: string): Promise<string>;
  /** The destination of a link, exactly as stored. */
  readlink(path: string): Promise<string>;
  list(folder: string): Promise<string[]>;
  /** Fails with EEXIST if the path exists. */
  createFolder(path: string, mode: number): Promise<void>;
  /** Creates missing parents too. Does nothing if the folder exists. */
  makeFolder(path: string, mode?: number): Promise<void>;
  /** Creates a folder that only this user can enter, with an unpredictable name that starts with `prefix`. */
  makeTemporaryFolder(prefix: string): Promise<string>;
  /** Fails with EEXIST if the path exists. */
  create(path: string, mode: number): Promise<NewFile>;
  /** Creates a hard link. Fails with EEXIST if `to` exists. */
  link(from: string, to: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  chmod(path: string, mode: number): Promise<void>;
  /** Does nothing if the file is missing. */
  remove(path: string): Promise<void>;
  /** Fails if the folder is not empty. */
  removeFolder(path: string): Promise<void>;
  /** Removes a folder and everything in it. Does nothing if it is missing. */
  removeTree(path: string): Promise<void>;
  syncFolder(path: string): Promise<void>;
  /**
   * Sets the file's modification time to the clock's every few seconds, until the returned function is called. Ignores
   * errors and does not keep the process running.
   */
  keepFresh(path: string, clock: Pick<Clock, 'now'>): () => void;
}

export interface ExecResult {
  /** Null if the program was killed by a signal or could not be started. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The program does not exist. */
  readonly notFound: boolean;
  readonly timedOut: boolean;
}

/**
 * Runs a program, never through a shell. Does not throw for a non-zero exit code. Throws CancelError if `signal` is
 * aborted, because the output of an interrupted program is meaningless.
 */
export type Exec = (
  file: string,
  args: readonly string[],
  options?: {
    readonly env?: Env;
    readonly cwd?: string;
    readonly timeoutMs?: number;
    /** Streams its output to stderr. */
    readonly show?: boolean;
    readonly input?: string;
    /** Starts the program and leaves it running, with its output discarded. */
    readonly background?: boolean;
    /** Replaces `Deps.signal`. */
    readonly signal?: AbortSignal;
  },
) => Promise<ExecResult>;

export interface Clock {
  now(): Date;
  /** Milliseconds; never decreases. */
  monotonic(): number;
  /** Rejects with the signal's reason when it is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
