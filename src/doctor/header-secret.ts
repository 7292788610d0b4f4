/**
 * Does the header carry a secret? By its name, or by a value that has the form of a key of one of the well-known
 * services. A header goes along with every request, to whichever provider serves it.
 */
export function isSecretHeader(name: string, value: string): boolean {
  return secretName.test(name) || secretValue.test(value);
}

const secretName = /(^|[-_])(api-?key|token|secret|password|credentials?|cookie)$|^authorization$/i;
const secretValue =
  /\bsk-[\w-]{12,}|^\s*(bearer|basic)\s+\S{8,}|\bgh[pousr]_\w{20,}|\bAKIA[0-9A-Z]{16}\b|\bxox[abprs]-\w+/i;
