import { describe, expect, it } from 'vitest';
import { cleanMessage } from '../../src/openrouter/wire-error.ts';
import { createRedactor } from '../../src/text/redact.ts';
import { madeUpKey } from './serve.ts';

function knowing(secret: string) {
  const redactor = createRedactor();
  redactor.add(secret);
  return redactor;
}

describe('cleanMessage', () => {
  it('shows a key by its prefix only', () => {
    expect(cleanMessage(`Invalid key ${madeUpKey}!`)).toBe('Invalid key sk-or-v1-ab12…!');
  });

  it('masks the key that was sent, in any form', () => {
    expect(cleanMessage('Bearer proxy-secret refused', knowing('proxy-secret'))).toBe(
      'Bearer (hidden) refused',
    );
  });

  it('finds a key with an invisible character or an escape inside', () => {
    const split = `${madeUpKey.slice(0, 20)}\u200b\u001b[1m${madeUpKey.slice(20)}`;
    expect(cleanMessage(split, knowing(madeUpKey))).toBe('sk-or-v1-ab12…');
  });

  it.each([
    ['that was sent', knowing(madeUpKey)],
    ['that nobody has sent', undefined],
  ])('masks a key %s and that is broken into lines', (_which, redactor) => {
    const wrapped = `Bearer ${madeUpKey.slice(0, 30)}\n  ${madeUpKey.slice(30)} refused`;
    expect(cleanMessage(wrapped, redactor)).toBe('Bearer sk-or-v1-ab12… refused');
  });

  it('does not mask the label of a key, which OpenRouter has already shortened', () => {
    expect(cleanMessage('sk-or-v1-au7...890')).toBe('sk-or-v1-au7...890');
  });

  it('is at most 500 characters long', () => {
    expect(cleanMessage('a'.repeat(10_000))).toHaveLength(500);
  });
});
