import { once } from 'node:events';
import { cpSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { hostCredentials } from '../../src/host/credentials.ts';
import { type HostHome, hasHost, hostHome } from '../helpers/host.ts';
import {
  keyCases,
  keyNamed,
  nameOfKey,
  sharedDatabase,
  writeKeys,
  writeProfiles,
} from '../helpers/host-keys.ts';
import { testSandbox } from '../helpers/sandbox.ts';
import { createWorld } from '../helpers/world.ts';

const tried = keyCases.filter(({ isTriedInHost }) => isTriedInHost);

// `hostCredentials` promises what the real OpenClaw does; each turn takes it many seconds.
describe.skipIf(!hasHost)('the key of a real turn', { timeout: 600_000 }, () => {
  let onboarded: HostHome;
  let upstream: Awaited<ReturnType<typeof startUpstream>>;

  beforeAll(async () => {
    upstream = await startUpstream();
    onboarded = hostHome();
    const paste = ['models', 'auth', 'paste-api-key', '--provider', 'openrouter'];
    const pasted = await onboarded.openclawWith(`${keyNamed('pasted')}\n`, ...paste);
    expect(pasted).toMatchObject({ exitCode: 0 });
  }, 600_000);

  afterAll(() => {
    upstream.close();
    onboarded.remove();
  });

  /** The keys with which OpenClaw asks for an answer. */
  async function turn(host: HostHome, name: string, config: object = {}, provider: object = {}) {
    host.writeConfig(
      JSON.stringify({
        ...config,
        // Nothing but what a turn needs, which takes seconds less: no other plugin (one of them takes a key of OpenRouter
        // in the environment for its own, and is installed from the registry then), no memory and few tools.
        plugins: { allow: ['openrouter'], slots: { memory: 'none' } },
        tools: { profile: 'minimal' },
        agents: {
          defaults: { skipBootstrap: true, model: { primary: 'openrouter/openai/gpt-4o' } },
        },
        models: {
          providers: {
            openrouter: { ...provider, baseUrl: upstream.urlFor(name), models: [] },
          },
        },
      }),
    );
    const args = ['--agent', 'main', '--message', 'say hi', '--thinking', 'off', '--json'];
    // On a busy machine OpenClaw gives a turn up before it has sent anything.
    for (let tries = 0; tries < 3 && upstream.keysOf(name).length === 0; tries += 1) {
      await host.openclaw('agent', '--local', ...args);
    }
    return upstream.keysOf(name);
  }

  it('is found in the database of OpenClaw', async () => {
    const { deps } = createWorld();
    const place = { ...deps.place, home: onboarded.home };
    const [used] = await hostCredentials({ ...deps, place }, {}, 'main');
    expect(nameOfKey(used?.key ?? '')).toBe('pasted');
  });

  it('is the new one after key rotate', { timeout: 600_000 }, async () => {
    const sandbox = await testSandbox({ key: keyNamed('pasted') });
    const host = hostHome();
    onTestFinished(() => host.remove());
    cpSync(join(onboarded.home, '.openclaw'), join(host.home, '.openclaw'), { recursive: true });
    const management = { OPENROUTER_MANAGEMENT_KEY: sandbox.managementKey };
    const env = { OPENROUTER_BASE_URL: sandbox.url, ...management };
    const rotated = await host.binWith(env, 'key', 'rotate', '--yes', '--no-restart', '--json');
    expect(JSON.parse(rotated.stdout)).toMatchObject({ ok: true, oldKey: 'disabled' });
    const { deps } = createWorld();
    const place = { ...deps.place, home: host.home };
    const [used] = await hostCredentials({ ...deps, place }, {}, 'main');
    const name = nameOfKey(used?.key ?? '');
    expect(name).not.toBe('pasted');
    expect(await turn(host, 'rotated')).toEqual([name]);
  });

  it.each(tried)('is $used: $name', async (one) => {
    const host = hostHome();
    onTestFinished(() => host.remove());
    cpSync(join(onboarded.home, '.openclaw'), join(host.home, '.openclaw'), { recursive: true });
    writeProfiles(sharedDatabase(host.home), {});
    const { config, provider } = writeKeys(host.home, one);
    expect(await turn(host, one.name, config, provider)).toEqual([one.used]);
  });
});

/** Stands for OpenRouter, and remembers whose keys it was sent. */
async function startUpstream() {
  const seen: { path: string; key: string | null }[] = [];
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const path = decodeURIComponent(request.url ?? '');
      seen.push({ path, key: nameOfKey(request.headers.authorization ?? '') });
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end(answer);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    urlFor: (name: string) => `http://127.0.0.1:${port}/${encodeURIComponent(name)}/v1`,
    keysOf: (name: string) => [
      ...new Set(
        seen.filter(({ path }) => path.startsWith(`/${name}/v1/chat/`)).map(({ key }) => key),
      ),
    ],
    close: () => void server.close(),
  };
}

const chunk = (delta: object, finish: string | null) =>
  `data: ${JSON.stringify({ id: 'a', model: 'openai/gpt-4o', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
const answer = `${chunk({ role: 'assistant', content: 'hi' }, null)}${chunk({}, 'stop')}data: [DONE]\n\n`;
