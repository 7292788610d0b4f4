import { createHash } from 'node:crypto';
import { OpenRouter } from '@openrouter/sdk';
import type { ChatRequest, ChatResult, ChatStreamChunk } from '@openrouter/sdk/models';
import { expect, test } from 'vitest';
import type { Sandbox } from '../../src/sandbox/server.ts';
import { hello, start } from './start.ts';

function client(sandbox: Sandbox, apiKey = sandbox.key): OpenRouter {
  return new OpenRouter({ serverURL: sandbox.url, apiKey, retryConfig: { strategy: 'none' } });
}

test('the official client pages through every model', async () => {
  const sandbox = await start();
  const ids: string[] = [];
  for await (const page of await client(sandbox).models.list({ limit: 40 })) {
    ids.push(...page.result.data.map((model) => model.id));
  }
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.length).toBeGreaterThan(60);
});

test('the official client reads the models of the account', async () => {
  const sandbox = await start();
  const pages = await client(sandbox).models.listForUser({ bearer: sandbox.key });
  expect(pages.result.data.map((model) => model.id)).toContain('anthropic/claude-sonnet-4');
});

test('the official client reads the endpoints of every model', async () => {
  const sandbox = await start();
  const all = await client(sandbox).models.list();
  for (const { id } of all.result.data) {
    const [author = '', slug = ''] = id.split('/');
    const { data } = await client(sandbox).endpoints.list({ author, slug });
    expect(data.id).toBe(id);
  }
});

test('the official client reads providers, key, credits and activity', async () => {
  const sandbox = await start();
  const manager = client(sandbox, sandbox.managementKey);
  expect((await client(sandbox).providers.list()).data.length).toBeGreaterThan(20);
  expect((await client(sandbox).apiKeys.getCurrentKeyMetadata()).data).toMatchObject({
    limitRemaining: 17,
    isManagementKey: false,
  });
  expect((await manager.credits.getCredits()).data).toEqual({ totalCredits: 25, totalUsage: 8 });
  expect((await manager.analytics.getUserActivity()).data.length).toBe(21);
});

test('the official client makes, lists, changes and deletes a key', async () => {
  const sandbox = await start();
  const { apiKeys } = client(sandbox, sandbox.managementKey);
  const made = await apiKeys.create({
    requestBody: {
      name: 'new',
      limit: 5,
      limitReset: 'daily',
      expiresAt: new Date('2027-01-01T00:00:00Z'),
    },
  });
  const { hash } = made.data;
  expect(hash).toBe(createHash('sha256').update(made.key).digest('hex'));
  expect((await client(sandbox, made.key).apiKeys.getCurrentKeyMetadata()).data).toMatchObject({
    limit: 5,
    limitRemaining: 5,
    limitReset: 'daily',
    expiresAt: new Date('2027-01-01T00:00:00Z'),
  });
  const list = await apiKeys.list();
  expect(list.data.map(({ name }) => name)).toEqual(['new', 'sandbox']);
  const change = { limit: null, name: 'other', disabled: true };
  const changed = await apiKeys.update({ hash, requestBody: change });
  expect(changed.data).toMatchObject(change);
  await expect(client(sandbox, made.key).apiKeys.getCurrentKeyMetadata()).rejects.toThrow();
  expect((await apiKeys.list()).data.map(({ name }) => name)).toEqual(['sandbox']);
  expect((await apiKeys.list({ includeDisabled: true })).data).toHaveLength(2);
  expect(await apiKeys.delete({ hash })).toEqual({ deleted: true });
  await expect(apiKeys.get({ hash })).rejects.toThrow('API key not found');
});

test('the official client is answered, and finds the answer again by its id', async () => {
  const sandbox = await start();
  const reply = await plain(sandbox, { model: 'openai/gpt-4o', messages: question() });
  expect(reply.choices[0]?.message.content).toContain('Hello there');
  expect(reply.usage?.cost).toBeGreaterThan(0);
  const { data } = await client(sandbox).generations.getGeneration({ id: reply.id });
  expect(data.totalCost).toBe(reply.usage?.cost);
});

test('the official client reads a stream to its end, with the cost in the last chunk', async () => {
  const sandbox = await start();
  const chunks = await streamed(sandbox, { model: 'openai/gpt-4o', messages: question() });
  const text = chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('');
  expect(text).toContain('Hello there');
  expect(chunks.at(-1)?.usage?.cost).toBeGreaterThan(0);
});

test('the official client sees the error chunk of a stream that breaks off', async () => {
  const faults = [{ target: '*', name: 'midstream', value: null, times: 1 }] as const;
  const sandbox = await start({ faults });
  const chunks = await streamed(sandbox, { model: 'openai/gpt-4o', messages: question() });
  expect(chunks.at(-1)).toMatchObject({
    error: { code: 502 },
    choices: [{ finishReason: 'error' }],
  });
});

test('the official client gets a tool call when it insists on one', async () => {
  const sandbox = await start();
  const parameters = {
    type: 'object',
    properties: { city: { type: 'string' } },
    required: ['city'],
  };
  const reply = await plain(sandbox, {
    model: 'anthropic/claude-sonnet-4',
    messages: question(),
    tools: [{ type: 'function', function: { name: 'weather', parameters } }],
    toolChoice: 'required',
  });
  const call = reply.choices[0]?.message.toolCalls?.[0];
  expect(call?.function).toEqual({ name: 'weather', arguments: '{"city":"sandbox"}' });
});

test('the official client knows the errors by their classes', async () => {
  const sandbox = await start();
  const stranger = client(sandbox, `sk-or-v1-${'00'.repeat(32)}`);
  await expect(stranger.apiKeys.getCurrentKeyMetadata()).rejects.toMatchObject({
    name: 'UnauthorizedResponseError',
    message: 'User not found.',
  });
  await expect(client(sandbox).credits.getCredits()).rejects.toMatchObject({
    name: 'ForbiddenResponseError',
  });
});

test('the official client turns a code into a key that works', async () => {
  const sandbox = await start();
  const verifier = 'a-verifier-that-nobody-guesses-0123456789-abc';
  const page = new URL('/auth', sandbox.url);
  page.searchParams.set('callback_url', 'http://localhost:3999/back?state=7');
  page.searchParams.set(
    'code_challenge',
    createHash('sha256').update(verifier).digest('base64url'),
  );
  page.searchParams.set('code_challenge_method', 'S256');
  const consent = await fetch(page, { redirect: 'manual' });
  const back = new URL(consent.headers.get('location') ?? '');
  expect(back.searchParams.get('state')).toBe('7');
  const { key } = await client(sandbox).oAuth.exchangeAuthCodeForAPIKey({
    requestBody: {
      code: back.searchParams.get('code') ?? '',
      codeVerifier: verifier,
      codeChallengeMethod: 'S256',
    },
  });
  const { data } = await client(sandbox, key).apiKeys.getCurrentKeyMetadata();
  expect(data.usage).toBe(0);
});

function question(): { role: 'user'; content: string }[] {
  return hello.map(({ content }) => ({ role: 'user', content }));
}

async function plain(sandbox: Sandbox, chatRequest: ChatRequest): Promise<ChatResult> {
  const reply = await client(sandbox).chat.send({ chatRequest });
  if ('choices' in reply) return reply;
  throw new Error('A stream came for a plain request');
}

async function streamed(sandbox: Sandbox, chatRequest: ChatRequest): Promise<ChatStreamChunk[]> {
  const reply = await client(sandbox).chat.send({ chatRequest: { ...chatRequest, stream: true } });
  if ('choices' in reply) throw new Error('A plain answer came for a stream');
  const chunks: ChatStreamChunk[] = [];
  for await (const chunk of reply) chunks.push(chunk);
  return chunks;
}
