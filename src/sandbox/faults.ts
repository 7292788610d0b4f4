import { UsageError } from '../platform/errors.ts';
import { editDistance } from '../platform/nearest.ts';

/** THE LIST of faults that can be injected, with their meanings. Add the next one here and in `chat/misbehave.ts`. */
export const faultNames = {
  '400': 'invalid request',
  '401': 'key not known',
  '402': 'out of credit',
  '403': 'refused by moderation',
  '404': 'not found',
  '408': 'request timeout',
  '429': 'rate limit; 429/<s> names the seconds to wait',
  '500': 'internal error',
  '502': 'the provider failed',
  '503': 'temporarily unavailable',
  '504': 'gateway timeout',
  '524': 'edge timeout',
  '529': 'provider overloaded',
  negative: 'a negative balance, which refuses free models too (402)',
  workspace: 'the budget of the workspace is used up (403)',
  'free-quota': 'the free requests of the day are used up (429)',
  'key-limit': 'the limit of the key is used up (403)',
  'key-limit-402': 'the limit of the key is used up, reported as a 402',
  'no-endpoints': 'no provider left (404)',
  timeout: 'never answers',
  reset: 'the connection is reset',
  slow: 'slow/<ms>: answers, that much later',
  empty: 'a success without content',
  garbage: 'a web page under status 200',
  error200: 'an error under status 200',
  midstream: 'an error after the first tokens of a stream',
  cut: 'the connection closes in the middle of the answer',
  unfinished: 'a stream ends early, with an empty finish reason',
} as const;

export type FaultName = keyof typeof faultNames;

export interface Fault {
  /** A model id, a role such as `primary`, or `*` for every model. */
  readonly target: string;
  readonly name: FaultName;
  /** Seconds for `429/<s>`, milliseconds for `slow/<ms>`, else null. */
  readonly value: number | null;
  /** How many requests it affects; Infinity for all. */
  readonly times: number;
}

/**
 * Parses a comma-separated list of `<model|*|role>:<fault>[*<times>]`. The last colon is the separator, because ids may
 * contain colons (`x/y:free:503*2`). Throws UsageError with the invalid part.
 */
export function parseFaults(text: string): Fault[] {
  return text.split(',').map((piece) => parseFault(piece.trim()));
}

function parseFault(piece: string): Fault {
  const colon = piece.lastIndexOf(':');
  const target = piece.slice(0, Math.max(colon, 0)).trim();
  const match = /^([^/*]*)(?:\/(\d{1,9}))?(?:\*([1-9]\d{0,8}))?$/.exec(
    piece.slice(colon + 1).trim(),
  );
  if (target === '' || match === null) {
    throw wrong(piece, 'is not of the form <model>:<fault>[*<times>]', 'For example primary:503*2');
  }
  const name = faultName(piece, match[1] ?? '');
  const value = match[2] === undefined ? null : Number(match[2]);
  checkValue(piece, name, value);
  return {
    target,
    name,
    value,
    times: match[3] === undefined ? Number.POSITIVE_INFINITY : Number(match[3]),
  };
}

function faultName(piece: string, name: string): FaultName {
  if (isFaultName(name)) return name;
  const [nearest] = Object.keys(faultNames)
    .map((known) => ({ known, far: editDistance(name, known) }))
    .sort((a, b) => a.far - b.far);
  const guess = nearest !== undefined && nearest.far <= 2 ? `Did you mean ${nearest.known}? ` : '';
  throw wrong(piece, `names no fault: "${name}"`, `${guess}Faults: ${faultList()}`);
}

export function isFaultName(name: string): name is FaultName {
  return Object.hasOwn(faultNames, name);
}

function checkValue(piece: string, name: FaultName, value: number | null): void {
  if (name === 'slow' && value === null) {
    throw wrong(piece, 'lacks its milliseconds', 'For example slow/1500');
  }
  if (value !== null && name !== 'slow' && name !== '429') {
    throw wrong(piece, `gives "${name}" a number`, 'Only 429/<seconds> and slow/<ms> take one');
  }
}

function faultList(): string {
  return Object.keys(faultNames)
    .map((name) => (name === 'slow' ? 'slow/<ms>' : name === '429' ? '429[/<s>]' : name))
    .join(' ');
}

function wrong(piece: string, problem: string, hint: string): UsageError {
  return new UsageError(`The fault "${piece}" ${problem}`, { hint });
}

/** The faults that have not been used up. */
export interface FaultBook {
  set(faults: readonly Fault[]): void;
  /** Uses and returns the first remaining fault for this model. */
  take(model: string): Fault | null;
}

export function createFaultBook(faults: readonly Fault[]): FaultBook {
  let left = copy(faults);
  return {
    set: (next) => {
      left = copy(next);
    },
    take: (model) => {
      const found = left.find(
        ({ fault, times }) => times > 0 && (fault.target === '*' || fault.target === model),
      );
      if (found === undefined) return null;
      found.times -= 1;
      return found.fault;
    },
  };
}

function copy(faults: readonly Fault[]): { fault: Fault; times: number }[] {
  return faults.map((fault) => ({ fault, times: fault.times }));
}
