import { pathText } from '../../config/edit.ts';
import { askAgents } from '../../host/ask-agents.ts';
import { inEnvironment } from '../../host/credentials.ts';
import { newGatewayToken } from '../../host/gateway-token.ts';
import { keyUseProblem, keyUses } from '../../host/key-use.ts';
import { appliedEntry, type DriftOptions, drift, planHost } from '../../host/plan.ts';
import { isThroughGateway } from '../../host/providers.ts';
import type { Model } from '../../openrouter/models.ts';
import type { Hint } from '../../platform/errors.ts';
import { tildePath } from '../../platform/paths.ts';
import { valueAt } from '../../platform/record.ts';
import type { Setup } from '../../setup-file/setup-file.ts';
import { defineCheck } from '../check.ts';
import { Unavailable, type World } from '../facts/context.ts';
import type { HostConfig, HostFacts } from '../facts/host.ts';
import { hostConfig, noGateway, noHost, readableHostConfig } from '../facts/host.ts';
import type { Facts } from '../facts/index.ts';
import type { EntryKey } from '../facts/setup.ts';
import { atMember, type Problem, type Verdict } from '../finding.ts';

const installed = defineCheck({
  id: 'host/installed',
  summary: 'OpenClaw is installed in a version that this tool was tested with',
  needs: ['host', 'world'],
  async run({ host, world }) {
    const { program, version, config, paths } = await host();
    if (program === null && config === null) throw noHost();
    if (program === null) {
      return {
        severity: 'info',
        message: `OpenClaw has a config at ${tildePath(paths.config, world.place)} but is not on PATH`,
        fixHint: 'npm install -g openclaw',
      };
    }
    if (version !== null && isOlder(version, oldestKnown)) {
      return {
        severity: 'info',
        message: `OpenClaw ${version} is older than ${oldestKnown}, the oldest version that this tool was tested with`,
        fixHint: 'openclaw update',
      };
    }
    return { remark: version === null ? 'OpenClaw' : `OpenClaw ${version}` };
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
    const { message, place, hint } = trouble;
    // OpenClaw can repair what is in the file, but not a file that cannot be read.
    const fixHint = (place === undefined ? hint : undefined) ?? 'openclaw doctor --fix';
    const where = place === undefined ? { file: path } : { place };
    return [{ severity: 'error', message, ...where, fixHint }];
  },
});

const namedAtMost = 3;

/** The host reads its own config, not the setup file (docs.openclaw.ai/concepts/models). */
const model = defineCheck({
  id: 'host/model',
  summary: "OpenClaw's own config matches the setup file",
  needs: ['host', 'setup', 'keys', 'catalog', 'world'],
  async run({ host, setup, keys, catalog, world }) {
    const [read, all, facts] = await Promise.all([setup(), keys(), host()]);
    const config = readableHostConfig(facts);
    const models = isThroughGateway(config.value) ? await listedModels(catalog) : [];
    const options = planOptions(world, facts, all, models);
    const differences = drift(read, config.value, options);
    if (differences.length === 0) return blockedProblems(read, config, options);
    // Only names, because the value of a member may be a secret.
    const names = differences.slice(0, namedAtMost).map((difference) => pathText(difference.path));
    const more = differences.length > namedAtMost ? ' and more' : '';
    return {
      severity: 'info',
      message: `The setup file is not applied to ${tildePath(config.path, world.place)}: ${names.join(', ')}${more}`,
      ...atMember(config, differences[0]?.path ?? []),
      fixHint: (command) => command('apply'),
    };
  },
});

/** Settings that `apply` could not apply. */
function blockedProblems(setup: Setup, config: HostConfig, options: DriftOptions): Problem[] {
  const entry = appliedEntry(setup, config.value, options);
  if (entry === null) return [];
  const { blocked } = planHost(setup, config.value, { ...options, entry, throughGateway: null });
  return blocked.map((message) => ({ severity: 'warning', message, file: config.path }));
}

/** Without a list, the rows of the host config are left as they are. */
function listedModels(catalog: Facts['catalog']): Promise<readonly Model[]> {
  return catalog().then(
    ({ models }) => models,
    () => [],
  );
}

function planOptions(
  { place }: Pick<World, 'place'>,
  { paths, gatewayToken, hasProfiles, applied }: HostFacts,
  keys: readonly EntryKey[],
  models: readonly Model[] = [],
): DriftOptions {
  return {
    stateFolder: tildePath(paths.stateFolder, place),
    gatewayToken: gatewayToken ?? newGatewayToken(),
    hasKey: keys.some(({ found }) => 'key' in found && found.source.kind !== 'profile'),
    hasProfiles,
    applied,
    known: { models, keepsPrices: true },
  };
}

/** OpenClaw also looks for keys in places that a shell does not know, and prefers some of them. */
const key = defineCheck({
  id: 'host/key',
  summary: 'every agent of OpenClaw uses the key of the setup file',
  needs: ['host', 'setup', 'keys', 'world'],
  async run({ host, setup, keys, world }) {
    const [read, all, facts] = await Promise.all([setup(), keys(), host()]);
    const config = readableHostConfig(facts).value;
    // The gateway does not get an OpenRouter key from the host.
    if (isThroughGateway(config)) return [];
    const entry = appliedEntry(read, config, planOptions(world, facts, all)) ?? read.entries[0];
    const named = all.find(({ entries }) => entries.some(({ name }) => name === entry?.name));
    if (named === undefined || !('key' in named.found)) return [];
    const env = facts.environment;
    const uses = await keyUses({ ...world, env }, config, named.found.key);
    return uses.flatMap((use): Verdict => {
      const message = keyUseProblem(use);
      if (message === null) return { remark: `${use.agents.join(', ')}: key from ${use.where}` };
      // `environment/host-process` reports what a running gateway inherited.
      const isInherited = use.blockedBy === null && use.where === inEnvironment;
      if (isInherited && facts.processes.length > 0) return [];
      const fixHint: Hint =
        use.blockedBy === null ? (command) => command('apply') : 'openclaw doctor --fix';
      return [{ severity: 'warning', message, fixHint }];
    });
  },
});

const statusTimeoutMs = 30_000;

/** Starts OpenClaw, which takes seconds per agent. */
const status = defineCheck({
  id: 'host/status',
  summary: 'OpenClaw itself reports the model and a key for each of its agents',
  needs: ['host', 'options', 'world'],
  async run({ host, options, world }) {
    const facts = await host();
    if (facts.program === null) throw noHost();
    const config = readableHostConfig(facts).value;
    if (options.offline) {
      throw new Unavailable('OpenClaw is not asked with --offline', { skipCause: 'offline' });
    }
    const { problems, notes } = await askAgents(world, config, null, statusTimeoutMs);
    if (problems.length === 0 && notes[0] !== undefined) {
      throw new Unavailable(notes[0], { type: 'api' });
    }
    const file = facts.paths.config;
    return problems.map((message): Problem => ({ severity: 'warning', message, file }));
  },
});

/** The host's schema is strict (docs.openclaw.ai/gateway/configuration): it does not start with unknown members. */
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
        message: `OpenClaw rejects its config: models.${name} belongs in the setup file`,
        ...atMember(config, ['models', name], 'key'),
        fixHint:
          "move it to the setup file; OpenClaw's config names the model in agents.defaults.model",
      }));
  },
});

/** The gateway picks up changes to its config, but reads its environment only once, on startup. */
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

export const hostChecks = [installed, readable, model, key, status, pasted, restart];
