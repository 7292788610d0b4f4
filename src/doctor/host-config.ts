import { Unavailable } from './check.ts';
import type { HostConfig, HostFacts } from './facts/host.ts';

/** Throws Unavailable where there is none. */
export function hostConfig({ config, program }: HostFacts): HostConfig {
  if (config !== null) return config;
  throw new Unavailable(program === null ? 'no OpenClaw here' : 'OpenClaw has no config yet');
}

/** Throws Unavailable where it cannot be read. */
export function readableHostConfig(host: HostFacts): HostConfig {
  const config = hostConfig(host);
  if (config.trouble === null) return config;
  throw new Unavailable("the host's config cannot be read");
}
