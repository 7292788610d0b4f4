import { randomBytes } from 'node:crypto';
import { baseUrlFrom } from '../openrouter/base-url.ts';
import { clientFor } from '../openrouter/client.ts';
import {
  codeLifeMs,
  createPkce,
  exchangeCode,
  type Pkce,
  signInUrl,
} from '../openrouter/sign-in.ts';
import { WireError } from '../openrouter/wire-error.ts';
import type { Deps } from '../platform/deps.ts';
import { type CallbackRequest, listenForCallback } from '../platform/oauth-callback.ts';

/** The key, or a sentence that explains why there is none. */
export type SignIn = { readonly key: string } | { readonly problem: string };

/** A sign-in whose code the user copies from another device. */
export interface DeviceSignIn {
  readonly url: string;
  redeem(code: string): Promise<SignIn>;
}

/**
 * OAuth PKCE (S256) through a browser on this machine; `onUrl` gets the address to open. The path of the callback is
 * the state: 128 bits known only to the page we opened, so that nobody can inject their own code. Waits up to ten
 * minutes for one callback. Throws CancelError on Ctrl-C.
 */
export async function signInByBrowser(
  deps: Deps,
  timeoutMs: number,
  onUrl: (url: string) => void,
): Promise<SignIn> {
  const pkce = createPkce();
  const callback = await listenForCallback(`/callback/${randomBytes(16).toString('hex')}`);
  try {
    onUrl(signInUrl(baseUrlFrom(deps.env), pkce, { callbackUrl: callback.url }));
    const request = await firstOf(deps, callback.request);
    if (request === null) return { problem: 'The browser did not return within 10 minutes' };
    return await finish(deps, timeoutMs, pkce, request);
  } finally {
    await callback.close();
  }
}

/** For a machine without a browser: the page shows the code, and the user pastes it here. */
export function signInByDevice(deps: Deps, timeoutMs: number): DeviceSignIn {
  const pkce = createPkce();
  return {
    url: signInUrl(baseUrlFrom(deps.env), pkce, { keyLabel: 'OpenClaw' }),
    redeem: (code) => redeem(deps, timeoutMs, pkce, code),
  };
}

/** Whether a browser is likely to open in front of the user: no SSH, and on Linux a display. */
export function hasBrowser({ env, place }: Pick<Deps, 'env' | 'place'>): boolean {
  const isSet = (name: string) => (env[name] ?? '') !== '';
  if (isSet('SSH_CONNECTION') || isSet('SSH_TTY')) return false;
  return place.platform !== 'linux' || isSet('DISPLAY') || isSet('WAYLAND_DISPLAY');
}

/** Tries to open the user's browser. There is no way to know whether it opened. */
export function openBrowser({ exec, env, place }: Deps, url: string): void {
  const program = place.platform === 'darwin' ? 'open' : 'xdg-open';
  // Some openers run as long as the browser does, and the browser must outlive this process.
  void exec(program, [url], { env, background: true }).catch(() => undefined);
}

async function firstOf(
  deps: Deps,
  request: Promise<CallbackRequest>,
): Promise<CallbackRequest | null> {
  const done = new AbortController();
  const signal = AbortSignal.any([deps.signal, done.signal]);
  const timeout = deps.clock.sleep(codeLifeMs, signal).then(
    () => null,
    (reason: unknown) => {
      if (done.signal.aborted) return null;
      throw deps.signal.aborted ? deps.signal.reason : reason;
    },
  );
  try {
    return await Promise.race([request, timeout]);
  } finally {
    done.abort();
  }
}

async function finish(
  deps: Deps,
  timeoutMs: number,
  pkce: Pkce,
  { query, answer }: CallbackRequest,
): Promise<SignIn> {
  const code = query.get('code') ?? '';
  const signIn =
    code === ''
      ? { problem: 'OpenRouter did not send a code: the sign-in was denied or cancelled' }
      : await redeem(deps, timeoutMs, pkce, code);
  if ('key' in signIn)
    await answer(200, page('Done', 'You are signed in. Go back to the terminal.'));
  else await answer(400, page('Sign-in failed', 'The reason is in the terminal.'));
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
    const key = await exchangeCode(client, {
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
          ? 'OpenRouter rejected the code: it is from another sign-in, already used, or older than 10 minutes'
          : `The code could not be exchanged for a key: ${message}`,
    };
  }
}

function page(title: string, text: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>
  :root { color-scheme: light dark; font: 1.125rem/1.5 system-ui, sans-serif; }
  body { display: grid; place-content: center; min-height: 90vh; margin: 0; padding: 1rem; text-align: center; }
  h1 { font-size: 1.75rem; margin: 0 0 0.5rem; }
  p { margin: 0; }
</style>
<main>
  <h1>${title}</h1>
  <p>${text}</p>
</main>
</html>
`;
}
