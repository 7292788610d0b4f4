/**
 * The known name that was probably meant, or null. About a third of the letters may differ, but no digits. Ignores
 * case, hyphens and underscores (`fallback_models` matches `fallbackModels`). A prefix of exactly one known name
 * matches that name (`fallback`).
 */
export function nearestName(name: string, known: readonly string[]): string | null {
  if (name.length > maxNameLength) return null;
  const typed = plain(name);
  const same = known.find((candidate) => plain(candidate) === typed);
  if (same !== undefined) return same;
  return nearestBySpelling(typed, known) ?? onlyOneThatStartsWith(typed, known);
}

/** The hint for a name that is not known: the one that was probably meant, or else all of them. */
export function choiceHint(name: string, known: readonly string[]): string {
  const near = nearestName(name, known);
  return near === null
    ? `Choose one of: ${[...new Set(known)].join(', ')}`
    : `Did you mean ${near}?`;
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[-_\s]/g, '');
}

/** Larger inputs would take too long and give meaningless results. */
const [maxNameLength, maxNames] = [200, 500];

function nearestBySpelling(typed: string, known: readonly string[]): string | undefined {
  if (known.length > maxNames) return undefined;
  const measured = known
    .filter((candidate) => digitsOf(candidate) === digitsOf(typed))
    .map((candidate) => ({ candidate, away: editDistance(typed, plain(candidate)) }))
    .sort((a, b) => a.away - b.away);
  const best = measured[0];
  return best !== undefined && best.away <= Math.round(typed.length / 3)
    ? best.candidate
    : undefined;
}

/** Names with different numbers are different names: `p95` is not `p75`, though `fp61` may be a typo of `fp16`. */
function digitsOf(name: string): string {
  return name.replace(/\D/g, '').split('').sort().join('');
}

function onlyOneThatStartsWith(typed: string, known: readonly string[]): string | null {
  if (typed.length < 4) return null;
  const starting = known.filter((candidate) => plain(candidate).startsWith(typed));
  return starting.length === 1 ? (starting[0] ?? null) : null;
}

/**
 * Number of letters to insert, delete, replace or swap with a neighbor to turn one text into the other. Not
 * `fastest-levenshtein`, because it counts a swap, the most frequent typo, as two changes.
 */
export function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const changed = (previous[j - 1] ?? 0) + Number(a[i - 1] !== b[j - 1]);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwap ? (beforePrevious[j - 2] ?? 0) + 1 : Infinity;
      row.push(Math.min((row[j - 1] ?? 0) + 1, (previous[j] ?? 0) + 1, changed, swapped));
    }
    beforePrevious = previous;
    previous = row;
  }
  return previous[b.length] ?? 0;
}
