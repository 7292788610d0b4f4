import { confirmExposure, exposureOf } from '../changes/key-exposure.ts';
import { readText } from '../config/file.ts';
import { type RcFile, rcFileOf, shells } from '../host/shell-files.ts';
import type { Choice, Deps } from '../platform/deps.ts';
import { UsageError } from '../platform/errors.ts';
import { tildePath } from '../platform/paths.ts';
import type { Found } from '../setup/detect.ts';
import { type ChosenKey, chooseKey, keyFound, newKey, rcFileFrom } from '../setup/key.ts';
import type { InitOptions } from '../setup/options.ts';
import {
  defaultKeyVariable,
  keyFormatProblem,
  keyPrefix,
  keyVariable,
} from '../setup-file/key-format.ts';
import { withProgress } from '../terminal/progress.ts';
import { createStyle, type State } from '../terminal/style.ts';
import { wrap } from '../terminal/table.ts';
import { type Account, accountWords, isRefused, readAccount } from './account.ts';
import { say } from './context.ts';
import { hasBrowser, openBrowser, type SignIn, signInByBrowser, signInByHand } from './sign-in.ts';

type NewWay = 'browser' | 'device' | 'paste';

/**
 * The key to set up with: what flags give or, on a finished setup, what it has; else it is asked for. `sandbox` is to
 * try everything without one. What OpenRouter says of the key is shown.
 */
export async function askFirstKey(
  deps: Deps,
  options: InitOptions,
  found: Found,
): Promise<ChosenKey | 'sandbox'> {
  if (options.keyStdin || options.keyEnv !== undefined) {
    const key = await chooseKey(deps, options, found.key);
    if (key.key !== null) await tellAccount(deps, options, key.key);
    return placed(deps, options, found, key);
  }
  if ('missing' in found.key) return askKey(deps, options, found, false);
  const account = await tellAccount(deps, options, found.key.key);
  const isSettled = options.sandbox || found.setup.entries.length > 0;
  if (isSettled && !isRefused(account)) return keyFound(found.key, options);
  return askKey(deps, options, found, !isRefused(account));
}

async function askKey(
  deps: Deps,
  options: InitOptions,
  found: Found,
  usable: boolean,
): Promise<ChosenKey | 'sandbox'> {
  for (;;) {
    const way = await deps.prompter.select<NewWay | 'found' | 'sandbox'>({
      message: 'Which key?',
      choices: [...(usable ? [foundChoice] : []), ...newWays(deps), sandboxChoice],
    });
    if (way === 'sandbox') return way;
    if (way === 'found') return keyFound(found.key, options);
    const key = await keyBy(way, deps, options, found);
    if (key !== null) return key;
  }
}

/** Asks for another key than the one that is there. */
export async function askNewKey(
  deps: Deps,
  options: InitOptions,
  found: Found,
): Promise<ChosenKey> {
  for (;;) {
    const message = 'Where is the new key from?';
    const way = await deps.prompter.select({ message, choices: newWays(deps) });
    const key = await keyBy(way, deps, options, found);
    if (key !== null) return key;
  }
}

const foundChoice = {
  name: 'The one that is there',
  value: 'found',
  description: 'Nothing is written about it',
} as const;

const sandboxChoice = {
  name: 'None yet: try it in the sandbox',
  value: 'sandbox',
  description: 'A built-in look-alike answers: no cost, no network',
} as const;

function newWays(deps: Deps): readonly Choice<NewWay>[] {
  const browser: Choice<NewWay> = {
    name: 'Sign in with the browser',
    value: 'browser',
    description: 'OpenRouter makes a key and hands it over to this terminal',
  };
  const device: Choice<NewWay> = {
    name: 'Sign in on another device',
    value: 'device',
    description: 'For SSH and machines without a browser: a code to paste here',
  };
  const paste: Choice<NewWay> = {
    name: 'Paste a key',
    value: 'paste',
    description: 'Made at https://openrouter.ai/keys; it is not shown while you paste',
  };
  return hasBrowser(deps) ? [browser, device, paste] : [device, browser, paste];
}

async function tellAccount(deps: Deps, { timeoutMs }: InitOptions, key: string): Promise<Account> {
  const account = await withProgress(deps.io, 'Asking OpenRouter about the key', () =>
    readAccount(deps, key, timeoutMs),
  );
  sayAccount(deps, key, account);
  return account;
}

function sayAccount(deps: Deps, key: string, account: Account): void {
  if ('info' in account) {
    tell(deps, 'ok', `${keyPrefix(key)} works: ${accountWords(account)}`);
    return;
  }
  const { headline, fix } = account.outcome;
  const state = isRefused(account) ? 'fail' : 'warn';
  tell(deps, state, `${keyPrefix(key)}: ${headline}: ${account.message}`);
  if (fix === '') return;
  const { stderr } = deps.io;
  say(deps, `    ${createStyle(stderr).arrow} ${wrap(fix, stderr.columns - 1, 6)}`);
}

function tell(deps: Deps, state: State, text: string): void {
  const { stderr } = deps.io;
  say(deps, `  ${createStyle(stderr).symbol(state)} ${wrap(text, stderr.columns - 1, 4)}`);
}

/** Null: it came to nothing, and the person was told why. */
async function keyBy(
  way: NewWay,
  deps: Deps,
  options: InitOptions,
  found: Found,
): Promise<ChosenKey | null> {
  if (way === 'paste') {
    const key = await pasteKey(deps, options);
    await tellAccount(deps, options, key);
    return stored(deps, options, found, key, 'what you pasted');
  }
  const signIn = await (way === 'browser' ? useBrowser : useDevice)(deps, options);
  if ('problem' in signIn) {
    tell(deps, 'fail', signIn.problem);
    return null;
  }
  await tellAccount(deps, options, signIn.key);
  return stored(deps, options, found, signIn.key, 'the sign-in');
}

/** A key of the flags goes where they say, if that is a private place or the person agrees. */
async function placed(
  deps: Deps,
  options: InitOptions,
  found: Found,
  chosen: ChosenKey,
): Promise<ChosenKey> {
  const { key, source, answer } = chosen;
  if (key === null || source === null || answer.rcFile === null) return chosen;
  const rcFile = await privatePlace(deps, answer.rcFile);
  if (rcFile === null) return chooseKey(deps, { ...options, rc: false }, found.key);
  return rcFile === answer.rcFile ? chosen : newKey(key, source, rcFile);
}

async function stored(
  deps: Deps,
  options: InitOptions,
  { setup }: Found,
  key: string,
  source: string,
): Promise<ChosenKey> {
  const chosen = newKey(key, source, await askRcFile(deps, options));
  const named = keyVariable(setup.entries[0]?.apiKey ?? null);
  const variable = named === defaultKeyVariable ? null : named;
  return { ...chosen, answer: { ...chosen.answer, variable } };
}

async function useBrowser(deps: Deps, { timeoutMs }: InitOptions): Promise<SignIn> {
  return withProgress(deps.io, 'Waiting for the browser; Ctrl-C stops', () =>
    signInByBrowser(deps, timeoutMs, (url) => {
      say(deps, '', '  If no browser opens, go to:', `  ${url}`, '');
      openBrowser(deps, url);
    }),
  );
}

async function useDevice(deps: Deps, { timeoutMs }: InitOptions): Promise<SignIn> {
  const { url, redeem } = signInByHand(deps, timeoutMs);
  say(deps, '', '  On any device, go to:', `  ${url}`, '  and bring the code that it shows.', '');
  const code = await deps.prompter.input({
    message: 'The code',
    validate: (text) => text.trim() !== '' || 'The code is on the page, once you have agreed',
  });
  return redeem(code.trim());
}

/** Masked, and asked again, with the reason, until it has the form of a key and OpenRouter does not refuse it. */
async function pasteKey(deps: Deps, { timeoutMs }: InitOptions): Promise<string> {
  const typed = await deps.prompter.secret({
    message: 'The key',
    async validate(text) {
      const key = text.trim();
      // Whatever else was pasted by mistake: a word of everyday must not vanish from all that is said later.
      if (key.length >= shortestKey) deps.io.conceal(key);
      const problem = keyFormatProblem(key);
      if (problem !== null) return `This ${problem}`;
      const account = await readAccount(deps, key, timeoutMs);
      return isRefused(account) ? 'OpenRouter does not know this key (401): copy it again' : true;
    },
  });
  return typed.trim();
}

const shortestKey = 20;

/** The rc file that flags and `$SHELL` tell; asked where they do not. Null: the person stores the key. */
async function askRcFile(deps: Deps, options: InitOptions): Promise<RcFile | null> {
  try {
    return await privatePlace(deps, rcFileFrom(deps, options));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
  }
  return privatePlace(deps, await askPlace(deps));
}

function askPlace(deps: Deps): Promise<RcFile | null> {
  return deps.prompter.select<RcFile | null>({
    message: 'Where is the key to be stored?',
    choices: rcChoices(deps),
  });
}

/** Asks for another place until it is a private one, or one that the person agrees to. */
async function privatePlace(deps: Deps, wanted: RcFile | null): Promise<RcFile | null> {
  for (let rcFile = wanted; rcFile !== null; rcFile = await askPlace(deps)) {
    const exposure = await exposureOf(deps, await readText(deps.files, rcFile.path));
    if (exposure === null || (await confirmExposure(deps, exposure))) return rcFile;
  }
  return null;
}

function rcChoices(deps: Deps): readonly Choice<RcFile | null>[] {
  return [
    ...shells.map((shell): Choice<RcFile | null> => {
      const path = rcFileOf(shell, deps);
      return { name: `${tildePath(path, deps.place)} (${shell})`, value: { shell, path } };
    }),
    { name: 'Nowhere: I store it myself', value: null },
  ];
}
