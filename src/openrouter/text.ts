import { createRedactor } from '../text/redact.ts';
import { cleanText } from '../text/terminal.ts';

const LONGEST = 500;

/**
 * `cleanText`, at most 500 characters, with everything that looks like a key, and the given key, hidden:
 * an upstream provider may echo the request in its error.
 */
export function cleanMessage(text: string, key: string | null = null): string {
  const redactor = createRedactor();
  if (key !== null) redactor.add(key);
  const redacted = redactor.redact(cleanText(text));
  return redacted.length > LONGEST ? `${redacted.slice(0, LONGEST - 1)}…` : redacted;
}
