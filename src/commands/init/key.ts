import type { Deps } from '../../deps.ts';
import { UsageError, UserError } from '../../errors.ts';
import { defaultKeyVariable, type FoundKey, resolveKey } from '../../openclaw/key.ts';
import { keyFormatProblem } from '../../openclaw/key-format.ts';
import { chooseRcFile } from '../../openclaw/shell.ts';
import type { KeyAnswer } from '../../setup/answers.ts';
import type { InitOptions } from './options.ts';

/** The key to prove the setup with, and what is to be written about it. */
export interface ChosenKey {
  /** The secret; null when there is none anywhere. */
  readonly key: string | null;
  /** Where it is from, for people. */
  readonly source: string | null;
  readonly answer: KeyAnswer;
  readonly notes: readonly string[];
}

/**
 * The key that the flags give, else the one that is there already. A given key is stored in the rc file under
 * `OPENROUTER_API_KEY`; with `--no-rc` nothing is stored, and entries name the variable that holds it now.
 * Throws UserError of type `key` for a text that is no key; no error repeats it.
 */
export async function chooseKey(deps: Deps, options: InitOptions): Promise<ChosenKey> {
  if (options.keyStdin) return given(deps, await keyFromStdin(deps), 'standard input', options);
  if (options.keyEnv !== undefined) {
    const { keyEnv } = options;
    return given(deps, keyFromVariable(deps, keyEnv), `the variable ${keyEnv}`, options);
  }
  const found = await resolveKey(deps, null);
  if ('missing' in found)
    return { key: null, source: null, answer: stored(null, null, null), notes: [] };
  deps.io.conceal(found.key);
  return {
    key: found.key,
    source: found.source.where,
    answer: stored(null, null, null),
    notes: shadowNotes(found),
  };
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
  if (options.rc) {
    const { shell, rcFile } = options;
    const file = chooseRcFile(deps, {
      ...(shell === undefined ? {} : { shell }),
      ...(rcFile === undefined ? {} : { rcFile }),
    });
    return { key, source, answer: stored(null, key, file), notes: [] };
  }
  const variable = options.keyEnv ?? null;
  const notes =
    variable === null
      ? [`With --no-rc the key is not stored: set ${defaultKeyVariable} where OpenClaw runs`]
      : [];
  return { key, source, answer: stored(variable, null, null), notes };
}

function stored(
  variable: KeyAnswer['variable'],
  secret: KeyAnswer['secret'],
  rcFile: KeyAnswer['rcFile'],
): KeyAnswer {
  return { variable, secret, rcFile };
}

async function keyFromStdin(deps: Deps): Promise<string> {
  const text = await deps.io.readStdin();
  // `echo` and here-documents end what they send with a newline; anything else is not for us to take away.
  const key = text.replace(/\r?\n$/, '');
  if (key !== '') return key;
  throw new UsageError('--key-stdin: there is nothing on standard input', {
    hint: `Pipe the key in: printf %s "$KEY" | openclaw-openrouter init --key-stdin`,
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
