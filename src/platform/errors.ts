import type { Place } from './deps.ts';
import { type OwnCommand, ownCommand } from './own-command.ts';

/** A place in a file: 1-based line and column, in UTF-16 code units, as in editors. */
export interface FilePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The `type` of errors in `--json` output. */
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
 * How to fix a problem, in one or more lines. A hint with a command of ours is a function, since how people run it
 * depends on how they ran this command (`ownCommand`).
 */
export type Hint = string | ((command: OwnCommand) => string);

export function hintText(hint: Hint, place: Pick<Place, 'program' | 'given'>): string {
  return typeof hint === 'string' ? hint : hint(ownCommand(place));
}

export interface ErrorDetails {
  readonly type?: ErrorType;
  readonly hint?: Hint;
  readonly place?: FilePlace;
  /** For example a code frame, printed below the message. */
  readonly detail?: string;
  readonly cause?: unknown;
}

/** The command failed and the user can fix the cause (exit code 2). */
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

/** The message with its hint, where the user cannot run a command: below a question, or in a gateway response. */
export function withHint({ message, hint }: UserError): string {
  return typeof hint === 'string' ? `${message}. ${hint}` : message;
}

/** The command line itself is wrong (exit code 2). */
export class UsageError extends UserError {
  override readonly name = 'UsageError';

  constructor(message: string, details: Omit<ErrorDetails, 'type'> = {}) {
    super(message, { ...details, type: 'usage' });
  }
}

/** Ctrl-C, a terminating signal, or the answer "no". `exitCode` is the one that shells use for the signal. */
export class CancelError extends Error {
  override readonly name: string = 'CancelError';
  readonly exitCode: number;

  constructor(message = 'Cancelled; nothing was written', exitCode = 130) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** The output cannot be written, because the pipe is closed or the disk is full. */
export class OutputError extends CancelError {
  override readonly name = 'OutputError';
}

/** The command has printed a report that contains problems: exit code 1, with no further message. */
export class FoundProblems extends Error {
  override readonly name = 'FoundProblems';
}

/** The command has printed a report in which something that was asked for is missing: exit code 2. */
export class IncompleteReport extends UserError {
  override readonly name = 'IncompleteReport';
}

/** The proxy cannot be used, or rejected the request. The message does not contain the proxy's credentials. */
export class ProxyError extends Error {
  override readonly name = 'ProxyError';
  /** Node's error code if there is one, e.g. `ECONNREFUSED`. */
  readonly code: string;

  constructor(message: string, code: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
