import type { FoundKey } from '../host/key-sources.ts';
import { chooseRcFile, type RcFile } from '../host/rc-file.ts';
import { futureKey } from '../keys/create.ts';
import { secretFromStdin } from '../keys/management.ts';
import type { Deps } from '../platform/deps.ts';
import { UsageError, UserError } from '../platform/errors.ts';
import { defaultKeyVariable, keyFormatProblem } from '../setup-file/key-format.ts';
import type { Detected } from './detect.ts';
import type { InitOptions } from './flags.ts';

/** The key used to verify the setup, and what to write about it. The key never goes into the setup file. */
export interface ChosenKey {
  /** The secret; null if there is none. */
  readonly key: string | null;
  /** Where the key comes from, for display. */
  readonly source: string | null;
  /** Whether the key is newly given, so that the entries do not find it by themselves yet. */
  readonly isNew: boolean;
  /** Set if OpenRouter creates the key for this run, and never shows it again. */
  readonly isCreated?: true;
  /** The variable that entries reference; null keeps an entry's own and means `OPENROUTER_API_KEY` for a new entry. */
  readonly variable: string | null;
  /** Where to store the key; null leaves all rc files alone. */
  readonly rcFile: RcFile | null;
  readonly notes: readonly string[];
}

/**
 * The key given by the flags, or else the detected one. A given key is stored in the rc file as `OPENROUTER_API_KEY`.
 * With `--no-rc` nothing is stored, and entries reference the variable that currently holds it. Throws UserError of
 * type `key` for a text that is not a key; no error repeats the text.
 */
export async function chooseKey(
  deps: Deps,
  options: InitOptions,
  detected: Detected['key'],
): Promise<ChosenKey> {
  if (options.createKey && !options.sandbox) return keyToCreate(deps, options, detected);
  if (options.keyStdin) return givenKey(deps, await keyFromStdin(deps), 'standard input', options);
  if (options.keyEnv !== undefined) {
    const { keyEnv, sandbox } = options;
    const key = keyFromVariable(deps, keyEnv);
    if (sandbox && key === deps.env[defaultKeyVariable]) return sandboxKey(key, keyEnv);
    return givenKey(deps, key, `the variable ${keyEnv}`, options);
  }
  return detectedKey(detected, options);
}

/** A placeholder for a key that is created once everything else is known to work. */
function keyToCreate(deps: Deps, options: InitOptions, detected: Detected['key']): ChosenKey {
  const rcFile = rcFileFrom(deps, options);
  if (rcFile === null) {
    throw new UsageError('--create-key stores the key, so --no-rc cannot be used with it', {
      hint: 'Name another file with --rc-file',
    });
  }
  if ('key' in detected) {
    throw new UserError(`There is a key already, from ${detected.source.where}`, {
      type: 'conflict',
      hint: (command) =>
        `Leave out --create-key to use it, or replace it everywhere: ${command('key rotate')}`,
    });
  }
  return createdKey(futureKey, rcFile);
}

/** The key that the setup already uses. Nothing is written for it. */
export function detectedKey(
  detected: Detected['key'],
  { sandbox }: Pick<InitOptions, 'sandbox'>,
): ChosenKey {
  const base = { isNew: false, variable: null, rcFile: null };
  if ('missing' in detected) return { ...base, key: null, source: null, notes: [] };
  const { key, source } = detected;
  if (sandbox && source.kind === 'environment') return sandboxKey(key, null);
  return { ...base, key, source: source.where, notes: shadowNotes(detected) };
}

/** `inSandbox` sets the key variables to a key that is useless outside the sandbox. */
function sandboxKey(key: string, variable: string | null): ChosenKey {
  const notes = ['This was a rehearsal in the sandbox: no key is stored'];
  return { key, source: 'the sandbox', isNew: false, variable, rcFile: null, notes };
}

/** A newly given key that goes into the rc file; if `rcFile` is null, the user stores the key. */
export function newKey(key: string, source: string, rcFile: RcFile | null): ChosenKey {
  const notes =
    rcFile === null ? [`The key is not stored: set ${defaultKeyVariable} where OpenClaw runs`] : [];
  return { key, source, isNew: true, variable: null, rcFile, notes };
}

/** A key that OpenRouter has created for this run. */
export function createdKey(key: string, rcFile: RcFile | null): ChosenKey {
  return { ...newKey(key, 'OpenRouter', rcFile), isCreated: true };
}

/** The rc file from the flags and `$SHELL`; null with `--no-rc`. Throws UsageError for an unknown shell. */
export function rcFileFrom(
  deps: Deps,
  { rc, shell, rcFile }: Pick<InitOptions, 'rc' | 'shell' | 'rcFile'>,
): RcFile | null {
  if (!rc) return null;
  return chooseRcFile(deps, {
    ...(shell === undefined ? {} : { shell }),
    ...(rcFile === undefined ? {} : { rcFile }),
  });
}

function givenKey(deps: Deps, key: string, source: string, options: InitOptions): ChosenKey {
  deps.io.conceal(key);
  const problem = keyFormatProblem(key);
  if (problem !== null) {
    throw new UserError(`The key from ${source} ${problem}`, {
      type: 'key',
      hint: 'Create or copy one at https://openrouter.ai/keys',
    });
  }
  const rcFile = rcFileFrom(deps, options);
  if (rcFile !== null || options.keyEnv === undefined) return newKey(key, source, rcFile);
  return { key, source, isNew: true, variable: options.keyEnv, rcFile: null, notes: [] };
}

function keyFromStdin(deps: Deps): Promise<string> {
  return secretFromStdin(deps, '--key-stdin', 'init --yes --key-stdin');
}

function keyFromVariable(deps: Deps, name: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    throw new UsageError('--key-env must be the name of a variable, e.g. OPENROUTER_API_KEY');
  }
  const key = deps.env[name];
  if (key !== undefined && key !== '') return key;
  throw new UsageError(`--key-env: the variable ${name} is not set`, {
    hint: `Export it first: read -rs ${name} && export ${name}`,
  });
}

function shadowNotes({ source, shadowed }: FoundKey): string[] {
  return shadowed
    .filter(({ same }) => !same)
    .map(({ where }) => `There is another key in ${where}; the one from ${source.where} is used`);
}
