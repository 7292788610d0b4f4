import { keyPrefix } from '../../host/key-sources.ts';
import { defineCheck, type Problem } from '../check.ts';
import { noGateway } from '../host-config.ts';

/** A gateway keeps the environment that it was started with. */
export const environmentHostProcess = defineCheck({
  id: 'environment/host-process',
  summary: 'the running gateway of OpenClaw has the same key as this shell',
  needs: ['keys', 'host', 'world'],
  async run({ keys, host, world }) {
    const [all, facts] = await Promise.all([keys(), host()]);
    const { processes } = facts;
    if (processes.length === 0) throw noGateway(facts);
    return all.flatMap(({ found }) =>
      processes.flatMap(({ pid, env }): Problem[] => {
        if (!('key' in found) || found.variable === null) return [];
        const theirs = env.get(found.variable);
        if (theirs === undefined || theirs === found.key) return [];
        world.io.conceal(theirs);
        return [
          {
            severity: 'warning',
            message: `The running gateway (process ${pid}) has another ${found.variable} than this shell: ${keyPrefix(theirs)}, here ${keyPrefix(found.key)}`,
            fixHint: 'restart it: openclaw gateway restart',
          },
        ];
      }),
    );
  },
});
