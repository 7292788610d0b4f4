import { pathText } from '../../config/edit.ts';
import { newGatewayToken } from '../../host/gateway-token.ts';
import { drift } from '../../host/plan.ts';
import { tildePath } from '../../platform/paths.ts';
import { valueAt } from '../../platform/record.ts';
import { defineCheck } from '../check.ts';
import { hostConfig, noGateway, noHost, readableHostConfig } from '../host-config.ts';
import { atMember } from '../place.ts';

const installed = defineCheck({
  id: 'host/installed',
  summary: 'OpenClaw is installed in a version that this tool was tested with',
  needs: ['host', 'world'],
  async run({ host, world }) {
    const { program, version, config, paths } = await host();
    if (program === null && config === null) throw noHost();
    if (program === null) {
      return [
        {
          severity: 'info',
          message: `OpenClaw has a config at ${tildePath(paths.config, world.place)} but is not on PATH`,
          fixHint: 'npm install -g openclaw',
        },
      ];
    }
    if (version !== null && isOlder(version, oldestKnown)) {
      return [
        {
          severity: 'info',
          message: `OpenClaw ${version} is older than ${oldestKnown}, the oldest version that this tool was tested with`,
          fixHint: 'openclaw update',
        },
      ];
    }
    return [{ remark: version === null ? 'OpenClaw' : `OpenClaw ${version}` }];
  },
});

const oldestKnown = '2026.9.6';

function isOlder(version: string, than: string): boolean {
  const [a, b] = [version, than].map((text) => text.split(/[.-]/).slice(0, 3).map(Number));
  const at = a?.findIndex((number, index) => number !== b?.[index]) ?? -1;
  return at !== -1 && (a?.[at] ?? 0) < (b?.[at] ?? 0);
}

const readable = defineCheck({
  id: 'host/config',
  summary: "OpenClaw's own config can be read",
  needs: ['host'],
  async run({ host }) {
    const { path, trouble } = hostConfig(await host());
    if (trouble === null) return [];
    const { message, place } = trouble;
    const where = place === undefined ? { file: path } : { place };
    return [{ severity: 'error', message, ...where, fixHint: 'openclaw doctor --fix' }];
  },
});

const namedAtMost = 3;

/** The host reads its own config and not the setup file (docs.openclaw.ai/concepts/models). */
const model = defineCheck({
  id: 'host/model',
  summary: "OpenClaw's own config matches the setup file",
  needs: ['host', 'setup', 'keys', 'world'],
  async run({ host, setup, keys, world }) {
    const [read, all, facts] = await Promise.all([setup(), keys(), host()]);
    const config = readableHostConfig(facts);
    const differences = drift(read, config.value, {
      stateFolder: tildePath(facts.paths.stateFolder, world.place),
      gatewayToken: facts.gatewayToken ?? newGatewayToken(),
      hasKey: all.some(({ found }) => 'key' in found && found.source.kind !== 'profile'),
      hasProfiles: facts.hasProfiles,
      applied: facts.applied,
    });
    if (differences.length === 0) return [];
    // Names alone: what a member holds may be a secret.
    const names = differences.slice(0, namedAtMost).map((difference) => pathText(difference.path));
    const more = differences.length > namedAtMost ? ' and more' : '';
    return [
      {
        severity: 'info',
        message: `The setup file is not applied to ${tildePath(config.path, world.place)}: ${names.join(', ')}${more}`,
        ...atMember(config, differences[0]?.path ?? []),
        fixHint: (program) => `${program} apply`,
      },
    ];
  },
});

/** The host's schema is strict (docs.openclaw.ai/gateway/configuration): it does not start with members it does not know. */
const pasted = defineCheck({
  id: 'host/pasted',
  summary: "no entry of the setup file was pasted into OpenClaw's own config",
  needs: ['host'],
  async run({ host }) {
    const config = readableHostConfig(await host());
    const models = valueAt(config.value, ['models']);
    const members = typeof models === 'object' && models !== null ? Object.entries(models) : [];
    return members
      .filter(([, member]) => valueAt(member, ['provider']) === 'openrouter')
      .map(([name]) => ({
        severity: 'error',
        message: `OpenClaw refuses its config: models.${name} belongs in the setup file`,
        ...atMember(config, ['models', name], 'key'),
        fixHint:
          "move it to the setup file; OpenClaw's config names the model in agents.defaults.model",
      }));
  },
});

/** The gateway follows changes of its config, but takes its environment once, when it starts. */
const restart = defineCheck({
  id: 'host/restart',
  summary: 'the running gateway was started after the last change of its .env',
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

export const hostChecks = [installed, readable, model, pasted, restart];
