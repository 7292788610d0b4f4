import type { Place } from '../platform/deps.ts';

export interface Namer {
  readonly place: Pick<Place, 'pid'>;
  readonly random: () => number;
}

const mark = 'openclaw-openrouter';

/** A name for a temp file beside `base` that says whose it is: `.<base>.<pid>-<random>.openclaw-openrouter`. */
export function tempName(base: string, { place, random }: Namer): string {
  return `.${base}.${place.pid}-${token(random)}.${mark}`;
}

/** The process id in the name of a temp file of `base`, or null for any other name. */
export function tempOwner(name: string, base: string): number | null {
  if (!name.startsWith(`.${base}.`) || !name.endsWith(`.${mark}`)) return null;
  const middle = name.slice(base.length + 2, -mark.length - 1);
  const match = /^(\d+)-[0-9a-z]+$/.exec(middle);
  return match === null ? null : Number(match[1]);
}

/** Twelve random characters of [0-9a-z]. */
export function token(random: () => number): string {
  return Array.from({ length: 12 }, () => Math.floor(random() * 36).toString(36)).join('');
}
