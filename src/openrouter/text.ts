import { createRedactor, type Redactor } from '../text/redact.ts';
import { cleanText } from '../text/terminal.ts';

const LONGEST = 500;

/** So much is looked at: what looks for keys in every spelling is not for megabytes. */
const MOST_READ = 20_000;
const anyKey = createRedactor();

/**
 * `cleanText`, at most 500 characters, without secrets: an upstream provider may echo the request in its error. The
 * redactor knows the key that was sent; without one, whatever looks like a key is hidden.
 */
export function cleanMessage(text: string, redactor: Redactor = anyKey): string {
  const redacted = redactor.redact(cleanText(text.slice(0, MOST_READ)));
  return redacted.length > LONGEST ? `${redacted.slice(0, LONGEST - 1)}…` : redacted;
}
