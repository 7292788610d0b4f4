import { defaultKeyVariable, type FoundKey } from '../host/key-sources.ts';
import { chooseRcFile, type RcFile } from '../host/shell-files.ts';
import type { Deps } from '../platform/deps.ts';
import { UsageError, UserError } from '../platform/errors.ts';
import { keyFormatProblem } from '../setup-file/key-format.ts';
import type { KeyAnswer } from './answers.ts';
import type { Found } from './detect.ts';
import type { InitOptions } from './options.ts';

/** The key to prove the setup with, and what is to be written about it. */
export interface ChosenKey {
  /** The secret; null when there is none anywhere. */
  readonly key: string | null;
  /** Where it is from, for people. */
  readonly source: string | null;
  /** It was given now: the entries do not find it by themselves yet. */
  readonly isNew: boolean;
  readonly answer: KeyAnswer;
  readonly notes: readonly string[];
}

const nothingStored: KeyAnswer = { variable: null, secret: null, rcFile: null };

/**
 * The key that the flags give, else the one that is there already. A given key is stored in the rc file under
 * `OPENROUTER_API_KEY`; with `--no-rc` nothing is stored, and entries name the variable that holds it now.
 * Throws UserError of type `key` for a text that is no key; no error repeats it.
 */
export async function chooseKey(
  deps: Deps,
  options: InitOptions,
  found: Found['key'],
): Promise<ChosenKey> {
  if (options.keyStdin) return given(deps, await keyFromStdin(deps), 'standard input', options);
  if (options.keyEnv !== undefined) {
    const { keyEnv, sandbox } = options;
    const key = keyFromVariable(deps, keyEnv);
    if (sandbox && key === deps.env[defaultKeyVariable]) return lentKey(key, keyEnv);
    return given(deps, key, `the variable ${keyEnv}`, options);
  }
  return keyFound(found, options);
}

/** The key that is there already; nothing is written about it. */
export function keyFound(
  found: Found['key'],
  { sandbox }: Pick<InitOptions, 'sandbox'>,
): ChosenKey {
  const base = { isNew: false, answer: nothingStored };
  if ('missing' in found) return { ...base, key: null, source: null, notes: [] };
  if (sandbox && found.source.kind === 'environment') return lentKey(found.key, null);
  const { key, source } = found;
  return { ...base, key, source: source.where, notes: shadowNotes(found) };
}

/** `inWorld` lends the variables that hold a key that of the sandbox, which is of no use outside it. */
function lentKey(key: string, variable: string | null): ChosenKey {
  const notes = [
    'Rehearsed in the sandbox, and no key is stored: run init again once you have one',
  ];
  const answer = { ...nothingStored, variable };
  return { key, source: 'the sandbox', isNew: false, answer, notes };
}

/** A key that is given now and goes into the rc file; null leaves storing it to the person. */
export function newKey(key: string, source: string, rcFile: RcFile | null): ChosenKey {
  const answer = rcFile === null ? nothingStored : { variable: null, secret: key, rcFile };
  const notes =
    rcFile === null ? [`The key is not stored: set ${defaultKeyVariable} where OpenClaw runs`] : [];
  return { key, source, isNew: true, answer, notes };
}

/** The rc file that the flags and `$SHELL` say; null with `--no-rc`. Throws UsageError where they do not tell. */
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

function given(deps: Deps, key: string, source: string, options: InitOptions): ChosenKey {
  deps.io.conceal(key);
  const problem = keyFormatProblem(key);
  if (problem !== null) {
    throw new UserError(`The key from ${source} ${problem}`, {
      type: 'key',
      hint: 'Make or copy one at https://openrouter.ai/keys',
    });
  }
  const rcFile = rcFileFrom(deps, options);
  if (rcFile !== null || options.keyEnv === undefined) return newKey(key, source, rcFile);
  const answer = { ...nothingStored, variable: options.keyEnv };
  return { key, source, isNew: true, answer, notes: [] };
}

async function keyFromStdin(deps: Deps): Promise<string> {
  if (deps.prompter.canPrompt) {
    throw new UsageError('--key-stdin: standard input is this terminal, which would show the key', {
      hint: `Pipe the key in: printf %s "$KEY" | openclaw-openrouter init --yes --key-stdin`,
    });
  }
  const text = await deps.io.readStdin();
  // `echo` and here-documents end what they send with a newline; anything else is not for us to take away.
  const key = text.replace(/\r?\n$/, '');
  if (key !== '') return key;
  throw new UsageError('--key-stdin: there is nothing on standard input', {
    hint: `Pipe the key in: printf %s "$KEY" | openclaw-openrouter init --yes --key-stdin`,
  });
}

function keyFromVariable(deps: Deps, name: string): string {
  const key = deps.env[name];
  if (key !== undefined && key !== '') return key;
  throw new UsageError(`--key-env: the variable ${name} is not set`, {
    hint: `Export it first: read -rs ${name} && export ${name}`,
  });
}

function shadowNotes({ source, shadowed }: FoundKey): string[] {
  return shadowed
    .filter(({ same }) => !same)
    .map(({ where }) => `Another key stands in ${where}; the one of ${source.where} is used`);
}
