import { isRecord } from '../platform/record.ts';
import type { RequestBody } from './measure.ts';

/** All enabled plugins with this id, because it is unknown which of several OpenRouter uses. */
export function pluginsOf({ plugins }: RequestBody, id: string): readonly RequestBody[] {
  if (!Array.isArray(plugins)) return none;
  return plugins.filter(isRecord).filter((plugin) => plugin.id === id && !isOff(plugin));
}

const none: readonly RequestBody[] = [];

export function isOff({ enabled }: RequestBody): boolean {
  return enabled === false;
}
