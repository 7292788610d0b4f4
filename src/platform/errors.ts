/** Where in a file something is: 1-based line and column (in UTF-16 code units, as editors count). */
export interface FilePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** What kind of trouble stopped a command; the `type` of `--json` errors. */
export type ErrorType =
  | 'usage'
  | 'file'
  | 'syntax'
  | 'key'
  | 'network'
  | 'api'
  | 'conflict'
  | 'not_found'
  | 'cancelled'
  | 'internal';

/**
 * How to fix a problem, in one or more lines. One that names our own program is worded when it is printed, because
 * people call it `openclaw-openrouter` or, under the host, `openclaw openrouter` (`Place.program`).
 */
export type Hint = string | ((program: string) => string);

export function hintText(hint: Hint, program: string): string {
  return typeof hint === 'string' ? hint : hint(program);
}

export interface ErrorDetails {
  readonly type?: ErrorType;
  readonly hint?: Hint;
  readonly place?: FilePlace;
  /** A code frame or the like, printed below the message. */
  readonly detail?: string;
  readonly cause?: unknown;
}

/** The command could not do its work and a person can mend it: exit 2. */
export class UserError extends Error {
  override readonly name: string = 'UserError';
  readonly type: ErrorType;
  readonly hint: Hint | undefined;
  readonly place: FilePlace | undefined;
  readonly detail: string | undefined;

  constructor(message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.type = details.type ?? 'file';
    this.hint = details.hint;
    this.place = details.place;
    this.detail = details.detail;
  }
}

/** The message and its hint, for where no command can be run: below a question, or in a reply of the gateway. */
export function withHint({ message, hint }: UserError): string {
  return typeof hint === 'string' ? `${message}. ${hint}` : message;
}

/** The command line itself is wrong: exit 2. */
export class UsageError extends UserError {
  override readonly name = 'UsageError';

  constructor(message: string, details: Omit<ErrorDetails, 'type'> = {}) {
    super(message, { ...details, type: 'usage' });
  }
}

/** Somebody pressed Ctrl-C, said no, or sent a signal that ends programs; `exitCode` is the one that shells give for it. */
export class CancelError extends Error {
  override readonly name: string = 'CancelError';
  readonly exitCode: number;

  constructor(message = 'Cancelled; nothing was written', exitCode = 130) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** What a command prints cannot be written any more: the reader of a pipe has gone, or the disk is full. */
export class OutputError extends CancelError {
  override readonly name = 'OutputError';
}

/** The command ran, printed its report, and the report holds problems: exit 1 with nothing more to say. */
export class FoundProblems extends Error {
  override readonly name = 'FoundProblems';
}

/** A proxy that cannot be used, or that refused. The message names the proxy without its user name and password. */
export class ProxyError extends Error {
  override readonly name = 'ProxyError';
  /** Node's own where there is one, e.g. `ECONNREFUSED`. */
  readonly code: string;

  constructor(message: string, code: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
