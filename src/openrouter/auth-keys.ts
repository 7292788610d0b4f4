import * as v from 'valibot';
import type { Client } from './client.ts';
import * as shape from './shapes.ts';

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
