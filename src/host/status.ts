import type { Deps } from '../platform/deps.ts';
import { recordAt, valueAt } from '../platform/record.ts';
import { parseJson } from '../text/parse-json.ts';
import { type HostModel, readHostModel } from './model.ts';

/** What the host itself says about one of its agents. */
export interface AgentStatus {
  readonly model: HostModel;
  /** The key of OpenRouter as the host masks it; null where it has none, or shows none. */
  readonly maskedKey: string | null;
  readonly hasKey: boolean;
}

/** A question to the host that got no answer, with the reason for people. */
export interface NoStatus {
  readonly reason: string;
}

/** Asks `openclaw models status`, which takes seconds. Never throws for what the host does. */
export async function askStatus(
  deps: Pick<Deps, 'env' | 'exec'>,
  agent: string,
  timeoutMs: number,
): Promise<AgentStatus | NoStatus> {
  const args = ['models', 'status', '--json', '--agent', agent];
  const result = await deps.exec('openclaw', args, { env: deps.env, timeoutMs });
  if (result.notFound) return { reason: 'openclaw is not on PATH' };
  if (result.timedOut) return { reason: `OpenClaw did not answer within ${timeoutMs / 1000} s` };
  return readStatus(result.stdout) ?? { reason: 'OpenClaw did not print the status of its models' };
}

function readStatus(output: string): AgentStatus | null {
  const status = parsed(output);
  const primary = valueAt(status, ['resolvedDefault']);
  const model = readHostModel({ primary, fallbacks: valueAt(status, ['fallbacks']) });
  if (model === null) return null;
  const providers = valueAt(status, ['auth', 'providers']);
  const row = (Array.isArray(providers) ? providers : []).find(
    (one) => valueAt(one, ['provider']) === 'openrouter',
  );
  const { kind, detail } = recordAt(row, ['effective']);
  const isShown = (kind === 'env' || kind === 'models.json') && typeof detail === 'string';
  return {
    model,
    maskedKey: isShown && detail.startsWith('sk-') ? detail : null,
    hasKey: row !== undefined && kind !== 'missing',
  };
}

function parsed(output: string): unknown {
  try {
    return parseJson(output);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** A key as the host shows it: the first and the last eight characters. */
export function maskAsHost(key: string): string {
  return `${key.slice(0, 8)}...${key.slice(-8)}`;
}
