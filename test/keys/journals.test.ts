import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { unfinishedCreations } from '../../src/keys/journals.ts';
import { put } from '../helpers/put.ts';
import { createWorld } from '../helpers/world.ts';

const now = '2026-11-29T12:00:00.000Z';

/** The unfinished creations, where a process that is not here wrote the journal that many hours ago. */
async function unfinishedAfter(hours: number, mark: { readonly space?: string }) {
  const baseUrl = 'http://127.0.0.1:9/api/v1';
  const { deps, home } = createWorld({ now, env: { OPENROUTER_BASE_URL: baseUrl } });
  const path = join(home, '.local/state/openclaw-openrouter/created-keys.json');
  const creation = { baseUrl, name: 'a', temporaryName: 'a (new 0)', hash: null };
  put(path, JSON.stringify([{ pid: 2 ** 22 + 1, startedAt: '1', ...mark, ...creation }]));
  const written = new Date(Date.parse(now) - hours * 3_600_000);
  utimesSync(path, written, written);
  return (await unfinishedCreations(deps)).map(({ name }) => name);
}

describe('a key that a run is creating', () => {
  it('of another container is left alone for a day', async () => {
    const mark = { space: 'another-boot pid:[1]' };
    expect(await unfinishedAfter(23, mark)).toEqual([]);
    expect(await unfinishedAfter(25, mark)).toEqual(['a']);
  });

  it('of a process that has ended is unfinished at once, also if an earlier version wrote it', async () => {
    expect(await unfinishedAfter(0, {})).toEqual(['a']);
  });
});
