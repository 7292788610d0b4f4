import { chmodSync, chownSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ChangeSet, planFile } from '../../src/changes/change-set.ts';
import { commit } from '../../src/changes/commit.ts';
import { exposureOf, keyNotes } from '../../src/changes/key-exposure.ts';
import { undo } from '../../src/changes/undo.ts';
import { readText } from '../../src/config/snapshot.ts';
import type { Deps } from '../../src/platform/deps.ts';
import { hasProgram, printedBy } from '../helpers/programs.ts';
import { scriptedPrompter } from '../helpers/scripted-prompter.ts';
import { createWorld, temporaryFolder, testKey } from '../helpers/world.ts';

const isRoot = process.getuid?.() === 0;
const noAcl = !hasProgram('setfacl');

function rcOf(mode: number) {
  const { deps, home } = createWorld();
  const rc = join(home, '.bashrc');
  writeFileSync(rc, 'alias a=b\n');
  chmodSync(rc, mode);
  return { deps, home, rc };
}

async function keyInto(deps: Deps, rc: string): Promise<ChangeSet> {
  const edits = [{ op: 'set', path: ['OPENROUTER_API_KEY'], value: testKey }] as const;
  const file = planFile(await readText(deps.files, rc), 'bash', edits, { holdsKey: true });
  return { command: 'init', files: [file] };
}

describe('a file that receives a key', () => {
  it.each([
    [0o644, 0o600],
    [0o755, 0o700],
    [0o640, 0o600],
    [0o600, 0o600],
  ])('of mode %o gets mode %o, and its own mode back with undo', async (mode, after) => {
    const { deps, rc } = rcOf(mode);
    const changes = await keyInto(deps, rc);
    const notes = await keyNotes(deps, changes);
    expect(notes).toHaveLength(mode === after ? 0 : 1);
    await commit(deps, changes);
    expect(statSync(rc).mode & 0o7777).toBe(after);
    await undo(deps);
    expect(statSync(rc).mode & 0o7777).toBe(mode);
    expect(readFileSync(rc, 'utf8')).toBe('alias a=b\n');
  });

  it('is not written if the file system ignores its mode', async () => {
    const { deps, rc } = rcOf(0o644);
    const create: Deps['files']['create'] = async (path, mode) => {
      const file = await deps.files.create(path, mode);
      return { ...file, chmod: async () => file.chmod(0o777) };
    };
    const ignoring = { ...deps, files: { ...deps.files, create } };
    await expect(commit(ignoring, await keyInto(deps, rc))).rejects.toThrow(/ignores permissions/);
    expect(readFileSync(rc, 'utf8')).toBe('alias a=b\n');
  });

  it('has a note about its new mode', async () => {
    const { deps, rc } = rcOf(0o644);
    expect(await keyNotes(deps, await keyInto(deps, rc))).toEqual([
      '~/.bashrc becomes readable by its owner only (mode 0600, was 0644), since it contains the key',
    ]);
  });

  it.skipIf(noAcl)('gets its access control list back with undo (needs setfacl)', async () => {
    const { deps, rc } = rcOf(0o640);
    printedBy('setfacl', '-m', 'u:1234:r,g:5678:-', rc);
    const rules = () => printedBy('getfacl', '--absolute-names', '-c', rc);
    const before = rules();
    await commit(deps, await keyInto(deps, rc), { consent: 'agreed' });
    expect(rules()).toContain('mask::---');
    await undo(deps);
    expect(rules()).toBe(before);
  });
});

describe('a file that exposes a key', () => {
  it.each([
    ['its group may write it', 0o664, /is shared: its group \(1\) can write to it/],
    ['everybody may write it', 0o666, /is shared: everybody can write to it/],
  ])('is one of which %s', async (_, mode, message) => {
    const { deps, rc } = rcOf(mode);
    if (isRoot) chownSync(rc, 0, 1);
    const exposure = await exposureOf(deps, await readText(deps.files, rc));
    if (isRoot) expect(exposure?.message).toMatch(message);
    if (!isRoot && exposure === null) return;
    expect(exposure).toMatchObject({
      kind: 'shared',
      fix: expect.stringContaining(`go-w ${rc}`),
    });
  });

  it.skipIf(noAcl)('is one with an access control list (needs setfacl)', async () => {
    const { deps, rc } = rcOf(0o600);
    printedBy('setfacl', '-m', 'u:1234:r', rc);
    expect(await exposureOf(deps, await readText(deps.files, rc))).toMatchObject({
      message: expect.stringContaining('has an access control list'),
      kind: 'shared',
    });
    chmodSync(rc, 0o600);
    expect(await exposureOf(deps, await readText(deps.files, rc))).toBeNull();
  });

  it.runIf(isRoot)('is one of another user, unless it is their home (needs root)', async () => {
    const { deps, home, rc } = rcOf(0o644);
    chownSync(rc, 61_234, 61_234);
    const exposure = await exposureOf(deps, await readText(deps.files, rc));
    expect(exposure?.message).toContain('belongs to another user (61234)');
    chownSync(home, 61_234, 61_234);
    expect(await exposureOf(deps, await readText(deps.files, rc))).toBeNull();
  });

  it.runIf(isRoot)(
    'is one of root outside the home folder that others can read (needs root)',
    async () => {
      const { deps } = createWorld();
      const path = join(temporaryFolder(), 'profile.sh');
      writeFileSync(path, '', { mode: 0o644 });
      const exposure = await exposureOf(deps, await readText(deps.files, path));
      expect(exposure?.message).toContain('is a system file that others can read');
    },
  );

  it.each([0o600, 0o644, 0o640, 0o755])(
    'is not one of mode %o in the home folder',
    async (mode) => {
      const { deps, rc } = rcOf(mode);
      expect(await exposureOf(deps, await readText(deps.files, rc))).toBeNull();
    },
  );

  it('is not one whose group is the user’s own', async () => {
    const { deps, rc } = rcOf(0o664);
    const { uid } = statSync(rc);
    if (statSync(rc).gid !== uid) return;
    expect(await exposureOf(deps, await readText(deps.files, rc))).toBeNull();
  });
});

describe('a key for such a file', () => {
  async function tracked(script?: Parameters<typeof scriptedPrompter>[0]) {
    const { deps, home, rc } = rcOf(0o644);
    mkdirSync(join(home, '.hg'));
    const prompter = script === undefined ? deps.prompter : scriptedPrompter(script);
    const asked = { ...deps, prompter };
    return { deps: asked, rc, changes: await keyInto(asked, rc) };
  }
  const question = '~/.bashrc may be tracked by Mercurial in ~';

  it('is not written unless a person agrees, and the error says so', async () => {
    const { deps, rc, changes } = await tracked();
    await expect(commit(deps, changes)).rejects.toMatchObject({
      type: 'key',
      message: expect.stringContaining(`The key was not written: ${question}`),
      hint: expect.stringContaining('without --yes'),
    });
    expect(readFileSync(rc, 'utf8')).toBe('alias a=b\n');
    expect(statSync(rc).mode & 0o777).toBe(0o644);
  });

  it.skipIf(noAcl)(
    'is written with a note if others only lose access (needs setfacl)',
    async () => {
      const { deps, rc } = rcOf(0o640);
      printedBy('setfacl', '-m', 'u:1234:r', rc);
      const changes = await keyInto(deps, rc);
      expect(await keyNotes(deps, changes)).toContainEqual(
        '~/.bashrc has an access control list, and with the key in it, only its owner will be able to read it',
      );
      await commit(deps, changes);
      expect(statSync(rc).mode & 0o777).toBe(0o600);
      const asked = {
        ...deps,
        prompter: scriptedPrompter([['has an access control list', false]]),
      };
      await undo(deps);
      await expect(
        commit(asked, await keyInto(deps, rc), { consent: 'ask' }),
      ).rejects.toMatchObject({ name: 'CancelError' });
    },
  );

  it('that is in it already needs no agreement to make the file private', async () => {
    const { deps, rc, changes } = await tracked();
    await commit(deps, changes, { consent: 'agreed' });
    chmodSync(rc, 0o644);
    await commit(deps, await keyInto(deps, rc));
    expect(statSync(rc).mode & 0o777).toBe(0o600);
  });

  it('is written if the answer is yes, and nothing if it is no', async () => {
    for (const answer of [true, false]) {
      const { deps, rc, changes } = await tracked([[question, answer]]);
      const done = commit(deps, changes, { consent: 'ask' });
      if (answer) await done;
      else await expect(done).rejects.toMatchObject({ name: 'CancelError' });
      expect(readFileSync(rc, 'utf8').includes(testKey)).toBe(answer);
    }
  });
});
