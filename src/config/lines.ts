/** Offsets of one line; `end` is where its line end begins. */
export interface Line {
  /** 0-based. */
  readonly index: number;
  readonly start: number;
  readonly end: number;
}

/**
 * Finds the line of an offset, in the text that was asked about last without reading it again: many offsets in one
 * text, or in one long line, take as long as one pass over it. `lineEnd` is a global pattern.
 */
export function lineFinder(lineEnd: RegExp): (text: string, offset: number) => Line {
  let known: Lines = linesOf('', lineEnd);
  return (text, offset) => {
    if (known.text !== text) known = linesOf(text, lineEnd);
    const { starts, ends } = known;
    const index = lastUpTo(starts, offset);
    return { index, start: starts[index] ?? 0, end: ends[index] ?? text.length };
  };
}

interface Lines {
  readonly text: string;
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

function linesOf(text: string, lineEnd: RegExp): Lines {
  const starts = [0];
  const ends: number[] = [];
  const pattern = new RegExp(lineEnd);
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    ends.push(match.index);
    starts.push(pattern.lastIndex);
  }
  ends.push(text.length);
  return { text, starts, ends };
}

/** Index of the last number that is not above `most`, in a sorted list whose first one is not. */
function lastUpTo(sorted: readonly number[], most: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((sorted[middle] ?? 0) <= most) low = middle;
    else high = middle - 1;
  }
  return low;
}
