import { expect, it } from 'vitest';
import { CancelError } from '../../src/platform/errors.ts';
import {
  hasBrowser,
  type SignIn,
  signInByBrowser,
  signInByDevice,
} from '../../src/wizard/sign-in.ts';
import { realClock } from '../helpers/sandbox.ts';
import { createWorld } from '../helpers/world.ts';
import { wizard } from './init-world.ts';

/** Signs in, with `visit` in the place of the browser. */
async function signIn(
  visit: (url: URL, abort: AbortController) => Promise<unknown>,
  options: Parameters<typeof wizard>[0] = {},
): Promise<SignIn> {
  const { deps, abort } = await wizard(options);
  // A clock that stands still would let the ten minutes pass at once.
  const world = { ...deps, clock: realClock };
  let visited: Promise<unknown> = Promise.resolve();
  const result = await signInByBrowser(world, 5_000, (url) => {
    visited = visit(new URL(url), abort);
  });
  await visited;
  return result;
}

const callbackOf = (url: URL) => url.searchParams.get('callback_url') ?? '';

it('gets a key through the browser and shows it the success page', async () => {
  let page = '';
  const result = await signIn(async (url) => {
    expect(url.searchParams.get('code_challenge_method')).toBe('S256');
    expect(new URL(callbackOf(url)).hostname).toBe('localhost');
    page = await (await fetch(url)).text();
  });
  expect(result).toEqual({ key: expect.stringMatching(/^sk-or-v1-[0-9a-f]{64}$/) });
  expect(page).toContain('Go back to the terminal');
  expect(page).not.toContain('sk-or-v1-');
});

it('rejects another state, path or host name, and keeps waiting', async () => {
  const result = await signIn(async (url) => {
    const callback = callbackOf(url);
    const wrong = new URL('/callback/00000000000000000000000000000000?code=evil', callback);
    expect((await fetch(wrong)).status).toBe(404);
    expect((await fetch(new URL('/', callback))).status).toBe(404);
    expect((await fetch(callback, { method: 'POST' })).status).toBe(404);
    await fetch(url);
  });
  expect(result).toHaveProperty('key');
});

it('explains a code that was made up, and shows the failure page', async () => {
  const result = await signIn(async (url) => {
    const answer = await fetch(`${callbackOf(url)}?code=madeup`);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('Sign-in failed');
  });
  expect(result).toEqual({ problem: expect.stringContaining('rejected the code') });
});

it('explains a sign-in that was denied', async () => {
  const result = await signIn((url) => fetch(`${callbackOf(url)}?error=access_denied`));
  expect(result).toEqual({ problem: expect.stringContaining('did not send a code') });
});

it('accepts one callback, and then stops listening', async () => {
  let callback = '';
  await signIn(async (url) => {
    callback = callbackOf(url);
    await fetch(url);
  });
  await expect(fetch(`${callback}?code=again`)).rejects.toThrow();
});

it('gives up after ten minutes', async () => {
  const { deps } = await wizard();
  const slept: number[] = [];
  const clock = { ...deps.clock, sleep: async (ms: number) => void slept.push(ms) };
  const result = await signInByBrowser({ ...deps, clock }, 5_000, () => {});
  expect(slept).toEqual([600_000]);
  expect(result).toEqual({ problem: expect.stringContaining('10 minutes') });
});

it('ends with Ctrl-C', async () => {
  const result = signIn(async (_url, abort) => abort.abort(new CancelError()));
  await expect(result).rejects.toThrow(CancelError);
});

it('gets a key from another device, once, and only for the sender of the challenge', async () => {
  const { deps } = await wizard();
  const mine = signInByDevice(deps, 5_000);
  const other = signInByDevice(deps, 5_000);
  expect(new URL(mine.url).searchParams.has('callback_url')).toBe(false);
  const codeOf = async (url: string) =>
    /<code>(\w+)</.exec(await (await fetch(url)).text())?.[1] ?? '';

  expect(await other.redeem(await codeOf(mine.url))).toHaveProperty('problem');
  const code = await codeOf(mine.url);
  expect(await mine.redeem(code)).toHaveProperty('key');
  expect(await mine.redeem(code)).toHaveProperty('problem');
});

it('rejects a code that is older than ten minutes', async () => {
  let now = Date.parse('2026-11-22T12:00:00Z');
  const clock = { ...realClock, now: () => new Date(now) };
  const { deps } = await wizard({ sandbox: { clock } });
  const { url, redeem } = signInByDevice(deps, 5_000);
  const code = /<code>(\w+)</.exec(await (await fetch(url)).text())?.[1] ?? '';
  now += 11 * 60_000;
  expect(await redeem(code)).toEqual({ problem: expect.stringContaining('older than 10 minutes') });
});

it('sends people to the page beside the API', () => {
  const { deps } = createWorld();
  const { url } = signInByDevice(deps, 5_000);
  expect(url).toMatch(/^https:\/\/openrouter\.ai\/auth\?code_challenge=[\w-]{43}&/);
});

it.each([
  [{}, 'linux', false],
  [{ DISPLAY: ':0' }, 'linux', true],
  [{ WAYLAND_DISPLAY: 'wayland-0' }, 'linux', true],
  [{ DISPLAY: ':0', SSH_CONNECTION: '1 2 3 4' }, 'linux', false],
  [{}, 'darwin', true],
  [{ SSH_TTY: '/dev/pts/1' }, 'darwin', false],
] as const)('with %j on %s, a browser is %s', (env, platform, expected) => {
  const { deps } = createWorld();
  expect(hasBrowser({ env, place: { ...deps.place, platform } })).toBe(expected);
});
