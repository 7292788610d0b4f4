import { expect, it } from 'vitest';
import { createPkce, signInUrl } from '../../src/openrouter/sign-in.ts';

it('makes the pair of RFC 7636, appendix B', () => {
  const bytes = Uint8Array.from([
    116, 24, 223, 180, 151, 153, 224, 37, 79, 250, 96, 125, 216, 173, 187, 186, 22, 212, 37, 77,
    105, 214, 191, 240, 91, 88, 5, 88, 83, 132, 141, 121,
  ]);
  expect(createPkce(bytes)).toEqual({
    verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
    challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  });
});

it('creates a different pair each time', () => {
  expect(createPkce().verifier).not.toBe(createPkce().verifier);
});

it('goes to the page beside the API, with a callback or with a label for the key', () => {
  const pair = { challenge: 'c' };
  const callbackUrl = 'http://localhost:1234/callback/abc';
  expect(signInUrl('https://openrouter.ai/api/v1', pair, { callbackUrl })).toBe(
    'https://openrouter.ai/auth?callback_url=http%3A%2F%2Flocalhost%3A1234%2Fcallback%2Fabc&code_challenge=c&code_challenge_method=S256',
  );
  expect(signInUrl('http://127.0.0.1:9/api/v1', pair, { keyLabel: 'OpenClaw' })).toBe(
    'http://127.0.0.1:9/auth?code_challenge=c&code_challenge_method=S256&key_label=OpenClaw',
  );
});

it('has no page at an address that the code could not be sent to', () => {
  expect(() =>
    signInUrl('http://relay.example/api/v1', { challenge: 'c' }, { keyLabel: 'OpenClaw' }),
  ).toThrow(/^Refusing to connect to http:\/\/relay\.example/);
});
