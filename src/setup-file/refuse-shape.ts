import { UserError } from '../platform/errors.ts';
import type { Setup } from './setup-file.ts';

/**
 * Throws UserError, with its place, for a setup file whose root, `models` or `channels` is no object: it would be
 * taken for one without entries, and the person told to add some.
 */
export function refuseShape(setup: Pick<Setup, 'problems' | 'at'>): void {
  const wrong = setup.problems.find(({ kind, path }) => kind === 'shape' && path.length <= 1);
  if (wrong === undefined) return;
  const place = setup.at(wrong.path);
  throw new UserError(wrong.message, {
    type: 'file',
    hint: 'Mend that by hand first: what it means is not for a program to guess',
    ...(place === undefined ? {} : { place }),
  });
}
