import type { Fault } from '../../src/sandbox/faults.ts';

/** The text that parses to this fault. */
export function faultText({ target, name, value, times }: Fault): string {
  const argument = value === null ? '' : `/${value}`;
  return `${target}:${name}${argument}${times === Number.POSITIVE_INFINITY ? '' : `*${times}`}`;
}
