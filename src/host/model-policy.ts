import { isRecord, recordAt, valueAt } from '../platform/record.ts';
import type { Entry } from '../setup-file/entry.ts';
import { agentMembers } from './agents.ts';

/**
 * The member of the host config by which an agent answers with another model than the configured one; null if it does
 * not. The host (seen with 2026.9.6) takes another one where its policy has patterns, and neither they nor an id allow
 * the configured one. `openclaw models status` names the configured one all the same.
 */
export function replacingPolicy(config: unknown, agent: string, model: string): string | null {
  const { allow, path } = modelPolicy(config, agent);
  return allow.some(isPattern) && !allow.some((ref) => allows(ref, model)) ? path : null;
}

/**
 * Whether the host would take the models that get parameters for the only ones that people may choose. It does so as
 * long as it has not migrated its config, unless there is a policy, which may be empty
 * (docs.openclaw.ai/concepts/models).
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

/** Whether the host still goes by the names in `agents.defaults.models`. */
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
