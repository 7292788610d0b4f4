/** A place in a file: 1-based line and column, in UTF-16 code units, as editors count. */
export interface FilePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The `type` of errors in `--json`. */
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
 * How to fix a problem, in one or more lines. One with the name of our program is a function, because that is
 * `openclaw-openrouter` or, under the host, `openclaw openrouter` (`Place.program`).
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

/** The command failed and the user can fix the cause: exit 2. */
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

/** The message and its hint, where no command can be run: below a question, or in a reply of the gateway. */
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

/** Ctrl-C, a signal that ends programs, or the answer no. `exitCode` is what shells use for the signal. */
export class CancelError extends Error {
  override readonly name: string = 'CancelError';
  readonly exitCode: number;

  constructor(message = 'Cancelled; nothing was written', exitCode = 130) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** The output cannot be written: the pipe was closed, or the disk is full. */
export class OutputError extends CancelError {
  override readonly name = 'OutputError';
}

/** The command has printed a report with problems: exit 1 without another message. */
export class FoundProblems extends Error {
  override readonly name = 'FoundProblems';
}

/** A proxy cannot be used, or refused. The message does not contain its user name and password. */
export class ProxyError extends Error {
  override readonly name = 'ProxyError';
  /** Node's code if there is one, e.g. `ECONNREFUSED`. */
  readonly code: string;

  constructor(message: string, code: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
