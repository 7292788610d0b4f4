import { defineCheck } from '../check.ts';
import { readableHostConfig } from '../host-config.ts';
import { memberAt } from '../models.ts';
import { atMember } from '../place.ts';

/** The host's schema is strict (docs.openclaw.ai/gateway/configuration): it does not start with members it does not know. */
export const hostPasted = defineCheck({
  id: 'host/pasted',
  summary: "no entry of the setup file was pasted into the host's own config",
  needs: ['host'],
  async run({ host }) {
    const config = readableHostConfig(await host());
    const models = memberAt(config.value, ['models']);
    const members = typeof models === 'object' && models !== null ? Object.entries(models) : [];
    return members
      .filter(([, member]) => memberAt(member, ['provider']) === 'openrouter')
      .map(([name]) => ({
        severity: 'error',
        message: `OpenClaw refuses its config: models.${name} belongs in the setup file`,
        ...atMember(config, ['models', name], 'key'),
        fixHint: 'move it to the setup file; the host names a model in agents.defaults.model',
      }));
  },
});
