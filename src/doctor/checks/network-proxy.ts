import { baseUrlFrom } from '../../openrouter/base-url.ts';
import { defineCheck } from '../check.ts';

export const networkProxy = defineCheck({
  id: 'network/proxy',
  summary: 'the proxy that the environment names can be used',
  needs: ['world'],
  async run({ world: { env } }) {
    const isNamed = Object.keys(env).some((name) => /^(https?|all)_proxy$/i.test(name));
    const baseUrl = baseUrlFrom(env);
    if (!isNamed || !URL.canParse(baseUrl)) return [];
    const [{ proxyFor }, { ProxyError }] = await Promise.all([
      import('../../platform/proxy.ts'),
      import('../../platform/proxy-error.ts'),
    ]);
    try {
      const proxy = proxyFor(new URL(baseUrl), env);
      // Without its user name and password.
      return proxy === null ? [] : [{ remark: `through the proxy ${proxy.url.host}` }];
    } catch (error) {
      if (!(error instanceof ProxyError)) throw error;
      return [{ severity: 'error', message: error.message, fixHint: noProxyHint }];
    }
  },
});

const noProxyHint = 'hosts that need no proxy go into NO_PROXY, separated by commas';
