import {
  chmodSync,
  existsSync,
  linkSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ChangeSet, diffOf, planFile } from '../../src/changes/change-set.ts';
import { commit, commitFresh } from '../../src/changes/commit.ts';
import { listUndo, undo } from '../../src/changes/undo.ts';
import { readText } from '../../src/config/snapshot.ts';
import type { Deps, Files } from '../../src/platform/deps.ts';
import { parseSetup } from '../../src/setup-file/setup-file.ts';
import { hintWith } from '../helpers/hint.ts';
import { createWorld, testKey } from '../helpers/world.ts';

const setup = '{\n  // mine\n  models: {},\n}\n';

describe('a change set', () => {
  it('is written completely, as one undo', async () => {
    const { deps, path, rc } = files();
    const before = await changeSet(deps, { path, rc });
    const { undoId, written } = await commit(deps, before);
    expect(written).toEqual([path, rc]);
    expect(readFileSync(path, 'utf8')).toContain('// mine');
    expect(readFileSync(path, 'utf8')).toContain('x/y');
    expect(readFileSync(rc, 'utf8')).toContain(testKey);
    expect(await listUndo(deps)).toEqual([
      { id: undoId, time: '2026-11-22T12:00:00.000Z', command: 'init', files: [path, rc] },
    ]);
  });

  it('without changes writes no file, no folder and no undo', async () => {
    const { deps, path, home } = files();
    const same = planFile(await readText(deps.files, path), 'json5', []);
    const absent = planFile(await readText(deps.files, join(home, 'new', 'a.json5')), 'json5', []);
    const before = statSync(path).mtimeMs;
    expect(await commit(deps, { command: 'init', files: [same, absent] })).toEqual({
      undoId: null,
      written: [],
    });
    expect(statSync(path).mtimeMs).toBe(before);
    expect(readdirSync(home).sort()).toEqual(['.bashrc', 'openclaw.json5']);
  });

  it.each([
    ['bash', (digits: string) => `export OPENROUTER_API_KEY='sk-or'-v1-${digits}\n`],
    ['json5', (digits: string) => `{ apiKey: '\\x73k-or-\\\nv1-${digits}' }\n`],
  ] as const)('shows no old key of a %s file that is written in pieces', async (dialect, text) => {
    const { deps, rc } = files();
    const digits = '9f8e7d6c'.repeat(8);
    writeFileSync(rc, text(digits));
    const path = [dialect === 'bash' ? 'OPENROUTER_API_KEY' : 'apiKey'];
    const edits = [{ op: 'set', path, value: testKey }] as const;
    const file = planFile(await readText(deps.files, rc), dialect, edits);
    const diff = diffOf(deps, { command: 'init', files: [file] });
    expect(diff).toContain('sk-or');
    expect(diff).not.toContain('9f8e7d6c');
  });

  it('can change only a mode, which is shown, and restored if a later write fails', async () => {
    const { deps, path, rc } = files();
    chmodSync(rc, 0o644);
    const fixed = { ...planFile(await readText(deps.files, rc), 'bash', []), setMode: 0o600 };
    const onlyMode = { command: 'doctor --fix', files: [fixed] };
    expect(diffOf(deps, onlyMode)).toBe('mode change 0644 => 0600 ~/.bashrc\n');
    const [edited] = (await changeSet(deps, { path, rc })).files;
    if (edited === undefined) throw new Error('no file');
    const failing = { ...deps, files: refusing(deps.files, 'rename', path) };
    await expect(
      commit(failing, { command: 'doctor --fix', files: [fixed, edited] }),
    ).rejects.toMatchObject({ type: 'file' });
    expect(statSync(rc).mode & 0o777).toBe(0o644);
    expect((await commit(deps, onlyMode)).written).toEqual([rc]);
    expect(statSync(rc).mode & 0o777).toBe(0o600);
    const again = { ...planFile(await readText(deps.files, rc), 'bash', []), setMode: 0o600 };
    expect(await commit(deps, { command: 'doctor --fix', files: [again] })).toMatchObject({
      undoId: null,
    });
  });

  it('reports on stderr that it removed the lock of a dead process', async () => {
    const { deps, path, rc, printed } = files();
    const lock = join(path, '..', `.${basename(path)}.lock`);
    writeFileSync(lock, '{"pid":999999999,"startedAt":"1","token":"abc"}');
    await commit(deps, await changeSet(deps, { path, rc }));
    expect(printed.err).toContain('by process 999999999, which is no longer running');
    expect(existsSync(lock)).toBe(false);
  });

  it('removes the half-written undo record of a killed process', async () => {
    const { deps, path, rc, home } = files();
    await commit(deps, await changeSet(deps, { path, rc }));
    const folder = join(home, '.local/state/openclaw-openrouter/undo');
    writeFileSync(join(folder, '.000007.json.123-abc.openclaw-openrouter'), testKey);
    const edit = { op: 'set', path: ['models', 'later'], value: {} } as const;
    const later = planFile(await readText(deps.files, path), 'json5', [edit]);
    await commit(deps, { command: 'init', files: [later] });
    expect(readdirSync(folder).sort()).toEqual(['000001.json', '000002.json']);
  });

  it('that is rejected leaves no folder behind, not even for its undo', async () => {
    const { deps, path, rc, home } = files();
    const planned = await changeSet(deps, { path, rc });
    chmodSync(path, 0o444);
    await expect(commit(deps, planned)).rejects.toMatchObject({
      message: expect.stringContaining('read-only'),
    });
    expect(readdirSync(home).sort()).toEqual(['.bashrc', 'openclaw.json5']);
  });

  it('is rejected before any question if a file cannot be replaced', async () => {
    const { deps, path, rc, home } = files();
    linkSync(rc, join(home, 'second'));
    await expect(changeSet(deps, { path, rc })).rejects.toThrow(/one of 2 hard links/);
    unlinkSync(join(home, 'second'));
    chmodSync(path, 0o444);
    await expect(changeSet(deps, { path, rc })).rejects.toThrow(/read-only/);
  });

  it('is undone to the mode that the file had when it was written', async () => {
    const { deps, rc } = files();
    const planned = { ...planFile(await readText(deps.files, rc), 'bash', []), setMode: 0o600 };
    chmodSync(rc, 0o640);
    await commit(deps, { command: 'doctor --fix', files: [planned] });
    expect(statSync(rc).mode & 0o777).toBe(0o600);
    await undo(deps);
    expect(statSync(rc).mode & 0o777).toBe(0o640);
  });

  it('is planned and shown without writing', async () => {
    const { deps, path, rc, home } = files();
    diffOf(deps, await changeSet(deps, { path, rc }));
    expect(readdirSync(home).sort()).toEqual(['.bashrc', 'openclaw.json5']);
    expect(readFileSync(path, 'utf8')).toBe(setup);
  });

  it('changes nothing the second time', async () => {
    const { deps, path, rc } = files();
    await commit(deps, await changeSet(deps, { path, rc }));
    const once = [readFileSync(path, 'utf8'), readFileSync(rc, 'utf8')];
    expect((await commit(deps, await changeSet(deps, { path, rc }))).written).toEqual([]);
    expect([readFileSync(path, 'utf8'), readFileSync(rc, 'utf8')]).toEqual(once);
  });

  it('is rejected completely if one file has changed since', async () => {
    const { deps, path, rc } = files();
    const stale = await changeSet(deps, { path, rc });
    writeFileSync(rc, 'alias ll=ls\n# edited\n');
    await expect(commit(deps, stale)).rejects.toMatchObject({ type: 'conflict' });
    expect(readFileSync(path, 'utf8')).toBe(setup);
    expect(await listUndo(deps)).toEqual([]);
  });

  it.each(['rename', 'create'] as const)(
    'is undone if %s fails on its second file',
    async (step) => {
      const { deps, path, rc } = files();
      const failing = { ...deps, files: refusing(deps.files, step, rc) };
      await expect(commit(failing, await changeSet(deps, { path, rc }))).rejects.toThrow(/space/);
      expect(readFileSync(path, 'utf8')).toBe(setup);
      expect(readFileSync(rc, 'utf8')).toBe('alias ll=ls\n');
      expect(await listUndo(deps)).toEqual([]);
    },
  );

  it('keeps its undo record if it can be neither finished nor undone', async () => {
    const { deps, path, rc } = files();
    const set = await changeSet(deps, { path, rc });
    let renames = 0;
    const failing: Files = {
      ...deps.files,
      async rename(from, to) {
        renames += to === path || to === rc ? 1 : 0;
        if (renames > 1) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
        return deps.files.rename(from, to);
      },
    };
    await expect(commit({ ...deps, files: failing }, set)).rejects.toMatchObject({
      name: 'PartlyWritten',
      hint: hintWith('undo'),
    });
    expect(readFileSync(path, 'utf8')).not.toBe(setup);
    expect(await undo(deps)).toMatchObject({ restored: [path] });
    expect(readFileSync(path, 'utf8')).toBe(setup);
  });

  it('that fails removes the file and the folders that it created', async () => {
    const { deps, home, rc } = files();
    const path = join(home, 'deep', 'er', 'openclaw.json5');
    const failing = { ...deps, files: refusing(deps.files, 'rename', rc) };
    await expect(commit(failing, await changeSet(deps, { path, rc }))).rejects.toThrow(/space/);
    expect(existsSync(join(home, 'deep'))).toBe(false);
  });

  it('writes the target of a link and keeps its mode', async () => {
    const { deps, home, rc } = files();
    const target = join(home, 'real.json5');
    const path = join(home, 'link.json5');
    writeFileSync(target, setup);
    chmodSync(target, 0o640);
    symlinkSync(target, path);
    await commit(deps, await changeSet(deps, { path, rc }));
    expect(readFileSync(target, 'utf8')).toContain('x/y');
    expect(statSync(target).mode & 0o777).toBe(0o640);
  });

  it('creates a file with a key that only its owner can read', async () => {
    const { deps, home, path } = files();
    const rc = join(home, '.new-rc');
    await commit(deps, await changeSet(deps, { path, rc }));
    expect(statSync(rc).mode & 0o777).toBe(0o600);
  });

  it('has a backup that only its owner can read', async () => {
    const { deps, home, path, rc } = files();
    await commit(deps, await changeSet(deps, { path, rc }));
    const folder = join(home, '.local', 'state', 'openclaw-openrouter', 'undo');
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(folder)) {
      expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    }
    expect(readdirSync(folder)).toHaveLength(1);
  });

  it('leaves no lock and no temp file behind', async () => {
    const { deps, home, path, rc } = files();
    await commit(deps, await changeSet(deps, { path, rc }));
    expect(readdirSync(home).sort()).toEqual(['.bashrc', '.local', 'openclaw.json5']);
  });
});

describe('many changes of one file at once', () => {
  it('are all made if each is planned under the lock', async () => {
    const { deps, path } = files();
    const names = Array.from({ length: 8 }, (_, index) => `entry-${index}`);
    const add = (name: string) => async (): Promise<ChangeSet> => {
      const before = await readText(deps.files, path);
      const edit = { op: 'set', path: ['models', name], value: { provider: 'x' } } as const;
      return { command: 'init', files: [planFile(before, 'json5', [edit])] };
    };
    // A lock is a process's own, and these share one: real clocks let them wait for each other.
    const clock = {
      ...deps.clock,
      sleep: (ms: number) => new Promise<void>((done) => setTimeout(done, ms)),
    };
    await Promise.all(
      names.map((name) => commitFresh({ ...deps, clock, random: Math.random }, [path], add(name))),
    );
    const { entries, otherEntries } = parseSetup(readFileSync(path, 'utf8'), path);
    expect([...entries, ...otherEntries].sort()).toEqual(names);
    expect(await listUndo(deps)).toHaveLength(8);
  });

  it('leave no folder if nothing changes', async () => {
    const { deps, home } = files();
    const path = join(home, 'new', 'a.json5');
    const plan = async (): Promise<ChangeSet> => ({ command: 'init', files: [] });
    expect((await commitFresh(deps, [path], plan)).undoId).toBeNull();
    expect(existsSync(join(home, 'new'))).toBe(false);
  });
});

describe('the diff of a change set', () => {
  it('shows both files with short names and without the key', async () => {
    const { deps, path, rc } = files();
    const diff = diffOf(deps, await changeSet(deps, { path, rc }));
    expect(diff).toContain('+++ ~/openclaw.json5');
    expect(diff).toContain('+++ ~/.bashrc');
    expect(diff).toContain('sk-or-v1-1a2b…');
    expect(diff).not.toContain('3c4d');
  });

  it('is empty if nothing changes', async () => {
    const { deps, path } = files();
    const same = planFile(await readText(deps.files, path), 'json5', []);
    expect(diffOf(deps, { command: 'init', files: [same] })).toBe('');
  });
});

function files() {
  const { deps, home, printed } = createWorld();
  const path = join(home, 'openclaw.json5');
  const rc = join(home, '.bashrc');
  writeFileSync(path, setup);
  writeFileSync(rc, 'alias ll=ls\n');
  return { deps, home, printed, path, rc };
}

async function changeSet(
  deps: Deps,
  { path, rc }: { readonly path: string; readonly rc: string },
): Promise<ChangeSet> {
  const entry = { provider: 'openrouter', defaultModel: 'x/y' };
  return {
    command: 'init',
    files: [
      planFile(await readText(deps.files, path), 'json5', [
        { op: 'set', path: ['models', 'a'], value: entry, comment: 'For tests.' },
      ]),
      planFile(
        await readText(deps.files, rc),
        'bash',
        [{ op: 'set', path: ['OPENROUTER_API_KEY'], value: testKey }],
        { holdsKey: true },
      ),
    ],
  };
}

/** The disk is full as soon as this step comes to this file. */
function refusing(real: Files, step: 'rename' | 'create', target: string): Files {
  const full = () => Object.assign(new Error('no space left'), { code: 'ENOSPC' });
  const base = target.replace(/.*\//, '');
  return {
    ...real,
    async rename(from, to) {
      if (step === 'rename' && to === target) throw full();
      return real.rename(from, to);
    },
    async create(path, mode) {
      if (step === 'create' && path.includes(base) && !path.includes('.lock')) throw full();
      return real.create(path, mode);
    },
  };
}
