import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HttpError } from '../../src/gateway/http-response.ts';
import { createLimiter, defaultLimits, type Limits } from '../../src/gateway/limits.ts';
import { json, serve } from '../openrouter/serve.ts';
import { answered, asStream, chunk, end } from './answers.ts';
import { requestsOf, testGateway } from './start.ts';

const models = { main: { defaultModel: 'a/b' } };
const small: Limits = {
  requests: 3,
  bodyBytes: 200_000,
  bodiesBytes: 300_000,
  smallBodyBytes: 1_000,
  answerBytes: 100_000,
  smallAnswerBytes: 1_000,
  largeAnswers: 1,
};

describe('the limit of all bodies', () => {
  it('is never exceeded, and is free again afterwards', () => {
    const steps = fc.array(fc.tuple(fc.nat(2), fc.nat(150_000), fc.boolean()), { maxLength: 60 });
    fc.assert(
      fc.property(steps, (list) => {
        const limiter = createLimiter(small);
        const slots = [limiter.admit(), limiter.admit(), limiter.admit()];
        const held = [0, 0, 0];
        for (const [index, bytes, leaves] of list) {
          if (leaves) {
            slots[index]?.release();
            slots[index] = limiter.admit();
            held[index] = 0;
          } else if (attempt(() => slots[index]?.addBody(bytes))) {
            held[index] = (held[index] ?? 0) + bytes;
          }
          const counted = held.filter((bytes) => bytes > small.smallBodyBytes);
          expect(counted.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThanOrEqual(
            small.bodiesBytes,
          );
        }
        for (const slot of slots) slot.release();
        const [first, second] = [limiter.admit(), limiter.admit()];
        first.addBody(150_000);
        second.addBody(150_000);
      }),
    );
  });

  it('refuses a body that does not fit beside the others, and takes it later', async () => {
    const answers: (() => void)[] = [];
    const { baseUrl, seen } = await serve(
      (response) => void answers.push(() => json(response, 200, answered('ok'))),
    );
    const gateway = await testGateway({ models, baseUrl, list: [], options: { limits: small } });
    const ask = () => gateway.chat({ model: 'main', padding: 'x'.repeat(140_000) });
    const first = [ask(), ask()];
    while (seen.length < 2) await new Promise((resolve) => setTimeout(resolve, 10));
    const refused = await ask();
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '2']);
    expect(await errorOf(refused)).toMatchObject({
      type: 'overloaded',
      message: expect.stringContaining('The bodies of the requests in progress fill'),
    });
    for (const answer of answers) answer();
    for (const response of await Promise.all(first)) expect(response.status).toBe(200);
    const afterwards = ask();
    while (seen.length < 3) await new Promise((resolve) => setTimeout(resolve, 10));
    answers.at(-1)?.();
    expect((await afterwards).status).toBe(200);
  });

  it('comes with a limit of requests, above which they are refused', async () => {
    const { baseUrl, seen } = await serve(() => undefined);
    const gateway = await testGateway({ models, baseUrl, list: [], options: { limits: small } });
    const waiting = [1, 2, 3].map(() => gateway.chat({ model: 'main' }).catch(() => null));
    while (seen.length < 3) await new Promise((resolve) => setTimeout(resolve, 10));
    const refused = await gateway.chat({ model: 'main' });
    expect([refused.status, (await errorOf(refused)).message]).toEqual([
      503,
      '3 requests are in progress, which is the most the gateway handles: try again in a moment',
    ]);
    await gateway.close(0);
    await Promise.all(waiting);
  });
});

describe('a body', () => {
  it('that is compressed is refused', async () => {
    const { baseUrl } = await serve((response) => json(response, 200, answered('ok')));
    const gateway = await testGateway({ models, baseUrl, list: [] });
    const response = await gateway.chat({}, { headers: { 'content-encoding': 'gzip' } });
    expect([response.status, (await errorOf(response)).message]).toEqual([
      415,
      'The body is encoded as "gzip": send it as plain JSON',
    ]);
  });

  it.each([
    ['refused for more values than any request has', `[${'[],'.repeat(500_001)}0]`, 400],
    ['taken with as many commas in a text', JSON.stringify('[],"\\'.repeat(200_000)), 200],
  ])('is %s', async (_, padding, status) => {
    const { baseUrl } = await serve((response) => json(response, 200, answered('ok')));
    const gateway = await testGateway({ models, baseUrl, list: [] });
    const body = `{"model":"main","messages":[],"padding":${padding}}`;
    expect((await gateway.chat({}, { body })).status).toBe(status);
  });
});

describe('an answer', () => {
  it('above the size limit is dropped', async () => {
    const { baseUrl } = await serve((response) =>
      json(response, 200, answered('x'.repeat(100_000))),
    );
    const gateway = await testGateway({ models, baseUrl, list: [], options: { limits: small } });
    const response = await gateway.chat({ model: 'main' });
    expect(response.status).toBe(502);
    expect((await errorOf(response)).type).toBe('garbled');
    expect(requestsOf(gateway)[0]?.message).toMatch(/^The answer is larger than /);
  });

  it.each([
    ['refusal', 400, { error: { code: 400, message: 'x'.repeat(2_000) } }],
    ['refusal under 200', 200, { error: { code: 400, message: 'x'.repeat(2_000) } }],
  ])('that is a %s of megabytes keeps its status, not its message', async (_, status, body) => {
    const { baseUrl } = await serve((response) => json(response, status, body));
    const gateway = await testGateway({ models, baseUrl, list: [], options: { limits: small } });
    const response = await gateway.chat({ model: 'main' });
    const text = await response.text();
    expect([response.status, text.length < 1_500]).toEqual([400, true]);
    expect(requestsOf(gateway)[0]).toMatchObject({ outcome: 'bad_request' });
  });

  it('that is large waits while another one is read', async () => {
    const { baseUrl } = await serve((response) =>
      json(response, 200, answered('x'.repeat(90_000))),
    );
    const gateway = await testGateway({ models, baseUrl, list: [], options: { limits: small } });
    const asked = [1, 2, 3].map(() => gateway.chat({ model: 'main' }));
    const texts = await Promise.all(asked.map(async (response) => (await response).text()));
    expect(texts.map((text) => text.length > 90_000)).toEqual([true, true, true]);
  });

  it('that waits for another one is dropped with its request', async () => {
    const limiter = createLimiter(small);
    const [first, second, third] = [limiter.admit(), limiter.admit(), limiter.admit()];
    await first.waitForLargeAnswer();
    void second.waitForLargeAnswer();
    const last = third.waitForLargeAnswer();
    second.release();
    first.release();
    await last;
  });

  it('that is a stream of comments alone is passed on, not held back', async () => {
    const comments = ': OPENROUTER PROCESSING\n\n'.repeat(40_000);
    const { baseUrl } = await serve(async (response) => {
      asStream(response);
      for (let i = 0; i < 6; i += 1) response.write(comments);
      setTimeout(() => response.end(`${chunk('late')}${end}`), 300);
    });
    const gateway = await testGateway({ models, baseUrl, list: [] });
    const response = await gateway.chat({ model: 'main', stream: true });
    const reader = response.body?.getReader();
    expect((await reader?.read())?.value?.length).toBeGreaterThan(0);
    expect(requestsOf(gateway)).toEqual([]);
    while ((await reader?.read())?.done === false);
  });
});

it('pictures of several requests fit into the default limits', () => {
  expect(defaultLimits.bodyBytes).toBeGreaterThan(28 * 1024 * 1024);
  expect(defaultLimits.bodiesBytes).toBeGreaterThanOrEqual(4 * defaultLimits.bodyBytes);
});

async function errorOf(response: Response): Promise<{ type: string; message: string }> {
  return JSON.parse(await response.text()).error;
}

function attempt(body: () => void): boolean {
  try {
    body();
    return true;
  } catch (error) {
    if (error instanceof HttpError) return false;
    throw error;
  }
}
