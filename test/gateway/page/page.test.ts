import { describe, expect, it, vi } from 'vitest';
import { json, serve } from '../../openrouter/serve.ts';
import { longTimeout, type Setting, testGateway } from '../start.ts';

const token = 'the-token-of-test-gateways';
const hostile = '<img src=x onerror=alert(1)>"\'&';

const upstream = () =>
  serve((response, { path }) => {
    if (path.endsWith('/models')) return json(response, 200, { data: [] });
    const message = { role: 'assistant', content: 'the secret answer' };
    json(response, 200, {
      id: 'gen-1',
      model: 'a/b',
      provider: hostile,
      choices: [{ index: 0, finish_reason: 'stop', message }],
      usage: { prompt_tokens: 1, completion_tokens: 1, cost: 0.25 },
    });
  });

async function gatewayWith(more: Partial<Setting> = {}) {
  const { baseUrl } = await upstream();
  return testGateway({ models: { main: { defaultModel: 'a/b' } }, baseUrl, ...more });
}

function addressOf(gateway: { readonly url: string }, path: string): string {
  return gateway.url.replace(/\/v1$/, path);
}

/** Reads the events until the text has come. */
async function eventsUntil(address: string, text: string, headers = {}): Promise<string> {
  const stop = new AbortController();
  const response = await fetch(address, { headers, signal: stop.signal });
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  let read = '';
  for await (const part of response.body ?? []) {
    read += Buffer.from(part).toString('utf8');
    if (read.includes(text)) break;
  }
  stop.abort();
  return read;
}

describe('the files of the page', () => {
  it.each([
    ['/', 'text/html'],
    ['/page/style.css', 'text/css'],
    ['/page/script.js', 'text/javascript'],
    ['/page/icon.svg', 'image/svg+xml'],
  ])('%s is %s under a strict policy', async (path, type) => {
    const response = await fetch(addressOf(await gatewayWith(), path));
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain(type);
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self'/);
    expect(policy).not.toContain('unsafe');
    const text = await response.text();
    expect(text).not.toMatch(/https?:\/\/(?!www\.w3\.org\/2000\/svg)|\sstyle=|\son\w+="|@import/);
    expect(text).not.toContain('main"');
  });

  it('has all places that the events fill', async () => {
    const gateway = await gatewayWith();
    const html = await (await fetch(addressOf(gateway, '/'))).text();
    const read = await eventsUntil(addressOf(gateway, '/events'), '\n\n');
    const slots = JSON.parse(/^data: (.*)$/m.exec(read)?.[1] ?? '{}');
    expect(Object.keys(slots).length).toBeGreaterThan(6);
    for (const id of Object.keys(slots)) expect(html).toContain(`id="${id}"`);
  });
});

describe('the events', () => {
  it('show requests without what was in them', async () => {
    const gateway = await gatewayWith();
    await gateway.chat({ model: 'main', messages: [{ role: 'user', content: 'the question' }] });
    const read = await eventsUntil(addressOf(gateway, '/events'), 'event: requests');
    expect(read).toContain('$0.25');
    expect(read).not.toMatch(/the question|the secret answer|sk-or-v1-[0-9a-f]{8}/);
  });

  it('hold names as text, however they are made', async () => {
    const models = { [hostile]: { defaultModel: hostile } };
    const channels = { [hostile]: { model: hostile } };
    const gateway = await gatewayWith({ models, channels });
    await gateway.chat({ model: hostile });
    await gateway.chat({ model: `x/${hostile}` });
    const read = await eventsUntil(addressOf(gateway, '/events'), 'event: requests');
    expect(read).not.toContain('<img');
    expect(read).toContain('&#60;img src=x onerror=alert(1)&#62;');
  });

  it('need the token where the gateway needs it, and the page does not', async () => {
    const access = { tokens: () => [token], tokenRequired: true, peerCheck: async () => null };
    const gateway = await gatewayWith({ options: { access } });
    const events = addressOf(gateway, '/events');
    expect((await fetch(addressOf(gateway, '/'))).status).toBe(200);
    expect((await fetch(events)).status).toBe(401);
    expect((await fetch(`${events}?token=${token}`)).status).toBe(401);
    const read = await eventsUntil(events, 'chains', { authorization: `Bearer ${token}` });
    expect(read).not.toContain(token);
  });

  it('are kept from other origins', async () => {
    const gateway = await gatewayWith();
    for (const path of ['/', '/events']) {
      const headers = { origin: 'http://evil.example' };
      expect((await fetch(addressOf(gateway, path), { headers })).status).toBe(403);
    }
  });

  it('go to 20 readers, and to another one when one has left', async () => {
    const gateway = await gatewayWith();
    const address = addressOf(gateway, '/events');
    const stop = new AbortController();
    const open = () => fetch(address, { signal: stop.signal });
    const opened = await Promise.all(Array.from({ length: 20 }, open));
    expect(opened.every(({ status }) => status === 200)).toBe(true);
    expect((await fetch(address)).status).toBe(503);
    expect((await gateway.chat({ model: 'main' })).status).toBe(200);
    stop.abort();
    await vi.waitFor(async () => {
      const { status, body } = await fetch(address);
      await body?.cancel();
      expect(status).toBe(200);
    }, longTimeout);
  });
});
