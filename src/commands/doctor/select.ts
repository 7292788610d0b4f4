import type { Check } from '../../doctor/check.ts';
import { groups } from '../../doctor/finding.ts';
import { UsageError } from '../../platform/errors.ts';
import { nearestName } from '../../platform/nearest.ts';

/**
 * The checks that `--only` and `--skip` leave, by id or by group. Throws UsageError, with the nearest known one, for
 * an id that is none: a check that silently does not run would look like one that found nothing.
 */
export function selectChecks(
  checks: readonly Check[],
  { only, skip }: { readonly only: readonly string[]; readonly skip: readonly string[] },
): readonly Check[] {
  for (const id of only) assertKnown('--only', id, checks);
  for (const id of skip) assertKnown('--skip', id, checks);
  const selected = checks.filter(
    (check) =>
      (only.length === 0 || only.some((id) => means(id, check))) &&
      !skip.some((id) => means(id, check)),
  );
  if (selected.length > 0) return selected;
  throw new UsageError('--only and --skip together leave no check to run');
}

function means(id: string, check: Check): boolean {
  return id === check.id || check.id.startsWith(`${id}/`);
}

function assertKnown(flag: string, id: string, checks: readonly Check[]): void {
  if (checks.some((check) => means(id, check))) return;
  const known = [...checks.map((check) => check.id), ...groups];
  const near = nearestName(id, known) ?? known.find((name) => name.endsWith(`/${id}`));
  throw new UsageError(`${flag}: there is no check or group "${id}"`, {
    hint: `${near === undefined ? '' : `Did you mean ${near}? `}--list-checks shows them all`,
  });
}
