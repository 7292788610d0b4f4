import { defineCheck } from '../check.ts';
import { hostConfig } from '../host-config.ts';

export const hostConfigReads = defineCheck({
  id: 'host/config',
  summary: "the host's own config can be read",
  needs: ['host'],
  async run({ host }) {
    const { path, trouble } = hostConfig(await host());
    if (trouble === null) return [];
    const { message, place } = trouble;
    const where = place === undefined ? { file: path } : { place };
    return [{ severity: 'error', message, ...where, fixHint: 'openclaw doctor --fix' }];
  },
});
