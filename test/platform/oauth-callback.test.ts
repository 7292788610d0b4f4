import { request } from 'node:http';
import { expect, it, onTestFinished } from 'vitest';
import { openLanding } from '../../src/platform/oauth-callback.ts';

async function landing() {
  const opened = await openLanding('/here');
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

it('hands over the first visit, and holds the browser until there is a page', async () => {
  const { url, visit } = await landing();
  const answer = fetch(`${url}?code=1`);
  const { query, answer: show } = await visit;
  expect(query.get('code')).toBe('1');
  await show(200, '<p>hello</p>');
  const shown = await answer;
  expect(await shown.text()).toBe('<p>hello</p>');
  expect(shown.headers.get('referrer-policy')).toBe('no-referrer');
  expect(shown.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(shown.headers.get('cache-control')).toBe('no-store');
});

it('refuses a second visit while the first is looked at', async () => {
  const { url, visit } = await landing();
  const first = fetch(url);
  const { answer } = await visit;
  expect((await fetch(url)).status).toBe(410);
  await answer(200, '');
  expect((await first).status).toBe(200);
});

it('refuses a name that somebody else made resolve to this machine', async () => {
  const { url } = await landing();
  expect(await statusFor(url, `evil.example:${new URL(url).port}`)).toBe(404);
  expect(await statusFor(url, 'localhost')).toBe(404);
});

it('closes though a browser keeps its connection', async () => {
  const opened = await openLanding('/here');
  await fetch(new URL('/elsewhere', opened.url));
  await opened.close();
  await expect(fetch(opened.url)).rejects.toThrow();
});
