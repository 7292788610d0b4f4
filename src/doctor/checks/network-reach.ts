import { defineCheck } from '../check.ts';

export const networkReach = defineCheck({
  id: 'network/reach',
  summary: 'OpenRouter can be reached: its name resolves, its certificate is good, it answers',
  needs: ['reach'],
  async run({ reach }) {
    const { failure } = await reach();
    if (failure === null) return [];
    return [
      {
        severity: 'error',
        message: failure.message,
        fixHint: hintFor(failure.code ?? failure.kind),
      },
    ];
  },
});

function hintFor(code: string): string {
  if (/ENOTFOUND|EAI_AGAIN/.test(code))
    return 'see whether this machine is online and its DNS works';
  if (/CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO_/.test(code)) {
    return 'a proxy that reads along needs NODE_EXTRA_CA_CERTS; also check the clock';
  }
  if (code === 'page') return 'log in to the network, or look at OPENROUTER_BASE_URL';
  if (code === 'timeout') return 'a firewall may be in between; --timeout gives it more time';
  return 'check the connection, a proxy and OPENROUTER_BASE_URL; https://status.openrouter.ai';
}
