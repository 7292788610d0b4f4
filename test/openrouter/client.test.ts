import { inspect } from 'node:util';
import * as v from 'valibot';
import { describe, expect, it, onTestFinished } from 'vitest';
import { baseUrlFrom } from '../../src/openrouter/base-url.ts';
import { type Client, createClient } from '../../src/openrouter/client.ts';
import { WireError, type WireFailure } from '../../src/openrouter/wire-error.ts';
import { CancelError, UserError } from '../../src/platform/errors.ts';
import { clientFor, clientOf, closedPort, json, madeUpKey, realClock } from './serve.ts';

const anything = v.object({ data: v.number() });
const ask = (client: Client) => client.request({ path: '/thing' }, anything);

async function failureOf(promise: Promise<unknown>): Promise<WireFailure> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof WireError)) throw new Error(`No WireError but ${inspect(error)}`);
  return error.failure;
}

describe('baseUrlFrom', () => {
  it.each([
    [{}, 'https://openrouter.ai/api/v1'],
    [{ OPENROUTER_BASE_URL: '' }, 'https://openrouter.ai/api/v1'],
    [{ OPENROUTER_BASE_URL: ' http://127.0.0.1:9/api/v1// ' }, 'http://127.0.0.1:9/api/v1'],
  ])('of %j is %s', (env, url) => {
    expect(baseUrlFrom(env)).toBe(url);
  });
});

describe('createClient', () => {
  const create = (baseUrl: string, apiKey: string | null) => () =>
    createClient({
      baseUrl,
      apiKey,
      clock: realClock,
      timeoutMs: 1_000,
      fetch: async () => {
        throw new Error('Nothing may be sent');
      },
    });

  it.each([
    'https://openrouter.ai/api/v1',
    'http://localhost:1/v1',
    'http://127.0.0.1:1',
    'http://127.8.9.1/',
    'http://2130706433/',
    'http://[::1]:8080/x',
  ])('sends the key to %s', (url) => {
    expect(create(url, madeUpKey)).not.toThrow();
  });

  it.each([
    'http://openrouter.ai/api/v1',
    'http://192.168.0.1/',
    'http://localhost.example.com/',
    'http://127.0.0.1.example.com/',
    'http://0.0.0.0/',
    'http://[::2]/',
  ])('sends nothing to %s, with a key or without', (url) => {
    const refused = expect.objectContaining({
      type: 'usage',
      message: expect.stringMatching(/^Refusing to connect to http:\/\//),
    });
    expect(create(url, madeUpKey)).toThrow(refused);
    expect(create(url, null)).toThrow(refused);
  });

  it.each([
    '',
    'openrouter.ai',
    'ftp://x/',
    'https://me:secret@x/',
    'https://me:secret@x:99999/',
    'https://me:pass/secret@x/',
    'https://me:4711/secret@x/',
    'https//me:secret@x/',
    'me:secret@x/',
    'https://x/?token=secret',
    'https://x/#secret',
  ])('refuses the base URL %j, without quoting it', (url) => {
    expect(create(url, null)).toThrow(UserError);
    expect(create(url, null)).not.toThrow(/secret/);
  });

  it.each(['', 'sk-or v1', `${madeUpKey}\n`, 'sk-or-ключ'])(
    'refuses a key that cannot be one, without quoting it: %j',
    (key) => {
      expect(create('https://x/', key)).toThrow(expect.objectContaining({ type: 'key' }));
      if (key !== '') expect(create('https://x/', key)).not.toThrow(key);
    },
  );

  it('does not hide a word in the place of the key', () => {
    const { reader } = create('https://x/', 'openrouter')();
    expect(reader.redactor.redact('https://openrouter.ai')).toBe('https://openrouter.ai');
  });

  it('does not show the key when printed', () => {
    const client = create('https://x/', madeUpKey)();
    expect(inspect(client, { depth: 5 }) + JSON.stringify(client)).not.toContain('ab12ab12');
  });
});

describe('a request', () => {
  it('goes to the path below the base, with key, query and headers', async () => {
    const { client, seen } = await clientFor((response) => json(response, 200, { data: 1 }), {
      headers: { 'X-Title': '小助手', Authorization: 'Bearer other', Host: 'elsewhere' },
    });
    const query = { 'a b': 'c&d' };
    expect(await client.request({ path: '/thing', query }, anything)).toEqual({ data: 1 });
    expect(seen[0]).toMatchObject({ method: 'GET', path: '/api/v1/thing?a+b=c%26d' });
    expect(seen[0]?.headers.authorization).toBe(`Bearer ${madeUpKey}`);
    expect(seen[0]?.headers.host).toMatch(/^127\.0\.0\.1:/);
    expect(Buffer.from(String(seen[0]?.headers['x-title']), 'latin1').toString()).toBe('小助手');
  });

  it('has no Authorization without a key', async () => {
    const { client, seen } = await clientFor((response) => json(response, 200, { data: 1 }), {
      apiKey: null,
    });
    await ask(client);
    expect(seen[0]?.headers).not.toHaveProperty('authorization');
  });

  it('names a header that HTTP does not allow', async () => {
    const { client, seen } = await clientFor(() => undefined, { headers: { 'X-Title': 'a\nb' } });
    expect(await failureOf(ask(client))).toMatchObject({
      kind: 'http',
      status: null,
      code: 'invalid_header',
      message: 'The header "X-Title" contains characters that HTTP does not allow',
    });
    expect(seen).toEqual([]);
  });

  it('is cancelled by the signal, before and while it runs', async () => {
    const abort = new AbortController();
    const { client } = await clientFor(() => abort.abort(), { signal: abort.signal });
    await expect(ask(client)).rejects.toThrow(CancelError);
    await expect(ask(client)).rejects.toThrow(CancelError);
  });

  it('is cancelled in the middle of the body', async () => {
    const abort = new AbortController();
    const { client } = await clientFor((response) => {
      response.write('{"data":');
      setTimeout(() => abort.abort(), 20);
    });
    await expect(
      client.request({ path: '/thing', signal: abort.signal }, anything),
    ).rejects.toThrow(CancelError);
  });
});

describe('an answer', () => {
  it.each([
    ['an error body', 404, '{"error":{"code":404,"message":"Gone"}}', 'http', 404, 'Gone'],
    ['an error under 200', 200, '{"error":{"code":402,"message":"Pay"}}', 'http', 402, 'Pay'],
    ['a web page', 200, '<!DOCTYPE html><html>', 'garbled', 200, 'a web page'],
    ['a web page with 404', 404, '<html></html>', 'garbled', 404, 'a web page'],
    ['a web page with 502', 502, '<html>Bad gateway</html>', 'http', 502, 'HTTP 502 from 127'],
    ['words with 429', 429, 'slow down', 'http', 429, 'slow down'],
    ['nothing', 200, '', 'garbled', 200, 'an empty body'],
    ['half of it', 200, '{"data":', 'garbled', 200, 'text in place of JSON'],
    ['nested too deep', 200, '['.repeat(9_000), 'garbled', 200, 'JSON that is nested deeper than'],
    ['a refusal nested too deep', 400, '['.repeat(9_000), 'http', 400, 'HTTP 400 from 127'],
    ['another shape', 200, '{"data":"x"}', 'garbled', null, 'at data'],
  ])('that is %s', async (_, status, body, kind, failureStatus, words) => {
    const { client } = await clientFor((response) => {
      response.writeHead(status).end(body);
    });
    const failure = await failureOf(ask(client));
    expect(failure).toMatchObject({ kind, status: failureStatus });
    expect(failure.message).toContain(words);
  });

  it('that echoes the key is shown without it', async () => {
    const { client } = await clientFor((response, { headers }) =>
      json(response, 401, { error: { code: 401, message: `Bad ${headers.authorization}` } }),
    );
    expect((await failureOf(ask(client))).message).toBe('Bad Bearer sk-or-v1-ab12…');
  });

  it('includes how long to wait', async () => {
    const { client } = await clientFor((response) =>
      json(response, 429, { error: { code: 429, message: 'x' } }, { 'retry-after': '3' }),
    );
    expect((await failureOf(ask(client))).retryAfterMs).toBe(3_000);
  });

  it('that is cut off at any byte is garbled', async () => {
    const whole = '{"data":12345}';
    for (let length = 0; length < whole.length; length += 1) {
      const { client } = await clientFor((response) => {
        response.writeHead(200, { 'content-length': whole.length });
        response.write(whole.slice(0, length), () => response.destroy());
      });
      const { kind } = await failureOf(ask(client));
      expect([length, kind]).toEqual([length, length === 0 ? expect.any(String) : 'garbled']);
    }
  });

  it('that is an error cut off at any byte keeps its status and its wait', async () => {
    const whole = '{"error":{"code":429,"message":"Slow down"}}';
    for (let length = 0; length < whole.length; length += 1) {
      const { client } = await clientFor((response) => {
        response.writeHead(429, { 'content-length': whole.length, 'retry-after': '3' });
        response.flushHeaders();
        response.write(whole.slice(0, length), () => setTimeout(() => response.destroy(), 20));
      });
      const failure = await failureOf(ask(client));
      expect([length, failure]).toMatchObject([
        length,
        { kind: 'http', status: 429, retryAfterMs: 3_000 },
      ]);
    }
  });

  it('that is an error and hangs keeps its status', async () => {
    const { client } = await clientFor(
      (response) => void response.writeHead(401).write('{"error":{"code":'),
      { timeoutMs: 4_000 },
    );
    expect(await failureOf(ask(client))).toMatchObject({ kind: 'http', status: 401 });
  });

  it('that never ends is abandoned', async () => {
    let pulled = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled += 1;
        controller.enqueue(new Uint8Array(1024 * 1024));
      },
    });
    const client = clientOf('https://api.example/v1', { fetch: async () => new Response(endless) });
    const failure = await failureOf(ask(client));
    expect(failure).toMatchObject({
      kind: 'garbled',
      message: 'api.example sent more than 64 MiB',
    });
    expect(pulled).toBeLessThan(70);
  });

  it('that redirects is not followed with the key', async () => {
    const { client, seen } = await clientFor((response) => {
      response.writeHead(307, { location: 'http://example.invalid/steal' }).end();
    });
    const failure = await failureOf(ask(client));
    expect(failure).toMatchObject({ kind: 'network', status: 307 });
    expect(failure.message).toContain('redirects to http://example.invalid,');
    expect(seen).toHaveLength(1);
  });
});

describe('the deadline', () => {
  const soon = { timeoutMs: 60 };

  it('ends a server that never answers', async () => {
    const { client } = await clientFor(() => undefined, soon);
    const failure = await failureOf(ask(client));
    expect(failure).toMatchObject({ kind: 'timeout', status: null });
    expect(failure.message).toMatch(/^127\.0\.0\.1:\d+ did not answer within 0\.06 s$/);
  });

  it('ends a server that trickles forever', async () => {
    const { client } = await clientFor((response) => {
      response.writeHead(200);
      const trickle = setInterval(() => response.write(' '), 5);
      response.on('close', () => clearInterval(trickle));
    }, soon);
    expect(await failureOf(ask(client))).toMatchObject({ kind: 'timeout' });
  });

  it('can be disabled', async () => {
    const { client } = await clientFor((response) => json(response, 200, { data: 1 }), {
      timeoutMs: Number.POSITIVE_INFINITY,
    });
    expect(await ask(client)).toEqual({ data: 1 });
  });
});

describe('many requests at a time', () => {
  it('under one signal cause no warning of a leak', async () => {
    const warnings: string[] = [];
    const warned = (warning: Error) => warnings.push(warning.name);
    process.on('warning', warned);
    onTestFinished(() => void process.off('warning', warned));
    const { signal } = new AbortController();
    const { client } = await clientFor((response) => json(response, 200, { data: 1 }), { signal });
    await Promise.all(Array.from({ length: 20 }, () => ask(client)));
    expect(warnings).toEqual([]);
  });
});

describe('the network', () => {
  it('that refuses a connection is reported with the host', async () => {
    const port = await closedPort();
    const failure = await failureOf(ask(clientOf(`http://127.0.0.1:${port}/api/v1`)));
    expect(failure).toMatchObject({
      kind: 'network',
      code: 'ECONNREFUSED',
      message: `Nothing listens at 127.0.0.1:${port}: the connection was refused`,
    });
  });

  it('that fetch does not allow is reported with the reason', async () => {
    const { message } = await failureOf(ask(clientOf('http://127.0.0.1:1/api/v1')));
    expect(message).toBe('No connection to 127.0.0.1:1 (bad port)');
  });

  it('that breaks before the answer is reported', async () => {
    const { client } = await clientFor((response) => void response.destroy());
    const failure = await failureOf(ask(client));
    expect(failure.kind).toBe('network');
    expect(failure.message).toMatch(/closed the connection before it answered$/);
  });

  it.each([
    ['ENOTFOUND', 'There is no host api.example: the name does not resolve'],
    ['EAI_AGAIN', 'The name api.example could not be looked up: DNS did not answer'],
    ['CERT_HAS_EXPIRED', 'The TLS certificate of api.example has expired'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'TLS certificate or handshake of api.example failed'],
    ['HPE_INVALID_CONSTANT', 'api.example does not speak HTTP'],
    ['EWHATEVER', 'No connection to api.example (EWHATEVER)'],
  ])('with %s is described in plain words', async (code, words) => {
    const cause = Object.assign(new Error('inner'), { code });
    const client = clientOf('https://api.example/v1', {
      fetch: async () => {
        throw new TypeError('fetch failed', { cause: new AggregateError([cause]) });
      },
    });
    const failure = await failureOf(ask(client));
    expect(failure).toMatchObject({ kind: 'network', code });
    expect(failure.message).toContain(words);
  });
});
