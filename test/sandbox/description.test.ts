import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { parseFaults } from '../../src/sandbox/faults.ts';
import type { Sandbox } from '../../src/sandbox/server.ts';
import { hasDescription, readDescription } from '../helpers/openapi.ts';
import type { Got } from './start.ts';
import { ask, eventsOf, get, post, start } from './start.ts';

const why = hasDescription ? '' : ' (skipped: no API description beside the checkout)';

describe.skipIf(!hasDescription)(`every answer satisfies OpenRouter's description${why}`, () => {
  const check = hasDescription ? readDescription() : () => '';
  const chat = '/chat/completions';
  const tools = [{ type: 'function', function: { name: 'weather', parameters: {} } }];

  test('an answer that does not satisfy it is rejected', () => {
    expect(check('get', '/key', 200, { data: { label: 7 } })).toContain('label');
  });

  test.each([
    ['/models', '/models', 'key'],
    ['/models', '/models?offset=3&limit=5', 'none'],
    ['/models', '/models?limit=x', 'none'],
    ['/models/user', '/models/user', 'key'],
    ['/models/user', '/models/user', 'none'],
    ['/models/{author}/{slug}/endpoints', '/models/openai/gpt-4o/endpoints', 'key'],
    ['/models/{author}/{slug}/endpoints', '/models/openai/gpt-4o/endpoints', 'none'],
    ['/models/{author}/{slug}/endpoints', '/models/qwen/qwen3-32b/endpoints', 'key'],
    ['/models/{author}/{slug}/endpoints', '/models/nobody/nothing/endpoints', 'key'],
    ['/providers', '/providers', 'none'],
    ['/key', '/key', 'key'],
    ['/key', '/key', 'management'],
    ['/key', '/key', 'none'],
    ['/credits', '/credits', 'key'],
    ['/credits', '/credits', 'management'],
    ['/activity', '/activity', 'key'],
    ['/activity', '/activity', 'management'],
    ['/activity', '/activity?date=2026-11-20', 'management'],
    ['/activity', '/activity?date=yesterday', 'management'],
    ['/generation', '/generation?id=gen-0', 'key'],
  ])('GET %s: %s with key: %s', async (path, asked, who) => {
    const sandbox = await start();
    const got = await get(sandbox, asked, keyOf(sandbox, who));
    expect(check('get', path, got.status, got.json)).toBe('');
  });

  test.each([
    ['plain', {}],
    ['with a tool call', { tools, tool_choice: 'required' }],
    ['cut off by max_tokens', { max_tokens: 1 }],
    ['of a router', { model: 'openrouter/auto' }],
    ['of a free model', { model: 'meta-llama/llama-3.3-70b-instruct:free' }],
    ['to an unknown model', { model: 'nobody/nothing' }],
    ['to a model whose free variant ended', { model: 'openai/gpt-4o:free' }],
    ['without messages', { messages: [] }],
    ['with every provider ignored', { provider: { ignore: ['openai', 'azure'] } }],
  ])('a chat answer %s', async (_name, body) => {
    const got = await ask(await start(), body);
    expect(check('post', chat, got.status, got.json)).toBe('');
  });

  test.each([
    ['plain', {}],
    ['with a tool call', { tools, tool_choice: 'required' }],
  ])('every chunk of a stream %s', async (_name, body) => {
    const got = await ask(await start(), { ...body, stream: true });
    expect(eventsOf(got.text).length).toBeGreaterThan(3);
    for (const data of eventsOf(got.text)) {
      expect(check('post', chat, 200, { data }, 'text/event-stream')).toBe('');
    }
  });

  test('every chunk of a stream that breaks off', async () => {
    const sandbox = await start({ faults: parseFaults('*:midstream') });
    for (const data of eventsOf((await ask(sandbox, { stream: true })).text)) {
      expect(check('post', chat, 200, { data }, 'text/event-stream')).toBe('');
    }
  });

  // 504 is not in the description, though OpenRouter's edge gives it.
  test.each(
    [
      '400 401 402 403 404 408 429 429/9 500 502 503 524 529 key-limit no-endpoints empty'.split(
        ' ',
      ),
    ].flat(),
  )('the fault %s', async (fault) => {
    const got = await ask(await start({ faults: parseFaults(`*:${fault}`) }));
    expect(check('post', chat, got.status, got.json)).toBe('');
  });

  test('a generation, a code exchanged for a key, and an invalid code', async () => {
    const sandbox = await start();
    const { headers } = await ask(sandbox);
    const generation = await get(sandbox, `/generation?id=${headers.get('x-generation-id')}`);
    expect(generation.status).toBe(200);
    expect(check('get', '/generation', 200, generation.json)).toBe('');

    const good = await exchange(sandbox, 'right');
    expect([good.status, check('post', '/auth/keys', good.status, good.json)]).toEqual([200, '']);
    const bad = await exchange(sandbox, 'wrong');
    expect([bad.status, check('post', '/auth/keys', bad.status, bad.json)]).toEqual([403, '']);
  });
});

describe.skipIf(!hasDescription)(`/keys satisfies OpenRouter's description${why}`, () => {
  const check = hasDescription ? readDescription() : () => '';

  test.each([
    ['get', '/keys', 'management', undefined, 200],
    ['get', '/keys?offset=x', 'management', undefined, 400],
    ['get', '/keys', 'key', undefined, 401],
    ['get', '/keys', 'none', undefined, 401],
    ['post', '/keys', 'management', { name: 'new', limit: 5, limit_reset: 'daily' }, 201],
    ['post', '/keys', 'management', { name: 'new', expires_at: '2027-01-01T00:00:00Z' }, 201],
    ['post', '/keys', 'management', { name: 'new', expires_at: '2027-01-01T00:00Z' }, 400],
    ['post', '/keys', 'management', { name: '' }, 400],
    ['post', '/keys', 'management', { name: 'new', limit: 'much' }, 400],
    ['post', '/keys', 'management', { name: 'new', limit_reset: 'yearly' }, 400],
    ['post', '/keys', 'management', { name: 'new', workspace_id: 'another' }, 403],
    ['post', '/keys', 'key', { name: 'new' }, 401],
    ['get', '/keys/HASH', 'management', undefined, 200],
    ['get', '/keys/abc', 'management', undefined, 404],
    ['patch', '/keys/HASH', 'management', { limit: null, disabled: true, name: 'x' }, 200],
    ['patch', '/keys/HASH', 'management', { disabled: 'yes' }, 400],
    ['patch', '/keys/abc', 'management', {}, 404],
    ['delete', '/keys/HASH', 'management', undefined, 200],
    ['delete', '/keys/abc', 'management', undefined, 404],
  ] as const)('%s %s with key: %s, body: %j', async (method, asked, who, body, status) => {
    const sandbox = await start();
    const hash = createHash('sha256').update(sandbox.key).digest('hex');
    const key = keyOf(sandbox, who);
    const response = await fetch(sandbox.url + asked.replace('HASH', hash), {
      method: method.toUpperCase(),
      headers: key === null ? {} : { authorization: `Bearer ${key}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    expect(response.status).toBe(status);
    const path = asked.split('?')[0]?.replace(/HASH|abc/, '{hash}') ?? '';
    expect(check(method, path, status, await response.json())).toBe('');
  });
});

async function exchange(sandbox: Sandbox, verifier: string): Promise<Got> {
  const page = new URL('/auth', sandbox.url);
  page.searchParams.set('code_challenge', createHash('sha256').update('right').digest('base64url'));
  const code = /<code>(\w+)<\/code>/.exec(await (await fetch(page)).text())?.[1];
  return post(sandbox, '/auth/keys', { code, code_verifier: verifier }, null);
}

function keyOf(sandbox: Sandbox, who: string): string | null {
  if (who === 'none') return null;
  return who === 'management' ? sandbox.managementKey : sandbox.key;
}
