import fc from 'fast-check';
import json5 from 'json5';
import { describe, expect, it, vi } from 'vitest';
import type { Edit, Path } from '../../../src/config/edit.ts';
import { json5Dialect } from '../../../src/config/json5/index.ts';
import { sameData } from '../../../src/config/json5/plain.ts';
import { scanJson5 } from '../../../src/config/json5/scan.ts';
import { type Json5Node, nodeAt, plainValue } from '../../../src/config/json5/tree.ts';
import { seeded } from '../../helpers/seeded.ts';
import { anyDocument, anyValue } from './documents.ts';

// Thousands of runs: a busy machine takes its time.
vi.setConfig({ testTimeout: 120_000 });
const runs = seeded(3000);
const edit = (text: string, ...edits: Edit[]) => json5Dialect.edit(text, edits);

/** The paths of all values in a document, the root first; of duplicate keys the last. */
function pathsOf(root: Json5Node): { path: Path; node: Json5Node }[] {
  const found: { path: Path; node: Json5Node }[] = [{ path: [], node: root }];
  for (const { path, node } of found) {
    if (node.kind === 'scalar') continue;
    for (const [index, member] of node.members.entries()) {
      const step = member.key ?? index;
      if (nodeAt(node, [step]) === member) found.push({ path: [...path, step], node: member });
    }
  }
  return found;
}

function pick<T>(items: readonly T[], seed: number): T | undefined {
  return items[seed % Math.max(1, items.length)];
}

function commentsOf(text: string): string[] {
  const strings = /"(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*'/.source;
  const comments = /\/\/[^\n\r\u2028\u2029]*|\/\*[\s\S]*?\*\//.source;
  return [...text.matchAll(new RegExp(`${strings}|${comments}`, 'g'))]
    .map(([piece]) => piece)
    .filter((piece) => piece.startsWith('/'));
}

const picked = fc.record({ text: anyDocument, seed: fc.nat(), value: anyValue, name: fc.string() });

describe('the JSON5 editor, with generated documents', () => {
  it('reads what json5.parse reads', () => {
    fc.assert(
      fc.property(anyDocument, (text) => sameData(plainValue(scanJson5(text)), json5.parse(text))),
      runs,
    );
  });

  it('returns the value that was set, and setting it again changes nothing', () => {
    fc.assert(
      fc.property(picked, ({ text, seed, value }) => {
        const path = pick(pathsOf(scanJson5(text)), seed)?.path ?? [];
        const once = edit(text, { op: 'set', path, value }).text;
        const found = nodeAt(scanJson5(once), path);
        expect(found !== null && sameData(plainValue(found), value)).toBe(true);
        expect(edit(once, { op: 'set', path, value }).text).toBe(once);
      }),
      runs,
    );
  });

  it('changes no byte when an equal value is set', () => {
    fc.assert(
      fc.property(picked, ({ text, seed }) => {
        const spot = pick(pathsOf(scanJson5(text)), seed);
        if (spot === undefined) return;
        const { path, node } = spot;
        expect(edit(text, { op: 'set', path, value: plainValue(node) }).text).toBe(text);
      }),
      runs,
    );
  });

  it('changes only the bytes of a scalar that gets another value', () => {
    fc.assert(
      fc.property(picked, ({ text, seed, name }) => {
        const scalars = pathsOf(scanJson5(text)).filter(({ node }) => node.kind === 'scalar');
        const spot = pick(scalars, seed);
        if (spot === undefined) return;
        const { text: after } = edit(text, { op: 'set', path: spot.path, value: name });
        expect(after.startsWith(text.slice(0, spot.node.start))).toBe(true);
        expect(after.endsWith(text.slice(spot.node.end))).toBe(true);
      }),
      runs,
    );
  });

  it('restores the same bytes when a new member is removed again', () => {
    fc.assert(
      fc.property(picked, ({ text, seed, value }) => {
        const objects = pathsOf(scanJson5(text)).filter(({ node }) => node.kind === 'object');
        const spot = pick(objects, seed);
        if (spot === undefined) return;
        const path = [...spot.path, 'added by the test'];
        const comment = seed % 3 === 0 ? { comment: 'what for\nand why' } : {};
        const longer = edit(text, { op: 'set', path, value, ...comment }).text;
        expect(edit(longer, { op: 'remove', path }).text).toBe(text);
      }),
      runs,
    );
  });

  it('restores the same bytes when a new item is removed again', () => {
    fc.assert(
      fc.property(picked, ({ text, seed, value }) => {
        const lists = pathsOf(scanJson5(text)).filter(({ node }) => node.kind === 'array');
        const spot = pick(lists, seed);
        if (spot === undefined || spot.node.kind === 'scalar') return;
        const path = [...spot.path, seed % (spot.node.members.length + 1)];
        const longer = edit(text, { op: 'insert', path, value }).text;
        expect(edit(longer, { op: 'remove', path }).text).toBe(text);
      }),
      runs,
    );
  });

  it('removes any member or item, and keeps the value of the rest and every other comment', () => {
    fc.assert(
      fc.property(picked, ({ text, seed }) => {
        const spot = pick(pathsOf(scanJson5(text)).slice(1), seed);
        if (spot === undefined) return;
        const after = edit(text, { op: 'remove', path: spot.path }).text;
        expect(nodeAt(scanJson5(after), spot.path.slice(0, -1))).not.toBeNull();
        expect(edit(after, { op: 'set', path: [], value: json5.parse(after) }).text).toBe(after);
      }),
      runs,
    );
  });

  it('removes any scalar item and, with keepComments, keeps every comment', () => {
    fc.assert(
      fc.property(picked, ({ text, seed }) => {
        const items = pathsOf(scanJson5(text)).filter(
          ({ path, node }) => node.kind === 'scalar' && typeof path.at(-1) === 'number',
        );
        const path = pick(items, seed)?.path;
        if (path === undefined) return;
        const after = edit(text, { op: 'remove', path, keepComments: true }).text;
        const without = edit(text, { op: 'remove', path }).text;
        expect(sameData(json5.parse(after), json5.parse(without))).toBe(true);
        expect(commentsOf(after)).toEqual(commentsOf(text));
      }),
      runs,
    );
  });

  it('renames a member by changing its key and no other byte', () => {
    fc.assert(
      fc.property(picked, ({ text, seed, name }) => {
        const members = pathsOf(scanJson5(text)).filter(
          ({ path }) => typeof path.at(-1) === 'string',
        );
        const spot = pick(members, seed);
        if (spot === undefined) return;
        const to = `renamed ${name}`;
        const there = edit(text, { op: 'rename', path: spot.path, to }).text;
        expect(nodeAt(scanJson5(there), [...spot.path.slice(0, -1), to])).not.toBeNull();
      }),
      runs,
    );
  });

  it('makes many edits at once with the same result as one by one', () => {
    fc.assert(
      fc.property(
        anyDocument,
        fc.array(fc.tuple(fc.nat(), anyValue), { maxLength: 6 }),
        (text, plan) => {
          const edits: Edit[] = [];
          let stepwise = text;
          for (const [seed, value] of plan) {
            const spots = pathsOf(scanJson5(stepwise));
            const path = pick(spots, seed)?.path ?? [];
            const next: Edit =
              seed % 2 === 0 || path.length === 0
                ? { op: 'set', path, value }
                : { op: 'remove', path };
            edits.push(next);
            stepwise = edit(stepwise, next).text;
          }
          expect(sameData(json5.parse(edit(text, ...edits).text), json5.parse(stepwise))).toBe(
            true,
          );
        },
      ),
      runs,
    );
  });
});
