import { describe, expect, it } from 'vitest';
import { uncaughtFileError } from '../../src/config/file-error.ts';

const raw = (fields: object) => Object.assign(new Error('raw'), fields);

describe('an uncaught error', () => {
  it('of the file system has the path, the reason and a hint', () => {
    const error = uncaughtFileError(raw({ code: 'EACCES', syscall: 'scandir', path: '/home/a/x' }));
    expect(error).toMatchObject({
      type: 'file',
      message: 'Cannot use /home/a/x: permission denied',
      hint: expect.stringContaining('ls -ld'),
    });
  });

  it.each([
    ['without a path', { code: 'ECONNREFUSED', syscall: 'connect' }],
    ['of a program that cannot be started', { code: 'ENOENT', syscall: 'spawn x', path: 'x' }],
    ['with a code that no file system gives', { code: 'ERR_X', path: '/x' }],
  ])('that is %s is not one of the file system', (_, fields) => {
    expect(uncaughtFileError(raw(fields))).toBeNull();
    expect(uncaughtFileError('text')).toBeNull();
  });
});
