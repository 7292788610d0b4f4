import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { chatMessage, chatStatus, isForChat } from '../../src/gateway/chat-error.ts';
import { outcomes } from '../../src/routing/outcomes.ts';
import { parseFaults } from '../../src/sandbox/faults.ts';
import { hasHost, hostNode, hostPackage } from '../helpers/host.ts';
import { testSandbox } from '../helpers/sandbox.ts';
import { testGateway } from './start.ts';

const host = { headers: { 'content-type': 'application/json', 'x-openclaw-client': 'openclaw' } };
const longName = 'a'.repeat(300);
const tried = Array.from({ length: 20 }, (_, i) => ({ model: `author-${i}/some-long-model-${i}` }));

const refusals = [
  ...outcomes
    .filter(({ name }) => name !== 'ok' && isForChat(name))
    .flatMap(({ name }) => [
      { type: name, message: '', metadata: { entry: 'main', tried: tried.slice(0, 2) } },
      { type: name, message: 'x'.repeat(900), metadata: { entry: longName, tried } },
    ]),
  ...['main', longName].flatMap((entry) =>
    ['day', 'month'].map((window) => ({
      type: 'budget_exceeded',
      message: 'x'.repeat(900),
      metadata: {
        entry,
        window,
        limit_usd: '2.00',
        spent_usd: '2.0123456789012345',
        worst_case_usd: '0.0123456789012345',
        resets_at: '2026-11-29T00:00:00Z',
      },
    })),
  ),
  ...['key_missing', 'model_not_found', 'token_refused', 'budget_unpriced'].map((type) => ({
    type,
    message: 'Say what is the matter. '.repeat(40),
    metadata: {},
  })),
];

describe('an error in the chat', () => {
  it.each(refusals)('is short and has the words that OpenClaw looks for: $type', (refusal) => {
    const text = chatMessage(refusal);
    expect(text.length).toBeLessThanOrEqual(237);
    expect(text).toMatch(/\bresets?\b/);
    expect(text).toMatch(/\b(?:daily|monthly|usage limit)\b/);
  });

  it('says what happened and what to do', () => {
    const metadata = { entry: 'main', tried: tried.slice(0, 2) };
    expect(chatMessage({ type: 'billing', message: '', metadata })).toBe(
      '"main" cannot answer: out of credit (author-0/some-long-model-0, author-1/some-long-model-1). Add credit at https://openrouter.ai/settings/credits. Not a usage limit: nothing resets by itself.',
    );
    expect(chatMessage({ type: 'unavailable', message: '', metadata })).toMatch(
      /^"main" cannot answer: unavailable \(.*ask again in a few minutes\.$/,
    );
  });

  const models = {
    main: { defaultModel: 'openai/gpt-4o', fallbackModels: ['openai/gpt-4o-mini'], maxRetries: 0 },
  };
  const gatewayWith = async (faults?: string) => {
    const options = faults === undefined ? {} : { faults: parseFaults(faults) };
    const { url: baseUrl, key } = await testSandbox(options);
    return testGateway({ models, baseUrl, key });
  };

  it.each([
    ['*:401*9', 401, 'key refused'],
    ['*:402*9', 402, 'out of credit'],
    ['*:403*9', 403, 'moderation'],
    ['*:404*9', 404, 'no such model'],
    ['*:503*99', 503, 'unavailable'],
    ['*:429*99', 429, 'rate limit'],
    ['*:empty*9', 200, 'empty answer'],
  ])('is for OpenClaw alone: %s', async (faults, status, words) => {
    const gateway = await gatewayWith(faults);
    const other = await gateway.chat({ model: 'main' });
    expect(other.status).toBe(status);
    if (status >= 400) expect(other.headers.get('x-should-retry')).toBe('false');
    const shown = await gateway.chat({ model: 'main' }, host);
    expect(shown.status).toBe(chatStatus);
    expect(shown.headers.get('x-should-retry')).toBe('false');
    const { error } = (await shown.json()) as { error: { message: string } };
    expect(error.message).toContain(words);
    expect(error.message).toContain('"main"');
  });

  it('is not made of a conversation that is too long, which OpenClaw shortens itself', async () => {
    const gateway = await gatewayWith();
    const content = 'word '.repeat(400_000);
    const body = { model: 'main', messages: [{ role: 'user', content }] };
    expect((await gateway.chat(body, host)).status).toBe(400);
  });
});

describe.skipIf(!hasHost)("OpenClaw's own wording of an error", () => {
  it('shows ours and does not ask again', async () => {
    const texts = refusals.map((refusal) => `${chatStatus} ${chatMessage(refusal)}`);
    const args = ['--input-type=module', '-e', askHost, join(hostPackage, 'dist')];
    const asked = promisify(execFile)(hostNode, args, { timeout: 110_000 });
    asked.child.stdin?.end(JSON.stringify(texts));
    const shown: unknown = JSON.parse((await asked).stdout);
    expect(shown).toEqual(
      refusals.map((refusal) => [`⚠️ ${chatMessage(refusal)}`, 'rate_limit', true]),
    );
  });
});

/** On the Node of the host: what it makes of errors. Its files have hashes in their names. */
const askHost = `
  import { readdirSync, readFileSync } from 'node:fs';
  import { join } from 'node:path';
  const dist = process.argv[1];
  async function find(name, prefix) {
    for (const file of readdirSync(dist)) {
      if (!file.startsWith(prefix) || !file.endsWith('.mjs')) continue;
      if (!readFileSync(join(dist, file), 'utf8').includes('function ' + name + '(')) continue;
      return Object.values(await import(join(dist, file))).find((value) => value.name === name);
    }
  }
  const format = await find('formatUserFacingAssistantErrorText', 'embedded-agent-helpers-');
  const classify = await find('classifyFailoverReasonCore', 'classify-core-');
  const isLong = await find('hasLongWindowRateLimitEvidence', 'retry-evidence-');
  const texts = JSON.parse(readFileSync(0, 'utf8'));
  const results = texts.map((errorMessage) => {
    const failed = { role: 'assistant', stopReason: 'error', errorMessage, content: [] };
    const shown = format(failed, { provider: 'openrouter-gateway', model: 'main' });
    return [shown, classify(errorMessage), isLong(errorMessage)];
  });
  process.stdout.write(JSON.stringify(results), () => process.exit(0));
`;
