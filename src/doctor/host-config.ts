import { Unavailable } from './facts/context.ts';
import type { HostConfig, HostFacts } from './facts/host.ts';

/** Throws Unavailable where there is none. */
export function hostConfig({ config, program }: HostFacts): HostConfig {
  if (config !== null) return config;
  throw program === null ? noHost() : new Unavailable('OpenClaw has no config yet');
}

export function noHost(): Unavailable {
  return new Unavailable('OpenClaw is not installed');
}

/** Why nothing can be said about a running gateway. */
export function noGateway({ config, program }: HostFacts): Unavailable {
  if (config === null && program === null) return noHost();
  return new Unavailable("OpenClaw's gateway is not running");
}

/** Throws Unavailable where it cannot be read. */
export function readableHostConfig(host: HostFacts): HostConfig {
  const config = hostConfig(host);
  if (config.trouble === null) return config;
  throw new Unavailable("OpenClaw's config cannot be read");
}
