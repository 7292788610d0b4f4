import { Agent, request } from 'node:http';
import { expect, test } from 'vitest';
import { UserError } from '../../src/platform/errors.ts';
import { parseFaults } from '../../src/sandbox/faults.ts';
import { startSandbox } from '../../src/sandbox/server.ts';
import { ask, get, handClock, hello, post, start } from './start.ts';

test('the same requests in the same order get the same bytes', async () => {
  const run = async (seed: string): Promise<unknown[]> => {
    const sandbox = await start({ seed });
    const replies = [
      await ask(sandbox),
      await ask(sandbox, { stream: true }),
      await get(sandbox, '/key'),
      await get(sandbox, '/activity', sandbox.managementKey),
    ];
    return replies.map(({ text, headers }) => [text, headers.get('date')]);
  };
  expect(await run('one')).toEqual(await run('one'));
  expect(await run('one')).not.toEqual(await run('two'));
});

test('dates come from the injected clock', async () => {
  const sandbox = await start({ clock: handClock('2030-05-06T07:08:09Z') });
  const { headers } = await get(sandbox, '/providers');
  expect(headers.get('date')).toBe('Mon, 06 May 2030 07:08:09 GMT');
});

test('a 401 says that the header is missing without a key, and that the key is unknown with a wrong one', async () => {
  const sandbox = await start();
  const wrong = `sk-or-v1-${'ab'.repeat(32)}`;
  expect(await get(sandbox, '/key', null)).toMatchObject({
    status: 401,
    json: { error: { message: 'Missing Authentication header' } },
  });
  expect(await ask(sandbox, {}, wrong)).toMatchObject({
    status: 401,
    json: { error: { code: 401, message: 'User not found.' } },
  });
});

test('models, endpoints and providers need no key', async () => {
  const sandbox = await start();
  for (const path of ['/models', '/models/openai/gpt-4o/endpoints', '/providers']) {
    expect((await get(sandbox, path, null)).status).toBe(200);
  }
});

test('an unknown path is a 404, and a wrong method a 405 with the right one', async () => {
  const sandbox = await start();
  expect((await get(sandbox, '/nowhere')).status).toBe(404);
  const wrong = await get(sandbox, '/chat/completions');
  expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST']);
  expect((await post(sandbox, '/models', {})).status).toBe(405);
});

test.each(['', '{', '[]', '"text"', 'null'])('the body %j is 400', async (body) => {
  const got = await post(await start(), '/chat/completions', body);
  expect(got).toMatchObject({ status: 400, json: { error: { code: 400 } } });
});

test('a body above the limit is a 413, and the next request is served', async () => {
  const sandbox = await start();
  const huge = 'x'.repeat(9 * 1024 * 1024);
  expect((await ask(sandbox, { messages: [{ role: 'user', content: huge }] })).status).toBe(413);
  expect((await ask(sandbox)).status).toBe(200);
});

test('every request is recorded, in order, with its model and status', async () => {
  const sandbox = await start({ faults: parseFaults('openai/gpt-4o:503*1') });
  await ask(sandbox);
  await ask(sandbox);
  await get(sandbox, '/key?x=1', null);
  expect(
    sandbox.requests.map(({ method, path, model, status }) => [method, path, model, status]),
  ).toEqual([
    ['POST', '/api/v1/chat/completions', 'openai/gpt-4o', 503],
    ['POST', '/api/v1/chat/completions', 'openai/gpt-4o', 200],
    ['GET', '/api/v1/key', null, 401],
  ]);
});

test('close ends requests that hang, and may be called twice', async () => {
  const sandbox = await start({ faults: parseFaults('*:timeout') });
  const asked = ask(sandbox).catch(() => 'ended');
  await until(() => sandbox.requests[0]?.model === 'openai/gpt-4o');
  await sandbox.close();
  await sandbox.close();
  expect(await asked).toBe('ended');
  expect(sandbox.requests[0]?.status).toBeNull();
});

test('a client that leaves in the middle of a stream does no harm', async () => {
  const sandbox = await start();
  const content = 'word '.repeat(40);
  for (let index = 0; index < 20; index += 1) {
    const leaving = new AbortController();
    const response = await fetch(`${sandbox.url}/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${sandbox.key}` },
      body: JSON.stringify({
        model: 'openai/gpt-4o',
        messages: [{ role: 'user', content }],
        stream: true,
      }),
      signal: leaving.signal,
    });
    leaving.abort();
    await response.text().catch(() => '');
  }
  expect((await ask(sandbox)).status).toBe(200);
});

test('close does not wait for connections that are kept alive', async () => {
  const sandbox = await start();
  const agent = new Agent({ keepAlive: true });
  await new Promise<void>((resolve) => {
    request(`${sandbox.url}/models`, { agent }, (response) => {
      response.resume().on('end', () => resolve());
    }).end();
  });
  await sandbox.close();
  agent.destroy();
  await expect(fetch(`${sandbox.url}/models`)).rejects.toThrow();
});

test('a port in use is a UserError that names it', async () => {
  const { port } = await start();
  const second = startSandbox({ clock: handClock(), port });
  await expect(second).rejects.toThrow(UserError);
  await expect(second).rejects.toThrow(`:${port}`);
});

test('keys are as long as real ones, and two sandboxes of one seed have the same', async () => {
  const [one, other] = [await start(), await start()];
  expect(one.key).toMatch(/^sk-or-v1-[0-9a-f]{64}$/);
  expect(one.key).toBe(other.key);
  expect(one.key).not.toBe(one.managementKey);
});

test('a configured key is the only one that is accepted', async () => {
  const key = `sk-or-v1-${'cd'.repeat(32)}`;
  const sandbox = await start({ key });
  expect([sandbox.key, (await get(sandbox, '/key', key)).status]).toEqual([key, 200]);
});

test('with anyKey any key is accepted, and a missing one is still rejected', async () => {
  const sandbox = await start({ anyKey: true });
  const stranger = `sk-or-v1-${'ef'.repeat(32)}`;
  await ask(sandbox, {}, stranger);
  const [theirs, own] = [await get(sandbox, '/key', stranger), await get(sandbox, '/key')];
  expect(theirs.text).toBe(own.text);
  expect((await get(sandbox, '/credits', stranger)).status).toBe(403);
  expect((await get(sandbox, '/key', null)).status).toBe(401);
});

test('requests at the same time are all answered', async () => {
  const sandbox = await start();
  const all = await Promise.all(
    Array.from({ length: 40 }, () => ask(sandbox, { messages: hello })),
  );
  expect(all.every((got) => got.status === 200)).toBe(true);
  expect(new Set(all.map((got) => got.headers.get('x-generation-id'))).size).toBe(40);
});

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}

test.each([
  ['a name that is not of this machine, as after DNS rebinding', { host: 'evil.example' }, 403],
  ['the name of a relay', { host: 'relay.test:443' }, 200],
  ['a name of this machine', { host: 'localhost' }, 200],
  ['a web page', { host: 'localhost', origin: 'https://evil.example' }, 403],
])('a request under %s is answered or refused', async (_, named, status) => {
  const { port, key } = await start({ allowedHosts: ['relay.test'] });
  const headers = { ...named, authorization: `Bearer ${key}` };
  const got = await new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path: '/api/v1/key', headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
  expect(got).toBe(status);
});
