import type { Path } from '../config/edit.ts';
import { nearestName } from '../platform/nearest.ts';
import { isRecord } from '../platform/record.ts';
import {
  type Cursor,
  memberName,
  memberOf,
  readLine,
  readRecord,
  replaceBy,
  report,
  reportUnknownKey,
  reportValue,
} from './cursor.ts';
import { reportName } from './names.ts';

/** A member of `channels` and the entry that it names; null if it names none. */
export interface Channel {
  readonly name: string;
  readonly entry: string | null;
  readonly path: Path;
}

/** Reads `channels`. `entries` are the names of all members of `models`, because a channel may name any of them. */
export function readChannels(cursor: Cursor, entries: ReadonlySet<string>): readonly Channel[] {
  const names = Object.keys(readRecord(cursor, 'of channels by name') ?? {});
  return names.flatMap((name) => {
    const channel = memberOf(cursor, name);
    if (reportName(channel, name)) return [];
    return [{ name, entry: readChannel(channel, entries), path: channel.path }];
  });
}

function readChannel(cursor: Cursor, entries: ReadonlySet<string>): string | null {
  const { value } = cursor;
  if (typeof value === 'string') return readShortForm(cursor, value, entries);
  if (!isRecord(value)) {
    reportValue(cursor, 'shape', 'must be an object with the name of an entry as its model');
    return null;
  }
  const model = memberOf(cursor, 'model');
  if (model.value === undefined) {
    reportNoModel(cursor, Object.keys(value));
    return null;
  }
  const name = readLine(model, 'the name of an entry');
  if (name !== null) reportUnknownEntry(model, name, entries);
  return name;
}

function readShortForm(cursor: Cursor, text: string, entries: ReadonlySet<string>): string {
  const entry = entries.has(text) ? text : (nearestName(text, [...entries]) ?? text);
  const suggestion = `{ model: ${JSON.stringify(entry)} }`;
  const message = `${memberName(cursor.path)} must be an object: ${suggestion}`;
  report(cursor, 'shape', message, { ...replaceBy(cursor, { model: entry }), suggestion });
  return entry;
}

// A channel may contain host settings, so only a misspelled `model` is reported.
function reportNoModel(cursor: Cursor, present: readonly string[]): void {
  const misspelt = present.find((key) => nearestName(key, ['model']) !== null);
  if (misspelt !== undefined) {
    reportUnknownKey(memberOf(cursor, misspelt), 'model', present);
  } else {
    const message = `${memberName(cursor.path)} has no model: set it to the name of an entry`;
    report(cursor, 'missing', message, { part: 'key' });
  }
}

function reportUnknownEntry(cursor: Cursor, name: string, entries: ReadonlySet<string>): void {
  if (entries.has(name)) return;
  const nearest = nearestName(name, [...entries]);
  const hint = nearest === null ? '' : ` (did you mean ${JSON.stringify(nearest)}?)`;
  report(
    cursor,
    'dangling',
    `${memberName(cursor.path)} names ${JSON.stringify(name)}, which is not an entry${hint}`,
    nearest === null ? {} : replaceBy(cursor, nearest),
  );
}
