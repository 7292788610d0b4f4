import { randomBytes } from 'node:crypto';
import { exchangeCode } from '../openrouter/auth-keys.ts';
import { baseUrlFrom } from '../openrouter/base-url.ts';
import { clientFor } from '../openrouter/client.ts';
import { codeLifeMs, createPkce, type Pkce, signInUrl } from '../openrouter/pkce.ts';
import { WireError } from '../openrouter/wire-error.ts';
import type { Deps } from '../platform/deps.ts';
import { openLanding, type Visit } from '../platform/oauth-callback.ts';
import { failurePage, successPage } from './sign-in-page.ts';

/** A sign-in ends with a key, or with a sentence that says why there is none. */
export type SignIn = { readonly key: string } | { readonly problem: string };

/** A sign-in whose code a person carries over by hand. */
export interface HandSignIn {
  readonly url: string;
  redeem(code: string): Promise<SignIn>;
}

/**
 * OAuth PKCE (S256) through a browser on this machine. `onUrl` is told where to go. The callback's path is the state:
 * 128 bits that only the page we opened knows, so that nobody can push a code of theirs on us. One visit counts, for
 * ten minutes. Throws CancelError on Ctrl-C.
 */
export async function signInByBrowser(
  deps: Deps,
  timeoutMs: number,
  onUrl: (url: string) => void,
): Promise<SignIn> {
  const pkce = createPkce();
  const landing = await openLanding(`/callback/${randomBytes(16).toString('hex')}`);
  try {
    onUrl(signInUrl(baseUrlFrom(deps.env), pkce, { callbackUrl: landing.url }));
    const visit = await firstOf(deps, landing.visit);
    if (visit === null) return { problem: 'Nobody came back from the browser within 10 minutes' };
    return await finish(deps, timeoutMs, pkce, visit);
  } finally {
    await landing.close();
  }
}

/** The form without a browser on this machine: the page shows the code, and a person pastes it here. */
export function signInByHand(deps: Deps, timeoutMs: number): HandSignIn {
  const pkce = createPkce();
  return {
    url: signInUrl(baseUrlFrom(deps.env), pkce, { keyLabel: 'OpenClaw' }),
    redeem: (code) => redeem(deps, timeoutMs, pkce, code),
  };
}

/** A browser is likely to open where the person sits: no SSH, and on Linux a display. */
export function hasBrowser({ env, place }: Pick<Deps, 'env' | 'place'>): boolean {
  const isSet = (name: string) => (env[name] ?? '') !== '';
  if (isSet('SSH_CONNECTION') || isSet('SSH_TTY')) return false;
  return place.platform !== 'linux' || isSet('DISPLAY') || isSet('WAYLAND_DISPLAY');
}

/** Opens the person's browser where there is one; whether it came up, nobody can tell. */
export function openBrowser({ exec, env, place }: Deps, url: string): void {
  const program = place.platform === 'darwin' ? 'open' : 'xdg-open';
  // Some openers stay for as long as the browser does, and the browser is theirs to end.
  void exec(program, [url], { env, background: true }).catch(() => undefined);
}

async function firstOf(deps: Deps, visit: Promise<Visit>): Promise<Visit | null> {
  const done = new AbortController();
  const signal = AbortSignal.any([deps.signal, done.signal]);
  const patience = deps.clock.sleep(codeLifeMs, signal).then(
    () => null,
    (reason: unknown) => {
      if (done.signal.aborted) return null;
      throw deps.signal.aborted ? deps.signal.reason : reason;
    },
  );
  try {
    return await Promise.race([visit, patience]);
  } finally {
    done.abort();
  }
}

async function finish(
  deps: Deps,
  timeoutMs: number,
  pkce: Pkce,
  { query, answer }: Visit,
): Promise<SignIn> {
  const code = query.get('code') ?? '';
  const signIn =
    code === ''
      ? { problem: 'OpenRouter sent no code: the sign-in was refused or stopped' }
      : await redeem(deps, timeoutMs, pkce, code);
  if ('key' in signIn) await answer(200, successPage);
  else await answer(400, failurePage);
  return signIn;
}

async function redeem(
  deps: Deps,
  timeoutMs: number,
  { verifier }: Pkce,
  code: string,
): Promise<SignIn> {
  const client = clientFor(deps, null, timeoutMs);
  try {
    const { key } = await exchangeCode(client, {
      code,
      codeVerifier: verifier,
      codeChallengeMethod: 'S256',
    });
    deps.io.conceal(key);
    return { key };
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    const { status, message } = error.failure;
    return {
      problem:
        status === 400 || status === 403
          ? 'OpenRouter did not take the code: it is of another sign-in, used, or older than 10 minutes'
          : `The code could not be exchanged for a key: ${message}`,
    };
  }
}
