import { createHash } from 'node:crypto';
import { parseObject } from '../body.ts';
import type { Answer } from '../reply.ts';
import { ApiError, json } from '../reply.ts';
import type { Asked, AuthCode } from '../state.ts';

/** How long a code of the OAuth page lasts. */
const codeLifeMs = 10 * 60_000;

/** `POST /auth/keys`: a code and its verifier become a key. A code is good once, also when the verifier is wrong. */
export function exchangeCode({ state, call }: Asked): Answer {
  const body = parseObject(call.body);
  const { code, code_verifier: verifier, code_challenge_method: method } = body;
  if (typeof code !== 'string') {
    throw new ApiError(400, 'Invalid request parameters: code', { errorType: 'invalid_request' });
  }
  const issued = state.codes.get(code);
  state.codes.delete(code);
  if (
    issued === undefined ||
    tooOld(issued, state.clock.now()) ||
    !matchesChallenge(issued, verifier)
  ) {
    throw refused('Invalid code or code_verifier');
  }
  if (
    method !== undefined &&
    method !== null &&
    issued.challenge !== null &&
    method !== issued.method
  ) {
    throw new ApiError(400, 'Invalid code_challenge_method', { errorType: 'invalid_request' });
  }
  const value = `sk-or-v1-${state.ids.hex(64)}`;
  state.account.add({ value, management: false, limit: null, limitReset: null, seed: {} });
  return json({ key: value, user_id: 'user_sandbox' });
}

function tooOld({ issuedAt }: AuthCode, now: Date): boolean {
  return now.getTime() - issuedAt.getTime() > codeLifeMs;
}

function matchesChallenge({ challenge, method }: AuthCode, verifier: unknown): boolean {
  if (challenge === null) return true;
  if (typeof verifier !== 'string') return false;
  if (method === 'plain') return verifier === challenge;
  return createHash('sha256').update(verifier).digest('base64url') === challenge;
}

function refused(message: string): ApiError {
  return new ApiError(403, message, { errorType: 'permission_denied' });
}
