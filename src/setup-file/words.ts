/** `a number`, `an array` …: what a value is, without showing it. */
export function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'string') return 'text';
  if (typeof value === 'object') return 'an object';
  return typeof value === 'boolean' ? 'true or false' : `a ${typeof value}`;
}

/** A value as one would write it, short, and never a secret. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(short(masked(value)));
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeName(value);
}

function short(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}

function masked(text: string): string {
  return text.replace(/\bsk-[A-Za-z0-9_-]{8,}/g, 'sk-…');
}
