import type { Path } from '../config/edit.ts';
import { nearestName } from '../platform/nearest.ts';
import { isRecord } from '../platform/record.ts';
import { reportName } from './names.ts';
import { lineAt, memberOf, nameOf, recordAt, refuse, type Spot } from './spot.ts';

/** A member of `channels` and the entry that it names; null when it names none. */
export interface Channel {
  readonly name: string;
  readonly entry: string | null;
  readonly path: Path;
}

/** Reads `channels`. `entries` are the names of all members of `models`: a channel may name another provider's. */
export function readChannels(spot: Spot, entries: readonly string[]): readonly Channel[] {
  const names = Object.keys(recordAt(spot, 'of channels by name') ?? {});
  const known = { names: entries, has: new Set(entries) };
  return names.flatMap((name) => {
    const at = memberOf(spot, name);
    if (reportName(at, name)) return [];
    return [{ name, entry: readChannel(at, known), path: at.path }];
  });
}

interface KnownEntries {
  readonly names: readonly string[];
  readonly has: ReadonlySet<string>;
}

function readChannel(spot: Spot, entries: KnownEntries): string | null {
  if (typeof spot.value === 'string') return readShortForm(spot, spot.value, entries);
  if (!isRecord(spot.value)) {
    refuse(spot, 'shape', 'must be an object with the name of an entry as its model');
    return null;
  }
  const model = memberOf(spot, 'model');
  if (model.value === undefined) {
    reportNoModel(spot, Object.keys(spot.value));
    return null;
  }
  const name = lineAt(model, 'the name of an entry');
  if (name !== null) reportDangling(model, name, entries);
  return name;
}

function readShortForm(spot: Spot, text: string, entries: KnownEntries): string {
  const entry = entries.has.has(text) ? text : (nearestName(text, entries.names) ?? text);
  spot.report({
    kind: 'shape',
    path: spot.path,
    part: 'value',
    message: `${nameOf(spot.path)} must be an object: { model: ${JSON.stringify(entry)} }`,
    suggestion: `{ model: ${JSON.stringify(entry)} }`,
    fix: { op: 'set', path: spot.path, value: { model: entry } },
  });
  return entry;
}

// A channel has settings of its own that are none of ours; just a slip for `model` is worth a word.
function reportNoModel(spot: Spot, present: readonly string[]): void {
  const slip = present.find((key) => nearestName(key, ['model']) !== null);
  const path = slip === undefined ? spot.path : [...spot.path, slip];
  spot.report({
    kind: slip === undefined ? 'missing' : 'unknown-key',
    path,
    part: 'key',
    message:
      slip === undefined
        ? `${nameOf(spot.path)} has no model: it names no entry`
        : `${nameOf(path)} is not a known key; model is`,
    ...(slip === undefined
      ? {}
      : { suggestion: 'model', fix: { op: 'rename', path, to: 'model' } as const }),
  });
}

function reportDangling(spot: Spot, name: string, entries: KnownEntries): void {
  if (entries.has.has(name)) return;
  const near = nearestName(name, entries.names);
  const what = `${nameOf(spot.path)} names ${JSON.stringify(name)}, and there is no such entry`;
  spot.report({
    kind: 'dangling',
    path: spot.path,
    part: 'value',
    message: near === null ? what : `${what}; ${JSON.stringify(near)} is`,
    ...(near === null
      ? {}
      : { suggestion: near, fix: { op: 'set', path: spot.path, value: near } as const }),
  });
}
