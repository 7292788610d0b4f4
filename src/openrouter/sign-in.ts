import { createHash, randomBytes } from 'node:crypto';
import * as v from 'valibot';
import { parseBaseUrl } from './base-url.ts';
import type { Client } from './client.ts';
import * as shape from './shapes.ts';

/** The two halves of a proof that the one who asked for a code is the one who redeems it (RFC 7636). */
export interface Pkce {
  /** The secret; sent only with the code. */
  readonly verifier: string;
  /** Its S256 challenge; goes through the browser. */
  readonly challenge: string;
}

/** A fresh pair; the verifier has the 43 characters that RFC 7636 asks for at least. */
export function createPkce(bytes: Uint8Array = randomBytes(32)): Pkce {
  const verifier = Buffer.from(bytes).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}

/** How long a code is good, in milliseconds (OpenRouter's guide "OAuth PKCE"). */
export const codeLifeMs = 10 * 60_000;

/**
 * The page on which a person lets OpenRouter make a key: `/auth` beside the API. With `callbackUrl` the browser is
 * sent there with `?code=…`; without it the page shows the code, to be pasted, and names the key `keyLabel`. Throws
 * UserError for a base URL that the code could not be sent to.
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
  /** From the redirect, or pasted; good for 10 minutes and one use. */
  readonly code: string;
  readonly codeVerifier: string;
  readonly codeChallengeMethod: 'S256';
}

/** Ends the OAuth PKCE flow: the code becomes a key. A code that is used, old or wrong is a WireError with status 403. */
export async function exchangeCode(
  client: Client,
  exchange: CodeExchange,
): Promise<{ key: string; userId: string | null }> {
  const body = {
    code: exchange.code,
    code_verifier: exchange.codeVerifier,
    code_challenge_method: exchange.codeChallengeMethod,
  };
  const { key, user_id } = await client.request(
    { path: '/auth/keys', method: 'POST', body },
    answer,
  );
  return { key, userId: user_id };
}

const answer = v.object({ key: shape.requiredText, user_id: shape.text });
