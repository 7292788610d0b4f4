import { createHash, randomBytes } from 'node:crypto';
import * as v from 'valibot';
import { parseBaseUrl } from './base-url.ts';
import type { Client } from './client.ts';
import * as shape from './shapes.ts';

/** Proves that whoever redeems a code is the one who requested it (RFC 7636). */
export interface Pkce {
  /** The secret; sent only with the code. */
  readonly verifier: string;
  /** The S256 challenge of the verifier; sent through the browser. */
  readonly challenge: string;
}

/** The verifier has 43 characters, the minimum of RFC 7636. */
export function createPkce(bytes: Uint8Array = randomBytes(32)): Pkce {
  const verifier = Buffer.from(bytes).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}

/** How long a code is valid, in milliseconds (OpenRouter's guide "OAuth PKCE"). */
export const codeLifeMs = 10 * 60_000;

/**
 * The page on which the user lets OpenRouter create a key. With `callbackUrl` the browser is redirected there with
 * `?code=…`; without it the page shows the code for pasting and names the key `keyLabel`. Throws UserError for a base
 * URL to which the code could not be sent.
 */
export function signInUrl(
  baseUrl: string,
  { challenge }: Pick<Pkce, 'challenge'>,
  to: { readonly callbackUrl: string } | { readonly keyLabel: string },
): string {
  const url = new URL('/auth', parseBaseUrl(baseUrl));
  if ('callbackUrl' in to) url.searchParams.set('callback_url', to.callbackUrl);
  url.searchParams.set('code_challenge', challenge);
  url.searchParams.set('code_challenge_method', 'S256');
  if ('keyLabel' in to) url.searchParams.set('key_label', to.keyLabel);
  return url.href;
}

export interface CodeExchange {
  /** From the redirect or pasted. */
  readonly code: string;
  readonly codeVerifier: string;
  readonly codeChallengeMethod: 'S256';
}

/** Exchanges the code for a key. A used, expired or wrong code is a WireError with status 403. */
export async function exchangeCode(client: Client, exchange: CodeExchange): Promise<string> {
  const body = {
    code: exchange.code,
    code_verifier: exchange.codeVerifier,
    code_challenge_method: exchange.codeChallengeMethod,
  };
  const { key } = await client.request({ path: '/auth/keys', method: 'POST', body }, answer);
  return key;
}

const answer = v.object({ key: shape.requiredText });
