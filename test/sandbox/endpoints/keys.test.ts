import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Sandbox } from '../../../src/sandbox/server.ts';
import type { Got } from '../start.ts';
import { get, handClock, post, start } from '../start.ts';

const verifier = 'one-verifier-of-forty-three-letters-or-more-1';
const challenge = createHash('sha256').update(verifier).digest('base64url');

test('a code and its verifier are exchanged for a key, once', async () => {
  const sandbox = await start();
  const code = await pastedCode(sandbox);
  const first = await exchange(sandbox, { code, code_verifier: verifier });
  expect(first.json).toMatchObject({ key: expect.stringMatching(/^sk-or-v1-[0-9a-f]{64}$/) });
  expect((await get(sandbox, '/key', JSON.parse(first.text).key)).status).toBe(200);
  expect((await exchange(sandbox, { code, code_verifier: verifier })).status).toBe(403);
});

test.each([
  ['a wrong verifier', { code_verifier: 'wrong' }],
  ['no verifier', {}],
  ['the challenge as verifier', { code_verifier: challenge }],
])('%s is 403, and spends the code', async (_name, body) => {
  const sandbox = await start();
  const code = await pastedCode(sandbox);
  expect((await exchange(sandbox, { code, ...body })).status).toBe(403);
  expect((await exchange(sandbox, { code, code_verifier: verifier })).status).toBe(403);
});

test('a code lasts ten minutes', async () => {
  const clock = handClock();
  const sandbox = await start({ clock });
  const [early, late] = [await pastedCode(sandbox), await pastedCode(sandbox)];
  clock.pass(10 * 60_000);
  expect((await exchange(sandbox, { code: early, code_verifier: verifier })).status).toBe(200);
  clock.pass(1);
  expect((await exchange(sandbox, { code: late, code_verifier: verifier })).status).toBe(403);
});

test('an exchange without a code is 400', async () => {
  expect((await exchange(await start(), {})).status).toBe(400);
});

test('the page sends the browser back with a code and keeps the query of the address', async () => {
  const sandbox = await start();
  const callback = 'http://localhost:3000/back?state=7&code=old';
  const got = await page(sandbox, { callback_url: callback, code_challenge: challenge });
  const back = new URL(got.headers.get('location') ?? '');
  expect([got.status, back.origin, back.searchParams.get('state')]).toEqual([
    302,
    'http://localhost:3000',
    '7',
  ]);
  expect(back.searchParams.getAll('code')).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/)]);
});

test.each([
  ['no challenge and nowhere to go', {}],
  ['an address that is http and not loopback', { callback_url: 'http://example.com/' }],
  ['an address that is none', { callback_url: 'back' }],
  ['an address that runs a script', { callback_url: 'javascript:alert(1)' }],
  ['an unknown method', { code_challenge: challenge, code_challenge_method: 'MD5' }],
])('the page rejects %s', async (_name, query) => {
  expect((await page(await start(), query)).status).toBe(400);
});

function exchange(sandbox: Sandbox, body: Readonly<Record<string, unknown>>): Promise<Got> {
  return post(sandbox, '/auth/keys', { code_challenge_method: 'S256', ...body }, null);
}

function page(sandbox: Sandbox, query: Readonly<Record<string, string>>): Promise<Response> {
  const url = new URL('/auth', sandbox.url);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return fetch(url, { redirect: 'manual' });
}

async function pastedCode(sandbox: Sandbox): Promise<string> {
  const text = await (await page(sandbox, { code_challenge: challenge })).text();
  return /<code>(\w+)<\/code>/.exec(text)?.[1] ?? '';
}
