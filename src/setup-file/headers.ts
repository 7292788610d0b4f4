import { memberOf, recordAt, refuse, type Spot } from './spot.ts';

/**
 * What is wrong with a header, or null. RFC 9110 section 5: a name is a token, a value has no line break and no
 * other control character; `fetch` refuses what is not Latin-1. `Authorization` is ours to send, and a key has no
 * business in a file that people show around. The words never repeat the value.
 */
export function headerProblem(name: string, value: string): string | null {
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) {
    return 'is no name that HTTP allows: letters, digits and hyphens only';
  }
  if (ownHeaders.has(name.toLowerCase())) return 'is sent by the program itself and cannot be set';
  if (/[\r\n]/.test(value)) return 'has a line break in its value';
  if (/[^\t\u0020-\u007e\u0080-\u00ff]/.test(value)) {
    return 'has a character in its value that HTTP cannot carry';
  }
  return /\bsk-[A-Za-z0-9_-]{12,}|^\s*bearer\s/i.test(value)
    ? 'holds what looks like a secret; the key belongs in the environment'
    : null;
}

const ownHeaders: ReadonlySet<string> = new Set([
  'authorization',
  'connection',
  'content-length',
  'content-type',
  'cookie',
  'host',
  'proxy-authorization',
  'transfer-encoding',
]);

/** The headers of an entry; one that HTTP cannot carry is reported and left out. */
export function readHeaders(spot: Spot): Readonly<Record<string, string>> {
  const names = Object.keys(recordAt(spot, 'of header names and texts') ?? {});
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = readHeader({ ...memberOf(spot, name), secret: true }, name);
      return value === null ? [] : [[name, value] as const];
    }),
  );
}

function readHeader(spot: Spot, name: string): string | null {
  const { value } = spot;
  if (typeof value === 'number' || typeof value === 'boolean')
    return readHeader(asText(spot), name);
  if (typeof value !== 'string') {
    refuse(spot, 'type', 'must be text');
    return null;
  }
  const problem = headerProblem(name, value);
  if (problem === null) return value;
  spot.report({
    kind: 'range',
    path: spot.path,
    part: problem.startsWith('is ') ? 'key' : 'value',
    message: `the header ${JSON.stringify(name)} ${problem}`,
  });
  return null;
}

function asText(spot: Spot): Spot {
  const value = String(spot.value);
  spot.report({
    kind: 'type',
    path: spot.path,
    part: 'value',
    message: `the header ${JSON.stringify(spot.path.at(-1))} must be text`,
    suggestion: JSON.stringify(value),
    fix: { op: 'set', path: spot.path, value },
  });
  return { ...spot, value };
}
