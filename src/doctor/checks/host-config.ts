import { defineCheck } from '../check.ts';
import { hostConfig } from '../host-config.ts';

export const hostConfigReads = defineCheck({
  id: 'host/config',
  summary: "the host's own config can be read",
  needs: ['host'],
  async run({ host }) {
    const { path, trouble } = hostConfig(await host());
    if (trouble === null) return [];
    return [{ severity: 'error', message: trouble, file: path, fixHint: 'openclaw doctor --fix' }];
  },
});
