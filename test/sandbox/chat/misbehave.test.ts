import { expect, test } from 'vitest';
import { faultNames, parseFaults } from '../../../src/sandbox/faults.ts';
import type { Sandbox } from '../../../src/sandbox/server.ts';
import { ask, eventsOf, get, handClock, hello, start } from '../start.ts';

function broken(faults: string): Promise<Sandbox> {
  return start({ faults: parseFaults(faults) });
}

test.each([
  ['400', 400, 'invalid_request'],
  ['401', 401, 'authentication'],
  ['402', 402, 'payment_required'],
  ['403', 403, 'content_policy_violation'],
  ['404', 404, 'not_found'],
  ['408', 408, 'timeout'],
  ['429', 429, 'rate_limit_exceeded'],
  ['500', 500, 'server'],
  ['502', 502, 'provider_unavailable'],
  ['503', 503, 'provider_unavailable'],
  ['504', 504, 'timeout'],
  ['524', 524, 'timeout'],
  ['529', 529, 'provider_overloaded'],
  ['key-limit', 403, 'permission_denied'],
  ['key-limit-402', 402, 'payment_required'],
  ['no-endpoints', 404, 'not_found'],
])(
  'the fault %s is status %i with the type %s, plain and as a stream',
  async (fault, status, type) => {
    const sandbox = await broken(`*:${fault}`);
    const error = { code: status, metadata: { error_type: type } };
    expect(await ask(sandbox)).toMatchObject({ status, json: { error } });
    expect(await ask(sandbox, { stream: true })).toMatchObject({ status, json: { error } });
  },
);

test('a rate limit says how long to wait, in the header and in the body', async () => {
  const got = await ask(await broken('*:429/60'));
  expect(got.headers.get('retry-after')).toBe('60');
  expect(got.json).toMatchObject({
    error: { availability: { code: 'capacity_exhausted', retryable: true, retry_after: 60 } },
  });
  expect((await ask(await broken('*:429'))).headers.get('retry-after')).toBeNull();
});

test('a reset ends the connection before any answer', async () => {
  const sandbox = await broken('*:reset*1');
  await expect(ask(sandbox)).rejects.toThrow();
  expect((await ask(sandbox)).status).toBe(200);
});

test('slow answers that many milliseconds later', async () => {
  const clock = handClock();
  const sandbox = await start({ clock, latencyMs: 20, faults: parseFaults('*:slow/1500*1') });
  expect((await ask(sandbox)).status).toBe(200);
  await ask(sandbox);
  expect(clock.slept).toEqual([1520, 20]);
});

test('empty is a success without content', async () => {
  const sandbox = await broken('*:empty');
  expect(await ask(sandbox)).toMatchObject({
    status: 200,
    json: { choices: [{ message: { content: '' } }], usage: { completion_tokens: 0, cost: 0 } },
  });
  const streamed = await ask(sandbox, { stream: true });
  expect(streamed.text).toContain('[DONE]');
  expect(JSON.stringify(eventsOf(streamed.text))).not.toMatch(/"content":"[^"]/);
});

test('garbage is a web page under status 200', async () => {
  const got = await ask(await broken('*:garbage'));
  expect([got.status, got.headers.get('content-type')]).toEqual([200, 'text/html']);
  expect(() => JSON.parse(got.text)).toThrow();
});

test('error200 is an error under status 200', async () => {
  expect(await ask(await broken('*:error200'))).toMatchObject({
    status: 200,
    json: { error: { code: 502 } },
  });
});

test('midstream sends a few tokens, then the error as the last chunk, and no [DONE]', async () => {
  const got = await ask(await broken('*:midstream'), { stream: true });
  const events = eventsOf(got.text);
  expect(events[0]).toMatchObject({
    choices: [{ delta: { content: expect.stringMatching(/./) } }],
  });
  expect(events.at(-1)).toMatchObject({
    error: { code: 502 },
    choices: [{ finish_reason: 'error' }],
  });
  expect(got.text).not.toContain('[DONE]');
});

test('midstream in a plain answer is a choice that ended with an error', async () => {
  expect(await ask(await broken('*:midstream'))).toMatchObject({
    status: 200,
    json: { choices: [{ finish_reason: 'error', error: { code: 502 } }] },
  });
});

test.each([false, true])('cut closes the connection in the middle (stream: %s)', async (stream) => {
  const sandbox = await broken('*:cut');
  const response = await fetch(`${sandbox.url}/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${sandbox.key}` },
    body: JSON.stringify({ model: 'openai/gpt-4o', messages: hello, stream }),
  });
  expect(response.status).toBe(200);
  await expect(response.text()).rejects.toThrow();
});

test('a fault applies to its own model, as often as it says, and then the next one for it', async () => {
  const sandbox = await broken('openai/gpt-4o:503*2, openai/gpt-4o:404*1');
  const statuses = [];
  for (let index = 0; index < 4; index += 1) statuses.push((await ask(sandbox)).status);
  expect(statuses).toEqual([503, 503, 404, 200]);
  sandbox.setFaults(parseFaults('openai/gpt-4o:500'));
  expect((await ask(sandbox)).status).toBe(500);
  expect((await ask(sandbox, { model: 'google/gemini-2.5-pro' })).status).toBe(200);
});

test('no fault costs anything', async () => {
  const quiet = Object.keys(faultNames).filter(
    (name) => !['timeout', 'reset', 'slow', 'cut', 'unfinished'].includes(name),
  );
  const sandbox = await start();
  for (const name of quiet) {
    sandbox.setFaults(parseFaults(`*:${name}`));
    await ask(sandbox);
  }
  expect((await get(sandbox, '/key')).json).toMatchObject({ data: { usage: 8 } });
});
