import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { CatalogModel } from '../../../src/catalog/model.ts';
import { runDoctor } from '../../../src/commands/doctor/run.ts';
import type { Finding } from '../../../src/doctor/finding.ts';
import { doctorWorld, findings, sandboxModels } from '../../doctor/doctor-world.ts';
import { offline } from './offline.ts';

/**
 * Broken setups under their names. Before each place that must be pointed to stands the id of the check that must
 * do it, and nothing else may be more than a note.
 */
const bank = readFileSync(
  join(import.meta.dirname, '..', '..', 'fixtures', 'doctor', 'broken-setups.txt'),
  'utf8',
)
  .split(/^# /m)
  .slice(1)
  .map((part) => {
    const [name = ''] = part.split('\n', 1);
    return [name, part.slice(name.length + 1).replace(/\n$/, '')] as const;
  });

function planted(marked: string): { text: string; faults: string[] } {
  const faults: string[] = [];
  let text = '';
  for (const [piece] of marked.matchAll(/⟨[^⟩]*⟩|[^⟨]+/g)) {
    const lines = text.split('\n');
    if (!piece.startsWith('⟨')) text += piece;
    else faults.push(`${piece.slice(1, -1)} ${lines.length}:${(lines.at(-1) ?? '').length + 1}`);
  }
  return { text, faults: faults.sort() };
}

function reported(found: readonly Finding[]): string[] {
  return found
    .filter(({ severity, place }) => severity !== 'info' && place !== undefined)
    .map(({ checkId, place }) => `${checkId} ${place?.line}:${place?.column}`)
    .sort();
}

const options = { ...offline, fix: 'yes' } as const;

let models: readonly CatalogModel[];
beforeAll(async () => {
  models = await sandboxModels();
});

describe('a broken setup', () => {
  it.each(bank)(
    '%s: every fault is reported at its place, and nothing else',
    async (_name, marked) => {
      const { text, faults } = planted(marked);
      expect(reported(await findings({ text, models }))).toEqual(faults);
    },
  );

  const parsed = bank.filter(([name]) => !name.startsWith('syntax'));

  it.each(parsed)('%s: --fix keeps every comment and leaves nothing to fix', async (_n, marked) => {
    const bare = planted(marked).text;
    const text = bare
      .split('\n')
      .map((line, index) => `${line} // remark ${index}.`)
      .join('\n');
    const lab = await doctorWorld({ text, models });
    const first = await runDoctor(lab.deps, options);
    const after = readFileSync(lab.path, 'utf8');
    const remarks = text.match(/\/\/ remark \d+\./g) ?? [];
    expect(remarks.filter((remark) => !after.includes(remark))).toEqual([]);
    expect(first.findings.filter(({ fix }) => fix !== undefined)).toEqual([]);

    const second = await runDoctor(lab.deps, options);
    expect(second.fixed).toMatchObject({ done: [], written: [], undoId: null });
    expect(readFileSync(lab.path, 'utf8')).toBe(after);
  });
});
