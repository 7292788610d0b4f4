import { defineCheck, Unavailable } from '../check.ts';

// The guide expects 100 to 300 ms of OpenRouter; what a model needs until its first word comes on top.
const slowMs = 1000;

export const networkLatency = defineCheck({
  id: 'network/latency',
  summary: 'OpenRouter answers quickly',
  needs: ['reach'],
  async run({ reach }) {
    const { host, latencyMs } = await reach();
    if (latencyMs === null) throw new Unavailable('OpenRouter did not answer');
    const took = `${Math.round(latencyMs)} ms`;
    if (latencyMs < slowMs) return [{ remark: `${took} to ${host} and back` }];
    return [
      {
        severity: 'warning',
        message: `${host} takes ${took} to answer, before any model begins; 100 to 300 ms are usual`,
        fixHint: 'see whether a VPN or a proxy is in between',
      },
    ];
  },
});
