import { distance } from 'fastest-levenshtein';

/**
 * The known name that was probably meant, or null when none is near: about a third of the letters may differ.
 * Case, hyphens and underscores do not count (`fallback_models` means `fallbackModels`), and a name that is
 * the start of just one known name means that one (`fallback`).
 */
export function nearestName(name: string, known: readonly string[]): string | null {
  if (name.length > longestName) return null;
  const wanted = plain(name);
  const same = known.find((candidate) => plain(candidate) === wanted);
  if (same !== undefined) return same;
  return nearestBySpelling(wanted, known) ?? onlyOneThatStartsWith(wanted, known);
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[-_\s]/g, '');
}

/** What is longer is no slip for a name, and among more names than these spelling says little: both would take long. */
const [longestName, mostNames] = [200, 500];

function nearestBySpelling(wanted: string, known: readonly string[]): string | undefined {
  if (known.length > mostNames) return undefined;
  const measured = known
    .map((candidate) => ({ candidate, away: distance(wanted, plain(candidate)) }))
    .sort((a, b) => a.away - b.away);
  const best = measured[0];
  return best !== undefined && best.away <= Math.round(wanted.length / 3)
    ? best.candidate
    : undefined;
}

function onlyOneThatStartsWith(wanted: string, known: readonly string[]): string | null {
  if (wanted.length < 4) return null;
  const starting = known.filter((candidate) => plain(candidate).startsWith(wanted));
  return starting.length === 1 ? (starting[0] ?? null) : null;
}
