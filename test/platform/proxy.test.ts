import { describe, expect, it } from 'vitest';
import { proxyFor } from '../../src/platform/proxy.ts';

const openrouter = 'https://openrouter.ai/api/v1';
const hostOf = (url: string, env: Record<string, string>) =>
  proxyFor(new URL(url), env)?.url.host ?? null;

describe('the proxy of a request', () => {
  it.each([
    [{}, null],
    [{ HTTPS_PROXY: '', https_proxy: ' ' }, null],
    [{ HTTPS_PROXY: 'http://upper:1', https_proxy: 'http://lower:1' }, 'lower:1'],
    [{ HTTPS_PROXY: 'http://https:1', ALL_PROXY: 'http://all:1' }, 'https:1'],
    [{ HTTP_PROXY: 'http://http:1', ALL_PROXY: 'socks5://all:1' }, 'http:1'],
    [{ all_proxy: 'http://all:1' }, 'all:1'],
    [{ https_proxy: '', HTTPS_PROXY: 'http://upper:1' }, 'upper:1'],
    [{ HTTPS_PROXY: 'proxy.example:3128' }, 'proxy.example:3128'],
    [{ HTTPS_PROXY: 'https://proxy.example' }, 'proxy.example'],
  ])('with %j is %s', (env, host) => {
    expect(hostOf(openrouter, env)).toBe(host);
  });

  it.each(['http://localhost:1/', 'http://127.0.0.1:1/', 'https://[::1]:1/', 'http://127.9.9.9/'])(
    'to %s is none, whatever the environment says',
    (url) => {
      const env = {
        HTTP_PROXY: 'http://p:1',
        HTTPS_PROXY: 'http://p:1',
        ALL_PROXY: 'socks5://p:1',
      };
      expect(hostOf(url, env)).toBeNull();
    },
  );

  it.each([
    ['socks5://me:hunter2@proxy:1080', /^ALL_PROXY is the URL of a SOCKS proxy/],
    ['ftp://me:hunter2@proxy', /^ALL_PROXY is not the URL of an HTTP proxy/],
    ['http://', /^ALL_PROXY is not the URL of an HTTP proxy/],
    ['http://me:hunter2@a b', /^ALL_PROXY is not the URL of an HTTP proxy/],
  ])('is an error if it is %s', (ALL_PROXY, message) => {
    const find = () => proxyFor(new URL(openrouter), { ALL_PROXY });
    expect(find).toThrow(message);
    expect(find).not.toThrow(/hunter2/);
  });
});

describe('NO_PROXY', () => {
  const proxied = (url: string, NO_PROXY: string) =>
    hostOf(url, { HTTPS_PROXY: 'http://proxy:1', NO_PROXY }) !== null;

  it.each([
    [openrouter, '*'],
    [openrouter, 'openrouter.ai'],
    [openrouter, 'OpenRouter.AI.'],
    [openrouter, 'example.com, openrouter.ai'],
    [openrouter, 'example.com openrouter.ai'],
    [openrouter, '.openrouter.ai'],
    [openrouter, '.ai'],
    [openrouter, 'openrouter.ai:443'],
    ['https://eu.openrouter.ai/', 'openrouter.ai'],
    ['https://eu.openrouter.ai/', '.openrouter.ai'],
    ['https://eu.openrouter.ai/', '*.openrouter.ai'],
    ['https://openrouter.ai:8443/', 'openrouter.ai:8443'],
    ['https://192.0.2.7/', '192.0.2.7'],
    ['https://192.0.2.7/', '192.0.2.0/24'],
    ['https://192.0.2.7/', '192.0.2.1-192.0.2.9'],
    ['https://192.0.2.7:8443/', '192.0.2.0/24:8443'],
    ['https://[2001:db8::7]/', '2001:db8::7'],
    ['https://[2001:db8::7]/', '[2001:db8::7]:443'],
    ['https://[2001:db8::7]/', '2001:db8::/32'],
  ])('exempts %s with %j', (url, list) => {
    expect(proxied(url, list)).toBe(false);
  });

  it.each([
    [openrouter, ''],
    [openrouter, ' , '],
    [openrouter, 'router.ai'],
    [openrouter, 'openrouter.ai.example.com'],
    [openrouter, 'eu.openrouter.ai'],
    [openrouter, 'openrouter.ai:8443'],
    [openrouter, '.'],
    [openrouter, '192.0.2.0/24'],
    ['https://notopenrouter.ai/', 'openrouter.ai'],
    ['https://192.0.2.77/', '192.0.2.7'],
    ['https://192.0.3.7/', '192.0.2.0/24'],
    ['https://192.0.2.10/', '192.0.2.1-192.0.2.9'],
    ['https://192.0.2.7/', '192.0.2.0/99'],
    ['https://192.0.2.7/', '192.0.2.9-192.0.2.1'],
    ['https://192.0.2.7/', '192.0.2.1-2001:db8::9'],
    ['https://[2001:db8::7]/', '2001:db8::8'],
  ])('does not exempt %s with %j', (url, list) => {
    expect(proxied(url, list)).toBe(true);
  });

  it('in lower case takes precedence', () => {
    const env = { HTTPS_PROXY: 'http://p:1', no_proxy: 'a.example', NO_PROXY: 'openrouter.ai' };
    expect(hostOf(openrouter, env)).toBe('p:1');
    expect(hostOf('https://a.example', env)).toBeNull();
  });
});
