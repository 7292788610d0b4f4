import { pathText } from '../config/edit.ts';
import { hostModelId } from '../openrouter/model-id.ts';
import { isRecord, recordAt, valueAt } from '../platform/record.ts';
import type { Entry } from '../setup-file/entry.ts';
import { type Agents, agentIds, agentMembers, readAgents } from './agents.ts';
import { coveredAgents } from './channels.ts';
import { gatewayProvider, type HostModel, hostChain, modelFor, readHostModel } from './model.ts';
import { heartbeats, modelSlots } from './model-slots.ts';
import type { ApplicableSetup, PlanOptions } from './plan-options.ts';

/** What the host config says about models in places that `apply` does not write. */
export interface OtherModels {
  /** Agents that do not follow the setup file. */
  readonly problems: readonly string[];
  readonly notes: readonly string[];
}

/**
 * Agents with a model of their own never use the default one. If it is an OpenRouter model that no entry has, the host
 * does not follow the setup file. The setup file does not cover models of other providers.
 */
export function otherModels(
  setup: ApplicableSetup,
  config: unknown,
  options: PlanOptions,
): OtherModels {
  const agents = readAgents(config);
  const covered = coveredAgents(setup, config, options);
  const own = ownModels(config).filter(
    ({ agent, model }) => !covered.includes(agent) && !isOfEntry(setup, model, options),
  );
  const undecided = undecidedProblem(agents, own);
  const isOurs = ({ model }: OwnModel) => /^openrouter(-gateway)?\//.test(model.primary);
  return {
    problems: [
      ...undecided,
      ...(undecided.length > 0 ? [] : own.filter(isOurs)).map((one) =>
        ownModelProblem(setup, one, options),
      ),
      ...policyProblems(setup, config, options, covered),
    ],
    notes: [
      ...(undecided.length > 0 ? [] : own)
        .filter((one) => !isOurs(one))
        .map(({ agent, model }) => `The agent "${agent}" keeps its own model ${model.primary}`),
      ...slotNotes(config, options),
    ],
  };
}

interface OwnModel {
  readonly agent: string;
  readonly model: HostModel;
}

function ownModels(config: unknown): readonly OwnModel[] {
  return agentIds(config).flatMap((agent) => {
    const model = readHostModel(agentMembers(config, agent).model);
    return model === null ? [] : [{ agent, model }];
  });
}

function isOfEntry({ entries }: ApplicableSetup, model: HostModel, options: PlanOptions): boolean {
  return entries.some(
    (entry) => hostChain(entry).length > 0 && isSame(modelFor(entry, options), model),
  );
}

// The host lowercases model ids.
function isSame(a: HostModel, b: HostModel): boolean {
  return JSON.stringify(chainOf(a)).toLowerCase() === JSON.stringify(chainOf(b)).toLowerCase();
}

function chainOf({ primary, fallbacks = [] }: HostModel): readonly string[] {
  return [primary, ...fallbacks];
}

/** If there is no known default agent, it may be any of these. */
function undecidedProblem(agents: Agents, own: readonly OwnModel[]): readonly string[] {
  if (own.length === 0 || (agents.defaultAgent !== null && !agents.hasLegacyList)) return [];
  const names = own.map(({ agent }) => agent).join(', ');
  const fix = agents.hasLegacyList
    ? 'Run openclaw doctor --fix, then apply again'
    : 'Set agents.defaults.systemAgent.agentId, then apply again';
  return [
    `These agents keep their own models, as none is known as the default one: ${names}. ${fix}`,
  ];
}

function ownModelProblem(
  { entries }: ApplicableSetup,
  { agent, model }: OwnModel,
  options: PlanOptions,
): string {
  const who = `The agent "${agent}"`;
  const fix = `Remove agents.entries.${agent}.model to have it follow the default entry, or give it all models of an entry`;
  const strict = entries.find(
    (entry) => modelFor(entry, options).primary === model.primary && model.fallbacks === undefined,
  );
  if (strict !== undefined) {
    return `${who} answers with ${model.primary} alone, without the fallbacks of ${strict.name}. ${fix}`;
  }
  const past =
    options.throughGateway && !model.primary.startsWith(`${gatewayProvider}/`)
      ? ', past the gateway'
      : '';
  return `${who} answers with ${chainOf(model).join(', ')}${past}, which is no entry of the setup file. ${fix}`;
}

function policyProblems(
  setup: ApplicableSetup,
  config: unknown,
  options: PlanOptions,
  covered: readonly string[],
): readonly string[] {
  const problems = agentIds(config).flatMap((agent) => {
    const own = readHostModel(agentMembers(config, agent).model);
    const isOurs = covered.includes(agent) || own === null || isOfEntry(setup, own, options);
    if (!isOurs) return [];
    const isDefault = own === null || agent === readAgents(config).defaultAgent;
    const { primary } = isDefault ? modelFor(options.entry, options) : own;
    const path = replacingPolicy(config, agent, primary);
    return path === null
      ? []
      : [
          `OpenClaw answers with another model than ${primary}, which ${path} does not allow: add it there`,
        ];
  });
  return [...new Set(problems)];
}

/** Notes on models that the host uses besides those that answer in chats. */
function slotNotes(config: unknown, { throughGateway }: PlanOptions): readonly string[] {
  const ownHeartbeats = heartbeats(config).filter(({ path }) => path.includes('heartbeat'));
  return [...modelSlots(config), ...ownHeartbeats].flatMap(({ name, model, isFallback, path }) => {
    if (name === 'model' || isFallback || !('id' in model)) return [];
    const place = pathText(path.filter((key) => key !== 'primary'));
    return [`${place} stays ${hostModelId(model.id)}${throughGateway ? ', past the gateway' : ''}`];
  });
}

/**
 * The path in the host config that makes an agent use a different model than the configured one; null if there is none.
 * The host (observed with 2026.9.6) replaces the model if its policy has patterns and neither they nor an id allow the
 * configured one. `openclaw models status` shows the configured model all the same.
 */
function replacingPolicy(config: unknown, agent: string, model: string): string | null {
  const { allow, path } = modelPolicy(config, agent);
  return allow.some(isPattern) && !allow.some((ref) => allows(ref, model)) ? path : null;
}

/**
 * Whether the host would treat the models that get parameters as the only ones that people may choose. It does so until
 * it has migrated its config, unless there is a policy, which may be empty (docs.openclaw.ai/concepts/models).
 */
export function needsEmptyPolicy(config: unknown, { parameters }: Entry): boolean {
  const policy = valueAt(config, ['agents', 'defaults', 'modelPolicy']);
  const isEmpty = isRecord(policy) && Object.keys(policy).length === 0;
  const isFirst = isMapPolicy(config) && Object.keys(modelMap(config)).length === 0;
  return Object.keys(parameters).length > 0 && (isEmpty || isFirst);
}

interface ModelPolicy {
  readonly allow: readonly string[];
  readonly path: string;
}

function modelPolicy(config: unknown, agent: string): ModelPolicy {
  const own = valueAt(agentMembers(config, agent), ['modelPolicy', 'allow']);
  if (Array.isArray(own)) {
    return { allow: own.map(String), path: `agents.entries.${agent}.modelPolicy.allow` };
  }
  const path = 'agents.defaults.modelPolicy.allow';
  const shared = valueAt(config, ['agents', 'defaults', 'modelPolicy', 'allow']);
  if (Array.isArray(shared)) return { allow: shared.map(String), path };
  return { allow: isMapPolicy(config) ? Object.keys(modelMap(config)) : [], path };
}

/** Whether the host still uses the names in `agents.defaults.models` as its policy. */
function isMapPolicy(config: unknown): boolean {
  const isMigrated = valueAt(config, ['meta', 'migrations', 'modelPolicyAllowlist']) === true;
  return !isMigrated && !isRecord(valueAt(config, ['agents', 'defaults', 'modelPolicy']));
}

function modelMap(config: unknown): Readonly<Record<string, unknown>> {
  return recordAt(config, ['agents', 'defaults', 'models']);
}

function isPattern(ref: string): boolean {
  return ref.trim().endsWith('/*');
}

function allows(ref: string, model: string): boolean {
  const [allowed, id] = [ref.trim().toLowerCase(), model.toLowerCase()];
  return isPattern(ref) ? id.startsWith(allowed.slice(0, -1)) : id === allowed;
}
