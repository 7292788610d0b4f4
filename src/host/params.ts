import type { Path } from '../config/edit.ts';
import { isRecord } from '../platform/record.ts';
import type { Entry } from '../setup-file/entry.ts';
import type { HostSetting } from './setting.ts';

/**
 * The parameters of an entry as the host's `params` of a model. The host knows a few by names of its own and sends
 * the members of `extraBody` as they are (docs.openclaw.ai/gateway/config-agents/models).
 */
export function paramsOf({ parameters }: Entry): Readonly<Record<string, unknown>> {
  const own: Record<string, unknown> = {};
  const extraBody: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(parameters)) {
    const known = hostNames.get(name);
    if (known === undefined) extraBody[name] = value;
    else own[known] = value;
  }
  return Object.keys(extraBody).length === 0 ? own : { ...own, extraBody };
}

const hostNames: ReadonlyMap<string, string> = new Map([
  ['temperature', 'temperature'],
  ['max_tokens', 'maxTokens'],
  ['max_completion_tokens', 'maxTokens'],
  ['provider', 'provider'],
]);

/** The way back: OpenRouter's names for what the host's `params` hold; what is the host's own is left out. */
export function parametersFrom(params: unknown): Readonly<Record<string, unknown>> {
  if (!isRecord(params)) return {};
  const { temperature, maxTokens, extraBody, extra_body } = params;
  return {
    ...(temperature === undefined ? {} : { temperature }),
    ...(maxTokens === undefined ? {} : { max_tokens: maxTokens }),
    ...(isRecord(extra_body) ? extra_body : {}),
    ...(isRecord(extraBody) ? extraBody : {}),
  };
}

/** One setting a leaf, so that what a person added beside it stays. */
export function leaves(path: Path, value: unknown): readonly HostSetting[] {
  if (!isRecord(value)) return [{ path, value }];
  return Object.entries(value).flatMap(([name, member]) => leaves([...path, name], member));
}
