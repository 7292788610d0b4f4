import { UserError } from '../../platform/errors.ts';

/** How a value stood in the text before, so that the new one can stand the same way. */
type Before = string | null;

/** A value as bash and zsh read it: in the quotes it had (the guide's double ones when new), else single ones. */
export function quoteSh(value: string, before: Before): string {
  refuseNul(value);
  if (before !== null && /^[^'"\\$]+$/.test(before) && /^[\w./:@%+,-]+$/.test(value)) return value;
  if (!before?.startsWith("'") && /^[^"\\$`!]*$/.test(value)) return `"${value}"`;
  return `'${value.replaceAll("'", "'\\''")}'`;
}

/** A value as fish reads it. */
export function quoteFish(value: string, before: Before): string {
  refuseNul(value);
  if (before !== null && /^[^'"\\$(]+$/.test(before) && /^[\w./:@%+,-]+$/.test(value)) return value;
  if (!before?.startsWith("'") && /^[^"\\$]*$/.test(value)) return `"${value}"`;
  return `'${value.replaceAll(/['\\]/g, (char) => `\\${char}`)}'`;
}

function refuseNul(value: string): void {
  if (!value.includes('\0')) return;
  throw new UserError('An environment variable cannot hold a NUL character', { type: 'key' });
}
