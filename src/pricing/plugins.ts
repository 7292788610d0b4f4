import { isRecord } from '../platform/record.ts';
import type { RequestBody } from './measure.ts';

/** All that are on, since which of several with one id OpenRouter goes by is not known. */
export function pluginsOf({ plugins }: RequestBody, id: string): readonly RequestBody[] {
  const given = Array.isArray(plugins) ? plugins.filter(isRecord) : [];
  return given.filter((plugin) => plugin.id === id && !isOff(plugin));
}

export function isOff({ enabled }: RequestBody): boolean {
  return enabled === false;
}
