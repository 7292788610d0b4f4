import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { planFile } from '../../src/changes/change-set.ts';
import { commit } from '../../src/changes/commit.ts';
import { listUndo, planUndo, undo, undoDiff } from '../../src/changes/undo.ts';
import { readText } from '../../src/config/snapshot.ts';
import type { Deps } from '../../src/platform/deps.ts';
import { createWorld, testKey } from '../helpers/world.ts';

const odd = '\uFEFF{ // odd\r\n\t"a" : 1,\r\n\tb:\'2\'}';

describe('undo', () => {
  it('restores the exact bytes', async () => {
    const { deps, path } = world(odd);
    await change(deps, path, 'c', 3);
    expect(readFileSync(path, 'utf8')).not.toBe(odd);
    const undone = await undo(deps);
    expect(undone).toMatchObject({ restored: [path], removed: [], kept: [] });
    expect(readFileSync(path).equals(Buffer.from(odd))).toBe(true);
  });

  it('restores a file of 13 MB full of line breaks', async () => {
    const large = `{${'\n'.repeat(13 * 1024 * 1024)}}`;
    const { deps, path } = world(large);
    const before = await readText(deps.files, path);
    const file = { ...planFile(before, 'json5', []), after: '{ a: 1 }' };
    await commit(deps, { command: 'init', files: [file] });
    await undo(deps);
    expect(readFileSync(path, 'utf8') === large).toBe(true);
  });

  it('keeps the mode', async () => {
    const { deps, path } = world(odd, 0o644);
    await change(deps, path, 'c', 3);
    await undo(deps);
    expect(statSync(path).mode & 0o777).toBe(0o644);
  });

  it('restores a mode that the change set, and keeps one that was set since', async () => {
    for (const since of [null, 0o640]) {
      const { deps, path } = world(odd, 0o644);
      const before = await readText(deps.files, path);
      const file = { ...planFile(before, 'json5', []), setMode: 0o600 };
      await commit(deps, { command: 'doctor --fix', files: [file] });
      expect(statSync(path).mode & 0o777).toBe(0o600);
      if (since !== null) chmodSync(path, since);
      const plan = await planUndo(deps);
      const diff = plan === null ? null : undoDiff(deps, plan);
      expect(diff).toBe(since === null ? 'mode change 0600 => 0644 ~/openclaw.json5\n' : '');
      await undo(deps);
      expect(statSync(path).mode & 0o777).toBe(since ?? 0o644);
      expect(readFileSync(path, 'utf8')).toBe(odd);
    }
  });

  it('goes one change further back each time', async () => {
    const { deps, path } = world('{}');
    await change(deps, path, 'a', 1);
    const first = readFileSync(path, 'utf8');
    await change(deps, path, 'b', 2);
    await undo(deps);
    expect(readFileSync(path, 'utf8')).toBe(first);
    await undo(deps);
    expect(readFileSync(path, 'utf8')).toBe('{}');
    await expect(undo(deps)).rejects.toMatchObject({ type: 'not_found' });
  });

  it('removes a file that the change created, with its folders', async () => {
    const { deps, home } = world('{}');
    const path = join(home, 'x', 'y', 'z.json5');
    mkdirSync(join(home, 'x'));
    await change(deps, path, 'a', 1);
    expect(await undo(deps)).toMatchObject({ removed: [path], restored: [] });
    expect(readdirSync(join(home, 'x'))).toEqual([]);
  });

  it('keeps such a folder if it has other files', async () => {
    const { deps, home } = world('{}');
    const path = join(home, 'x', 'y', 'z.json5');
    await change(deps, path, 'a', 1);
    writeFileSync(join(home, 'x', 'mine'), '');
    await undo(deps);
    expect(readdirSync(join(home, 'x'))).toEqual(['mine']);
  });

  it('restores the target of a link and keeps the link', async () => {
    const { deps, home, path } = world('{}');
    const link = join(home, 'link.json5');
    symlinkSync(path, link);
    await change(deps, link, 'a', 1);
    await undo(deps);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(path, 'utf8')).toBe('{}');
  });

  it('restores all files of a change or none', async () => {
    const { deps, home, path } = world('{}');
    const other = join(home, 'other.json5');
    writeFileSync(other, '[]');
    const sets = [
      planFile(await readText(deps.files, path), 'json5', [{ op: 'set', path: ['a'], value: 1 }]),
      planFile(await readText(deps.files, other), 'json5', [{ op: 'insert', path: [0], value: 1 }]),
    ];
    await commit(deps, { command: 'init', files: sets });
    const changed = readFileSync(path, 'utf8');
    writeFileSync(other, 'edited');
    await expect(undo(deps)).rejects.toMatchObject({ type: 'conflict' });
    expect(readFileSync(path, 'utf8')).toBe(changed);
    writeFileSync(other, '[1]');
    await undo(deps);
    expect([readFileSync(path, 'utf8'), readFileSync(other, 'utf8')]).toEqual(['{}', '[]']);
  });
});

describe('undo of a file that has changed since', () => {
  it('fails, and nothing is written', async () => {
    const { deps, path } = world('{}');
    await change(deps, path, 'a', 1);
    writeFileSync(path, '{ mine: 1 }');
    await expect(undo(deps)).rejects.toMatchObject({ type: 'conflict' });
    expect(readFileSync(path, 'utf8')).toBe('{ mine: 1 }');
    expect(await listUndo(deps)).toHaveLength(1);
  });

  it('with force restores it and keeps a copy', async () => {
    const { deps, home, path } = world('{}');
    await change(deps, path, 'a', 1);
    writeFileSync(path, '{ mine: 1 }');
    writeFileSync(`${path}.kept-1`, 'an older copy');
    const { kept } = await undo(deps, { force: true });
    expect(kept).toEqual([{ path, copy: `${path}.kept-2` }]);
    expect(readFileSync(`${path}.kept-2`, 'utf8')).toBe('{ mine: 1 }');
    expect(readFileSync(`${path}.kept-1`, 'utf8')).toBe('an older copy');
    expect(readFileSync(path, 'utf8')).toBe('{}');
    expect(readdirSync(home)).not.toContain('.openclaw.json5.lock');
  });

  it('with force restores one that was deleted', async () => {
    const { deps, path } = world('{}', 0o640);
    await change(deps, path, 'a', 1);
    unlinkSync(path);
    expect((await undo(deps, { force: true })).kept).toEqual([]);
    expect(readFileSync(path, 'utf8')).toBe('{}');
    expect(statSync(path).mode & 0o777).toBe(0o640);
  });

  it('accepts a file that is as before because the change was interrupted', async () => {
    const { deps, path } = world('{}');
    await change(deps, path, 'a', 1);
    writeFileSync(path, '{}');
    expect(await undo(deps)).toMatchObject({ restored: [], removed: [] });
    expect(await listUndo(deps)).toEqual([]);
  });
});

describe('the record', () => {
  it('does not contain the key that was written', async () => {
    const { deps, home } = world('{}');
    const rc = join(home, '.bashrc');
    const edit = { op: 'set', path: ['OPENROUTER_API_KEY'], value: testKey } as const;
    const file = planFile(await readText(deps.files, rc), 'bash', [edit], { holdsKey: true });
    await commit(deps, { command: 'init', files: [file] });
    const folder = join(home, '.local', 'state', 'openclaw-openrouter', 'undo');
    expect(readFileSync(join(folder, '000001.json'), 'utf8')).not.toContain(testKey);
  });
});

describe('the plan of an undo', () => {
  it('shows the diff and writes nothing', async () => {
    const { deps, path } = world('{}\n');
    await change(deps, path, 'a', 1);
    const now = readFileSync(path, 'utf8');
    const plan = await planUndo(deps);
    expect(plan?.steps).toMatchObject([{ path, state: 'ready', removes: false }]);
    const diff = plan === null ? '' : undoDiff(deps, plan);
    expect(diff).toMatch(/^\+\{\}$/m);
    expect(readFileSync(path, 'utf8')).toBe(now);
  });

  it('is null without a change to undo, and creates no folder', async () => {
    const { deps, home } = world('{}');
    expect(await planUndo(deps)).toBeNull();
    expect(existsSync(join(home, '.local'))).toBe(false);
  });
});

describe('the list', () => {
  it('has the newest 20, newest first', async () => {
    const { deps, path } = world('{}');
    for (let value = 1; value <= 23; value += 1) await change(deps, path, 'a', value);
    const ids = (await listUndo(deps)).map(({ id }) => Number(id));
    expect(ids).toEqual(Array.from({ length: 20 }, (_, index) => 23 - index));
  });

  it('leaves out a damaged record', async () => {
    const { deps, home, path } = world('{}');
    await change(deps, path, 'a', 1);
    const folder = join(home, '.local', 'state', 'openclaw-openrouter', 'undo');
    writeFileSync(join(folder, '000002.json'), '{"time":');
    writeFileSync(join(folder, '000003.json'), '{"time":"x","command":"y","files":[{}]}');
    expect((await listUndo(deps)).map(({ id }) => id)).toEqual(['000001']);
    rmSync(join(folder, '000001.json'));
    expect(await listUndo(deps)).toEqual([]);
  });
});

function world(text: string, mode = 0o600) {
  const { deps, home } = createWorld();
  const path = join(home, 'openclaw.json5');
  writeFileSync(path, text, { mode });
  return { deps, home, path };
}

async function change(deps: Deps, path: string, key: string, value: number): Promise<void> {
  const before = await readText(deps.files, path);
  const file = planFile(before, 'json5', [{ op: 'set', path: [key], value }]);
  await commit(deps, { command: 'init', files: [file] });
}
