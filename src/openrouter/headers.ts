import { plainFailure, WireError } from './wire-error.ts';

type Named = Readonly<Record<string, string>> | undefined;

// What the client itself decides: the key goes nowhere else, and the body is JSON of the length that it has.
const OURS = new Set([
  'accept',
  'authorization',
  'connection',
  'content-length',
  'content-type',
  'host',
  'transfer-encoding',
]);

/** The headers of a request; those named later win. Throws WireError for one that HTTP cannot carry. */
export function requestHeaders(
  apiKey: string | null,
  accept: string,
  ...named: readonly Named[]
): Headers {
  const headers = new Headers({ accept, 'content-type': 'application/json' });
  for (const [name, value] of named.flatMap((some) => Object.entries(some ?? {}))) {
    if (!OURS.has(name.toLowerCase())) setHeader(headers, name, value);
  }
  if (apiKey !== null) headers.set('authorization', `Bearer ${apiKey}`);
  return headers;
}

function setHeader(headers: Headers, name: string, value: string): void {
  try {
    headers.set(name, asBytes(value));
  } catch {
    throw new WireError(
      plainFailure(
        'http',
        `The header ${JSON.stringify(name)} holds characters that HTTP cannot carry`,
        {
          code: 'invalid_header',
        },
      ),
    );
  }
}

/** A title may be in any language; fetch takes only bytes, one a character (Fetch standard, "byte string"). */
function asBytes(value: string): string {
  return Buffer.from(value, 'utf8').toString('latin1');
}
