import { inputFor, planApply } from '../host/apply-plan.ts';
import { ensureGatewayToken } from '../host/gateway-token.ts';
import type { FoundKey } from '../host/key-sources.ts';
import { isThroughGateway } from '../host/providers.ts';
import type { Deps } from '../platform/deps.ts';
import { keyVariable } from '../setup-file/key-format.ts';
import { parseSetup } from '../setup-file/setup-file.ts';
import { type Prepared, summarize } from './prepare.ts';

/**
 * Adds what `apply` writes for the planned setup, so that all of it is shown, written and undone as one. Throws as
 * `apply` does.
 */
export async function withHostUse(
  deps: Deps,
  prepared: Prepared,
  { sandbox }: { readonly sandbox: boolean },
): Promise<Prepared> {
  const [file] = prepared.changes.files;
  if (file === undefined) return prepared;
  const setup = parseSetup(file.after, file.path);
  const options = { throughGateway: null, yes: true, json: false, withKey: !sandbox } as const;
  const input = await inputFor(deps, options, setup, newKeyOf(prepared));
  const token = isThroughGateway(input.host.value) ? await ensureGatewayToken(deps) : '';
  const applied = await planApply(deps, { ...options, mode: 'write' }, input, token);
  const changes = { command: 'init', files: [...prepared.changes.files, ...applied.changes.files] };
  const { notes, problems, plan } = applied.result;
  const unsupported = plan.unsupported.map(
    ({ entry, what, why }) => `OpenClaw does not apply ${entry}.${what}: ${why}`,
  );
  const warnings = [...prepared.result.warnings, ...unsupported, ...notes, ...problems];
  const result = { ...summarize(deps, changes, prepared.plan, prepared.key), warnings };
  return { ...prepared, changes, result, hostPlan: plan };
}

/** A key that was given just now, as the entries will find it; null if they find theirs already. */
function newKeyOf({ key: { isNew, key, source, storage } }: Prepared): FoundKey | null {
  if (!isNew || key === null) return null;
  return {
    key,
    variable: storage.variable ?? keyVariable(null),
    source: { kind: 'environment', where: source ?? '' },
    shadowed: [],
  };
}
