import json5 from 'json5';
import { json5Dialect } from '../../src/config/json5/index.ts';
import type { Bench, Figure } from './figure.ts';

/** One edit in the middle of setup files from 10 KB to 10 MB, each beside one `json5.parse` of the same text. */
export const bench: Bench = async () => {
  const sizes = [10, 100, 1000, 10_000].map((kilobytes) => measure(setupText(kilobytes * 1000)));
  return [...sizes, manyEdits()];
};

const atMost = 1.6;

function measure(text: string): Figure {
  const name = `router-${Math.floor((json5.parse(text).count as number) / 2)}`;
  const measured = ratio(
    () => json5Dialect.edit(text, [change(name, 7)]),
    () => json5.parse(text),
    // Seconds each.
    text.length > 5e6 ? 7 : 25,
  );
  return {
    what: `one edit of ${(text.length / 1e6).toFixed(2)} MB`,
    measured,
    atMost,
    unit: '× json5.parse',
  };
}

/** Linear: a thousand edits in one call cost hardly more than one. */
function manyEdits(): Figure {
  const text = setupText(1_000_000);
  const edits = Array.from({ length: 1000 }, (_, index) => change(`router-${index}`, index));
  const measured = ratio(
    () => json5Dialect.edit(text, edits),
    () => json5Dialect.edit(text, edits.slice(0, 1)),
  );
  return { what: '1000 edits of 1 MB in one call', measured, atMost: 2, unit: '× one edit' };
}

function change(name: string, value: number) {
  return { op: 'set', path: ['models', name, 'maxRetries'], value: 100 + value } as const;
}

/**
 * Processor time, in turns, the best of the rounds: what else the machine does lengthens every round on the wall clock,
 * here only through a cold cache. Collecting garbage counts, on whatever thread it runs.
 */
function ratio(work: () => unknown, reference: () => unknown, length = 25): number {
  const rounds = Array.from({ length }, () => [cpuTime(work), cpuTime(reference)] as const);
  return Math.min(...rounds.map(([ours]) => ours)) / Math.min(...rounds.map(([, other]) => other));
}

/** Microseconds for one run; what is over too soon to be measured is run more often. */
function cpuTime(work: () => unknown): number {
  const start = process.cpuUsage();
  for (let runs = 1; ; runs += 1) {
    work();
    const { user, system } = process.cpuUsage(start);
    if (user + system > 10_000) return (user + system) / runs;
  }
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
