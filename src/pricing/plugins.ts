import { isRecord } from '../platform/record.ts';
import type { RequestBody } from './measure.ts';

/** All enabled plugins with this id, because it is unknown which of several OpenRouter uses. */
export function pluginsOf({ plugins }: RequestBody, id: string): readonly RequestBody[] {
  const given = Array.isArray(plugins) ? plugins.filter(isRecord) : [];
  return given.filter((plugin) => plugin.id === id && !isOff(plugin));
}

export function isOff({ enabled }: RequestBody): boolean {
  return enabled === false;
}
