import json5 from 'json5';
import { json5Dialect } from '../../src/config/dialects/json5/index.ts';

/** At most this many times one `json5.parse` of the same text. */
const limit = 1.5;

export interface EditFigure {
  readonly bytes: number;
  readonly parseMs: number;
  readonly editMs: number;
  readonly ratio: number;
  readonly ok: boolean;
}

/** One edit in the middle of setup files from 10 KB to 10 MB, held against `json5.parse` of the same text. */
export function measureEdits(now: () => number): EditFigure[] {
  return [10, 100, 1000, 10_000].map((kilobytes) => measure(setupText(kilobytes * 1000), now));
}

/** A thousand edits in one call against a single one; linear means well below a thousand. */
export function measureManyEdits(now: () => number): number {
  const text = setupText(1_000_000);
  const edits = Array.from({ length: 1000 }, (_, index) => change(`router-${index}`, index));
  let one = Number.POSITIVE_INFINITY;
  let all = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 5; round += 1) {
    one = Math.min(
      one,
      timed(now, () => json5Dialect.edit(text, edits.slice(0, 1))),
    );
    all = Math.min(
      all,
      timed(now, () => json5Dialect.edit(text, edits)),
    );
  }
  return all / one;
}

export function reportEdits(now: () => number, print: (line: string) => void): boolean {
  const figures = measureEdits(now);
  for (const { bytes, parseMs, editMs, ratio } of figures) {
    print(
      `edit ${bytes} bytes: ${editMs.toFixed(1)} ms, json5.parse ${parseMs.toFixed(1)} ms, ratio ${ratio.toFixed(2)} (limit ${limit})`,
    );
  }
  print(`1000 edits in one call: ${measureManyEdits(now).toFixed(2)} x one edit`);
  return figures.filter(({ bytes }) => bytes >= 1_000_000).every(({ ok }) => ok);
}

/** In turns, so that whatever else the machine does weighs on both. */
function measure(text: string, now: () => number): EditFigure {
  const name = `router-${Math.floor(json5.parse<{ count: number }>(text).count / 2)}`;
  let parseMs = Number.POSITIVE_INFINITY;
  let editMs = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 9; round += 1) {
    parseMs = Math.min(
      parseMs,
      timed(now, () => json5.parse(text)),
    );
    editMs = Math.min(
      editMs,
      timed(now, () => json5Dialect.edit(text, [change(name, round)])),
    );
  }
  const ratio = editMs / parseMs;
  return { bytes: text.length, parseMs, editMs, ratio, ok: ratio <= limit };
}

function change(name: string, value: number) {
  return { op: 'set', path: ['models', name, 'maxRetries'], value: 100 + value } as const;
}

function timed(now: () => number, work: () => unknown): number {
  const start = now();
  work();
  return now() - start;
}

function setupText(bytes: number): string {
  const rows: string[] = [];
  for (let size = 0, index = 0; size < bytes; index += 1) {
    const row = `    // entry ${index}
    "router-${index}": {
      provider: 'openrouter', apiKey: "key of ${index}",
      fallbackModels: ["openai/gpt-4o", "google/gemini-2.5-pro",], /* both */
      maxRetries: 2, // how often
    },\n`;
    rows.push(row);
    size += row.length;
  }
  return `{\n  count: ${rows.length},\n  models: {\n${rows.join('')}  },\n}\n`;
}
