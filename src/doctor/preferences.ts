import type { Path } from '../config/edit.ts';
import { valueAt } from '../platform/record.ts';
import type { Entry } from '../setup-file/entry.ts';
import type { Setup } from '../setup-file/setup-file.ts';

/** A provider where `providerPreferences` names it. */
export interface PreferenceMention {
  readonly list: 'exclude' | 'prefer';
  readonly written: string;
  /** Without the variant of an endpoint: `deepinfra/fp8` is of `deepinfra`. */
  readonly slug: string;
  readonly path: Path;
}

export function preferenceMentions(
  setup: Pick<Setup, 'value'>,
  { path, providerPreferences }: Entry,
): readonly PreferenceMention[] {
  return (['exclude', 'prefer'] as const).flatMap((list) => {
    const own = [...path, 'providerPreferences', list];
    const written = valueAt(setup.value, own);
    if (!Array.isArray(written)) {
      return providerPreferences[list].map((name) => mention(list, name, own));
    }
    return written.flatMap((name: unknown, index) =>
      typeof name === 'string' && name.trim() !== '' ? [mention(list, name, [...own, index])] : [],
    );
  });
}

function mention(list: 'exclude' | 'prefer', written: string, path: Path): PreferenceMention {
  return { list, written, slug: written.trim().toLowerCase().split('/')[0] ?? '', path };
}
