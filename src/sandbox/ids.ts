import { createHash } from 'node:crypto';

/** Pseudo-random ids: the same seed gives the same ids in the same order. */
export interface Ids {
  /** Unix seconds and 20 letters, as in `gen-1758000000-AbC…`. */
  generation(now: Date): string;
  /** `count` hexadecimal digits (at most 64). */
  hex(count: number): string;
}

export function createIds(seed: string): Ids {
  let counter = 0;
  const next = (): Buffer => {
    counter += 1;
    return createHash('sha256').update(`${seed}\n${counter}`).digest();
  };
  return {
    generation: (now) => {
      const letters = next().toString('base64').replace(/[+/=]/g, 'x').slice(0, 20);
      return `gen-${unixSeconds(now)}-${letters}`;
    },
    hex: (count) => next().toString('hex').slice(0, count),
  };
}

export function unixSeconds(now: Date): number {
  return Math.floor(now.getTime() / 1000);
}

export function hashHex(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** A number in [0, below) that depends only on the text. */
export function hashNumber(text: string, below: number): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0) % below;
}

/** A UUID that depends only on the text. */
export function hashUuid(text: string): string {
  const hex = hashHex(text);
  const part = (from: number, to: number): string => hex.slice(from, to);
  return `${part(0, 8)}-${part(8, 12)}-4${part(13, 16)}-8${part(17, 20)}-${part(20, 32)}`;
}
