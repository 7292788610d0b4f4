import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { binPath, compileCache, runBin } from '../helpers/bin.ts';
import { relayHost, startProxy, type TestProxy } from '../helpers/proxy.ts';
import { testSandbox } from '../helpers/sandbox.ts';
import { temporaryFolder } from '../helpers/world.ts';

const setup = `{ models: { main: {
  provider: "openrouter", apiKey: "\${OPENROUTER_API_KEY}", defaultModel: "openai/gpt-4o" } } }`;

/** A sandbox that only a proxy leads to, a home with a setup file, and the environment that names the proxy. */
async function behindProxy(options: Parameters<typeof startProxy>[1] = {}) {
  const sandbox = await testSandbox({ allowedHosts: [relayHost] });
  const proxy = await startProxy(Number(new URL(sandbox.url).port), options);
  const home = temporaryFolder();
  const [certificate, config] = [join(home, 'relay.pem'), join(home, 'setup.json5')];
  writeFileSync(certificate, proxy.certificate);
  writeFileSync(config, setup);
  const env = {
    OPENROUTER_BASE_URL: `https://${relayHost}/api/v1`,
    OPENROUTER_API_KEY: sandbox.key,
    OPENCLAW_OPENROUTER_CONFIG: config,
    NODE_EXTRA_CA_CERTS: certificate,
    HTTPS_PROXY: proxy.url.replace('//', '//me:hunter2@'),
    // Has Node 24 and later proxy its own agents: ours must not be proxied twice, nor loopback once.
    NODE_USE_ENV_PROXY: '1',
  };
  return { proxy, home, env };
}

const everyVariable = ({ url }: TestProxy) =>
  Object.fromEntries(['http_proxy', 'HTTPS_PROXY', 'ALL_PROXY'].map((name) => [name, url]));

describe('behind a proxy', () => {
  it.each([
    [['models', '--json']],
    [['doctor', '--only', 'network', '--json']],
    [['test', '--json']],
    [['spend', '--json']],
  ])('%j goes through it, and never shows its password', async (args) => {
    const { proxy, home, env } = await behindProxy();
    const { exitCode, stdout, stderr } = await runBin(args, { home, env });
    expect([exitCode, stderr]).toEqual([0, expect.any(String)]);
    expect(new Set(proxy.requests)).toEqual(new Set([`CONNECT ${relayHost}:443`]));
    const told = `Basic ${Buffer.from('me:hunter2').toString('base64')}`;
    expect(proxy.headers[0]?.['proxy-authorization']).toBe(told);
    expect(stdout + stderr).not.toMatch(/hunter2|bWU6aHVudGVyMg/);
  });

  it('serve reaches OpenRouter through it', async () => {
    const { proxy, home, env } = await behindProxy();
    const child = spawn(process.execPath, [binPath, 'serve', '--port', '0', '--json'], {
      env: { PATH: process.env.PATH, HOME: home, NODE_COMPILE_CACHE: compileCache, ...env },
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    let printed = '';
    for await (const bytes of child.stdout) {
      printed += String(bytes);
      if (/"url": "[^"]+"/.test(printed)) break;
    }
    proxy.requests.length = 0;
    const url = /"url": "([^"]+)"/.exec(printed)?.[1];
    const answer = await fetch(`${url}/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({ model: 'main', messages: [{ role: 'user', content: 'ping' }] }),
    });
    expect([answer.status, await answer.json()]).toMatchObject([200, { model: 'openai/gpt-4o' }]);
    expect(proxy.requests).toEqual([`CONNECT ${relayHost}:443`]);
  });

  it('a refusal is reported with the proxy, without its password', async () => {
    const { home, env } = await behindProxy({ refuses: '407 Proxy Authentication Required' });
    const { exitCode, stdout } = await runBin(['models', '--json'], { home, env });
    expect(exitCode).toBe(2);
    expect(stdout).toContain('it asks for a user name and password');
    expect(stdout).not.toContain('hunter2');
  });

  it('what NO_PROXY lists is not asked through it', async () => {
    const { proxy, home, env } = await behindProxy();
    const options = { home, env: { ...env, NO_PROXY: relayHost } };
    expect((await runBin(['models', '--json'], options)).exitCode).toBe(2);
    expect(proxy.requests).toEqual([]);
  });
});

describe('loopback', () => {
  it.each([[['models', '--sandbox']], [['test', '--sandbox']], [['spend', '--sandbox']]])(
    '%j is reached directly beside configured proxies',
    async (args) => {
      const { proxy, home, env } = await behindProxy();
      const { HTTPS_PROXY: _, OPENROUTER_BASE_URL: __, ...others } = env;
      const all = { ...others, ...everyVariable(proxy) };
      const { exitCode, stderr } = await runBin([...args, '--json'], { home, env: all });
      expect([exitCode, stderr]).toEqual([0, expect.any(String)]);
      expect(proxy.requests).toEqual([]);
    },
  );

  it('is not asked through a proxy for a gateway, whose look-up carries no key anywhere', async () => {
    const { proxy, home, env } = await behindProxy();
    const all = { ...env, ...everyVariable(proxy), NO_PROXY: relayHost };
    await runBin(['doctor', '--only', 'network/gateway', '--json'], { home, env: all });
    expect(proxy.requests).toEqual([]);
  });
});
