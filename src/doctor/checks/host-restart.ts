import { tildePath } from '../../platform/paths.ts';
import { defineCheck } from '../check.ts';
import { noGateway } from '../host-config.ts';

/** The gateway follows changes of its config, but takes its environment once, when it starts. */
export const hostRestart = defineCheck({
  id: 'host/restart',
  summary: 'the running gateway has seen the last change of its .env',
  needs: ['host', 'world'],
  async run({ host, world }) {
    const facts = await host();
    const { processes, dotenvChangedMs, paths } = facts;
    if (processes.length === 0) throw noGateway(facts);
    const old = processes.filter(({ startedMs }) => startedMs < (dotenvChangedMs ?? 0));
    return old.map(({ pid }) => ({
      severity: 'warning',
      message: `${tildePath(paths.dotenv, world.place)} changed after the gateway (process ${pid}) was started`,
      file: paths.dotenv,
      fixHint: 'openclaw gateway restart',
    }));
  },
});
