import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shellWord } from '../../src/text/escape.ts';

const hostile = [
  '/a b/c',
  "/it's",
  '/$(touch harm)',
  '/`id`',
  '/a;b&c|d>e',
  '~/a b',
  '~/plain',
  '~x',
  '-rf',
  '',
  '/模型',
];

describe.each([['/bin/sh'], ['/bin/bash'], ['/usr/bin/zsh'], ['/usr/bin/fish']])('%s', (shell) => {
  it.skipIf(!existsSync(shell))(`reads each path as one word (needs ${shell})`, () => {
    const script = `printf '%s\\n' ${hostile.map(shellWord).join(' ')}`;
    const printed = execFileSync(shell, ['-c', script], {
      encoding: 'utf8',
      env: { HOME: '/home/me', PATH: process.env.PATH, LANG: 'C.UTF-8' },
    });
    const expected = hostile.map((word) => word.replace(/^~\//, '/home/me/'));
    expect(printed.split('\n').slice(0, -1)).toEqual(expected);
  });
});

it('any text is one word in a POSIX shell', () => {
  const words = fc.array(
    fc.string().map((text) => text.replace(/[\0\n]/g, '')),
    { minLength: 1 },
  );
  fc.assert(
    fc.property(words, (texts) => {
      const script = `printf '%s\\n' ${texts.map((text) => shellWord(`/${text}`)).join(' ')}`;
      const printed = execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' });
      expect(printed.split('\n').slice(0, -1)).toEqual(texts.map((text) => `/${text}`));
    }),
    { numRuns: 30 },
  );
});
