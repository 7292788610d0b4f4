import { confirmExposure, exposureOf } from '../changes/key-exposure.ts';
import { readText } from '../config/snapshot.ts';
import { type RcFile, rcFileOf, shells } from '../host/rc-file.ts';
import { askLimit, settingsForBudget } from '../keys/create.ts';
import { managementClient } from '../keys/management.ts';
import type { Choice, Deps } from '../platform/deps.ts';
import { UsageError, UserError, withHint } from '../platform/errors.ts';
import { tildePath } from '../platform/paths.ts';
import type { InitOptions } from '../setup/flags.ts';
import { type ChosenKey, chooseKey, detectedKey, newKey, rcFileFrom } from '../setup/setup-key.ts';
import {
  defaultKeyVariable,
  keyFormatProblem,
  keyPrefix,
  keyVariable,
  managementKeyVariable,
} from '../setup-file/key-format.ts';
import { withProgress } from '../terminal/progress.ts';
import { createStyle, type State } from '../terminal/style.ts';
import { wrap } from '../terminal/table.ts';
import { type Account, accountSummary, isRejected, readAccount } from './account.ts';
import { print, type WizardContext } from './context.ts';
import {
  hasBrowser,
  openBrowser,
  type SignIn,
  signInByBrowser,
  signInByDevice,
} from './sign-in.ts';

type KeyContext = Pick<WizardContext, 'deps' | 'options' | 'detected' | 'maker'>;

type Source = 'create' | 'browser' | 'device' | 'paste';

/**
 * The key to set up with: from the flags, or the one that a finished setup uses; otherwise prompts for it. Returns
 * `sandbox` if the user wants to try everything without a key. Shows what OpenRouter reports about the key.
 */
export async function askFirstKey(context: KeyContext): Promise<ChosenKey | 'sandbox'> {
  const { deps, options, detected } = context;
  if (options.keyStdin || options.keyEnv !== undefined) {
    const key = await chooseKey(deps, options, detected.key);
    if (key.key !== null) await showAccount(deps, options, key.key);
    return placeGivenKey(context, key);
  }
  if ('missing' in detected.key) return askKey(context, false);
  const account = await showAccount(deps, options, detected.key.key);
  const isSettled = options.sandbox || detected.setup.entries.length > 0;
  if (isSettled && !isRejected(account)) return detectedKey(detected.key, options);
  return askKey(context, !isRejected(account));
}

async function askKey(context: KeyContext, isUsable: boolean): Promise<ChosenKey | 'sandbox'> {
  const { deps, options, detected } = context;
  for (;;) {
    const source = await deps.prompter.select<Source | 'detected' | 'sandbox'>({
      message: 'Which key?',
      choices: [...(isUsable ? [detectedChoice] : []), ...sourceChoices(deps), sandboxChoice],
    });
    if (source === 'sandbox') return source;
    if (source === 'detected') return detectedKey(detected.key, options);
    const key = await keyFrom(source, context);
    if (key !== null) return key;
  }
}

/** Prompts for a different key than the detected one. */
export async function askNewKey(context: KeyContext): Promise<ChosenKey> {
  const { deps } = context;
  for (;;) {
    const source = await deps.prompter.select({
      message: 'Where is the new key from?',
      choices: sourceChoices(deps),
    });
    const key = await keyFrom(source, context);
    if (key !== null) return key;
  }
}

const detectedChoice = {
  name: 'The one that is there',
  value: 'detected',
  description: 'It stays where it is',
} as const;

const sandboxChoice = {
  name: 'None yet: try it in the sandbox',
  value: 'sandbox',
  description: 'A built-in look-alike answers: no cost, no network',
} as const;

function sourceChoices(deps: Deps): readonly Choice<Source>[] {
  const browser: Choice<Source> = {
    name: 'Sign in with the browser',
    value: 'browser',
    description: 'OpenRouter creates a key and hands it to this terminal',
  };
  const device: Choice<Source> = {
    name: 'Sign in on another device',
    value: 'device',
    description: 'For SSH and machines without a browser: a code to paste here',
  };
  const paste: Choice<Source> = {
    name: 'Paste a key',
    value: 'paste',
    description: 'Created at https://openrouter.ai/keys; it is not shown while you paste',
  };
  const create: Choice<Source> = {
    name: 'Create one for this setup',
    value: 'create',
    description: `With ${managementKeyVariable}, and with a limit that OpenRouter enforces`,
  };
  const others = hasBrowser(deps) ? [browser, device, paste] : [device, browser, paste];
  return (deps.env[managementKeyVariable] ?? '') === '' ? others : [create, ...others];
}

async function showAccount(deps: Deps, { timeoutMs }: InitOptions, key: string): Promise<Account> {
  const account = await withProgress(deps.io, 'Checking the key with OpenRouter', () =>
    readAccount(deps, key, timeoutMs),
  );
  if ('info' in account) {
    printState(deps, 'ok', `${keyPrefix(key)} works: ${accountSummary(account)}`);
    return account;
  }
  const { headline, fix } = account.outcome;
  const state = isRejected(account) ? 'fail' : 'warn';
  printState(deps, state, `${keyPrefix(key)}: ${headline}: ${account.message}`);
  const { stderr } = deps.io;
  if (fix !== '') {
    print(deps, `    ${createStyle(stderr).arrow} ${wrap(fix, stderr.columns - 1, 6)}`);
  }
  return account;
}

function printState(deps: Deps, state: State, text: string): void {
  const { stderr } = deps.io;
  print(deps, `  ${createStyle(stderr).symbol(state)} ${wrap(text, stderr.columns - 1, 4)}`);
}

/** Returns null if there is no key, after showing the reason. */
async function keyFrom(source: Source, context: KeyContext): Promise<ChosenKey | null> {
  const { deps, options } = context;
  if (source === 'create') return createKey(context);
  if (source === 'paste') {
    const key = await pasteKey(deps, options);
    await showAccount(deps, options, key);
    return withRcFile(context, key, 'what you pasted');
  }
  const signIn = await (source === 'browser' ? useBrowser : useDevice)(deps, options);
  if ('problem' in signIn) {
    printState(deps, 'fail', signIn.problem);
    return null;
  }
  await showAccount(deps, options, signIn.key);
  return { ...(await withRcFile(context, signIn.key, 'the sign-in')), isCreated: true };
}

/** Creates a key with the budget as its limit. Shows why and returns null if it cannot be created or stored. */
async function createKey(context: KeyContext): Promise<ChosenKey | null> {
  const { deps, options, detected, maker } = context;
  const { monthlyLimit, dailyLimit } = options.flags;
  const given = monthlyLimit ?? dailyLimit;
  const budget = given === undefined ? detected.setup.entries[0]?.budget : options.flags;
  try {
    const client = await managementClient(deps, { ...options, managementKeyStdin: false }, []);
    const settings = settingsForBudget(budget);
    const limit = await askLimit(deps, settings);
    const rcFile = await askRcFile(deps, options);
    if (rcFile === null) {
      printState(deps, 'fail', 'The key must be stored: OpenRouter shows it only once');
      return null;
    }
    const { key } = await maker.create(client, { ...settings, ...limit });
    await showAccount(deps, options, key);
    return { ...newKeyIn(context, key, 'OpenRouter', rcFile), isCreated: true };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    printState(deps, 'fail', withHint(error));
    return null;
  }
}

/** Stores a key from the flags where they say, if that place is private or the user agrees. */
async function placeGivenKey(
  { deps, options, detected }: KeyContext,
  chosen: ChosenKey,
): Promise<ChosenKey> {
  if (chosen.key === null || chosen.rcFile === null) return chosen;
  const rcFile = await privateRcFile(deps, chosen.rcFile);
  if (rcFile === null) return chooseKey(deps, { ...options, rc: false }, detected.key);
  return rcFile === chosen.rcFile ? chosen : { ...chosen, rcFile };
}

async function withRcFile(context: KeyContext, key: string, source: string): Promise<ChosenKey> {
  return newKeyIn(context, key, source, await askRcFile(context.deps, context.options));
}

function newKeyIn(
  { detected }: KeyContext,
  key: string,
  source: string,
  rcFile: RcFile | null,
): ChosenKey {
  const named = keyVariable(detected.setup.entries[0]?.apiKey ?? null);
  const variable = named === defaultKeyVariable ? null : named;
  return { ...newKey(key, source, rcFile), variable };
}

async function useBrowser(deps: Deps, { timeoutMs }: InitOptions): Promise<SignIn> {
  return withProgress(deps.io, 'Waiting for the browser (Ctrl-C to stop)', () =>
    signInByBrowser(deps, timeoutMs, (url) => {
      print(deps, '', '  If no browser opens, go to:', `  ${url}`, '');
      openBrowser(deps, url);
    }),
  );
}

async function useDevice(deps: Deps, { timeoutMs }: InitOptions): Promise<SignIn> {
  const { url, redeem } = signInByDevice(deps, timeoutMs);
  print(deps, '', '  On any device, go to:', `  ${url}`, '  and copy the code that it shows.', '');
  const code = await deps.prompter.input({
    message: 'The code',
    validate: (text) => text.trim() !== '' || 'The page shows the code once you have agreed',
  });
  return redeem(code.trim());
}

/** Prompts with masked input until the text has the format of a key and OpenRouter does not reject it. */
async function pasteKey(deps: Deps, { timeoutMs }: InitOptions): Promise<string> {
  const typed = await deps.prompter.secret({
    message: 'The key',
    async validate(text) {
      const key = text.trim();
      // Anything may have been pasted by mistake, and an everyday word must not be masked in all later output.
      if (key.length >= minKeyLength) deps.io.conceal(key);
      const problem = keyFormatProblem(key);
      if (problem !== null) return `This ${problem}`;
      const account = await readAccount(deps, key, timeoutMs);
      return isRejected(account) ? 'OpenRouter does not know this key (401): copy it again' : true;
    },
  });
  return typed.trim();
}

const minKeyLength = 20;

/** The rc file from the flags and `$SHELL`, else from a prompt; null if the user stores the key themselves. */
async function askRcFile(deps: Deps, options: InitOptions): Promise<RcFile | null> {
  try {
    return await privateRcFile(deps, rcFileFrom(deps, options));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
  }
  return privateRcFile(deps, await pickRcFile(deps));
}

/** Prompts for another file until it is private or the user accepts one that is not. */
async function privateRcFile(deps: Deps, first: RcFile | null): Promise<RcFile | null> {
  for (let rcFile = first; rcFile !== null; rcFile = await pickRcFile(deps)) {
    const exposure = await exposureOf(deps, await readText(deps.files, rcFile.path));
    if (exposure === null || (await confirmExposure(deps, exposure))) return rcFile;
  }
  return null;
}

function pickRcFile(deps: Deps): Promise<RcFile | null> {
  return deps.prompter.select<RcFile | null>({
    message: 'Where should the key be stored?',
    choices: [
      ...shells.map((shell): Choice<RcFile | null> => {
        const path = rcFileOf(shell, deps);
        return { name: `${tildePath(path, deps.place)} (${shell})`, value: { shell, path } };
      }),
      { name: 'Nowhere: I will store it myself', value: null },
    ],
  });
}
