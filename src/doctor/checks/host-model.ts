import { drift } from '../../host/plan.ts';
import { tildePath } from '../../platform/paths.ts';
import { defineCheck } from '../check.ts';
import { readableHostConfig } from '../host-config.ts';
import { atMember, pathText } from '../place.ts';

const namedAtMost = 3;

/** The host reads its own config and not the setup file (docs.openclaw.ai/concepts/models). */
export const hostModel = defineCheck({
  id: 'host/model',
  summary: "the host's own config says what the setup file says",
  needs: ['host', 'setup', 'keys', 'world'],
  async run({ host, setup, keys, world }) {
    const [read, all, facts] = await Promise.all([setup(), keys(), host()]);
    const config = readableHostConfig(facts);
    const differences = drift(read, config.value, {
      stateFolder: tildePath(facts.paths.stateFolder, world.place),
      gatewayToken: facts.gatewayToken,
      keyIsThere: all.some(({ found }) => 'key' in found),
      applied: facts.applied,
    });
    if (differences.length === 0) return [];
    // Names alone: what a member holds may be a secret.
    const names = differences.slice(0, namedAtMost).map((difference) => pathText(difference.path));
    const more = differences.length > namedAtMost ? ' and more' : '';
    return [
      {
        severity: 'info',
        message: `The setup file is not in force in ${tildePath(config.path, world.place)}: ${names.join(', ')}${more}`,
        ...atMember(config, differences[0]?.path ?? []),
        fixHint: 'openclaw-openrouter apply carries it over',
      },
    ];
  },
});
