import type { Catalog } from '../catalog/load.ts';
import { type CatalogModel, findModel } from '../catalog/model.ts';
import type { Path } from '../config/edit.ts';
import type { Entry } from '../setup-file/entry.ts';
import type { Setup } from '../setup-file/setup-file.ts';
import { type Fix, listedTexts, setupFix } from './finding.ts';

/** A model id in the setup file, with its path. */
export interface Mention {
  readonly entry: Entry;
  readonly role: 'primary' | 'complex' | `fallback${number}`;
  /** As written. */
  readonly id: string;
  readonly path: Path;
}

/** Every model id of the entry: the chain in order, then the complex model. */
export function mentionsOf(setup: Pick<Setup, 'value'>, entry: Entry): readonly Mention[] {
  const { path, defaultModel, complexModel } = entry;
  return [
    ...mention(entry, 'primary', defaultModel, [...path, 'defaultModel']),
    ...fallbackMentions(setup, entry),
    ...mention(entry, 'complex', complexModel ?? '', [...path, 'complexModel']),
  ];
}

export function allMentions(setup: Pick<Setup, 'value' | 'entries'>): readonly Mention[] {
  return setup.entries.flatMap((entry) => mentionsOf(setup, entry));
}

function mention(entry: Entry, role: Mention['role'], id: string, path: Path): readonly Mention[] {
  return id === '' ? [] : [{ entry, role, id, path }];
}

function fallbackMentions(setup: Pick<Setup, 'value'>, entry: Entry): readonly Mention[] {
  const listed = listedTexts(setup, [...entry.path, 'fallbackModels'], entry.fallbackModels);
  return listed.flatMap(({ text, path }, index) =>
    mention(entry, `fallback${index + 1}`, text, path),
  );
}

/** The listed model that the id resolves to. */
export function modelOf(catalog: Catalog, { id }: Mention): CatalogModel | undefined {
  return findModel(catalog.models, id.trim());
}

export function replaceModel(setup: Pick<Setup, 'path'>, mention: Mention, id: string): Fix {
  const { path, entry } = mention;
  const does = `${entry.name}: replace ${JSON.stringify(mention.id)} with ${JSON.stringify(id)}`;
  return setupFix(setup, does, { op: 'set', path, value: id });
}

/** E.g. `fallback 2`, as shown to the user. */
export function roleText(role: Mention['role']): string {
  return role.replace(/\d+$/, ' $&');
}
