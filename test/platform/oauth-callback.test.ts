import { request } from 'node:http';
import { expect, it, onTestFinished } from 'vitest';
import { listenForCallback } from '../../src/platform/oauth-callback.ts';

async function openCallback() {
  const opened = await listenForCallback('/here');
  onTestFinished(() => opened.close());
  return opened;
}

/** With a Host header of our choice, which fetch does not allow. */
function statusFor(url: string, host: string): Promise<number> {
  const { port, pathname } = new URL(url);
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path: pathname, headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });
}

it('listenForCallback returns the first request, and the browser waits for its page', async () => {
  const { url, request: received } = await openCallback();
  const answer = fetch(`${url}?code=1`);
  const { query, answer: show } = await received;
  expect(query.get('code')).toBe('1');
  await show(200, '<p>hello</p>');
  const shown = await answer;
  expect(await shown.text()).toBe('<p>hello</p>');
  expect(shown.headers.get('referrer-policy')).toBe('no-referrer');
  expect(shown.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(shown.headers.get('cache-control')).toBe('no-store');
});

it('listenForCallback rejects a second request while the first waits', async () => {
  const { url, request: received } = await openCallback();
  const first = fetch(url);
  const { answer } = await received;
  expect((await fetch(url)).status).toBe(410);
  await answer(200, '');
  expect((await first).status).toBe(200);
});

it('listenForCallback rejects a foreign name that resolves to this machine', async () => {
  const { url } = await openCallback();
  expect(await statusFor(url, `evil.example:${new URL(url).port}`)).toBe(404);
  expect(await statusFor(url, 'localhost')).toBe(404);
});

it('listenForCallback closes while a browser keeps its connection', async () => {
  const opened = await listenForCallback('/here');
  await fetch(new URL('/elsewhere', opened.url));
  await opened.close();
  await expect(fetch(opened.url)).rejects.toThrow();
});
