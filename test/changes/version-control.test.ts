import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { trackingOf } from '../../src/changes/version-control.ts';
import { readText } from '../../src/config/snapshot.ts';
import { hasProgram, printedBy, realExec } from '../helpers/programs.ts';
import { put } from '../helpers/put.ts';
import { createWorld } from '../helpers/world.ts';

function home() {
  const { deps, home } = createWorld({ exec: realExec });
  return { deps, home, rc: put(join(home, '.bashrc')) };
}

function bareRepository(folder: string, workTree: string, ...files: readonly string[]): void {
  printedBy('git', 'init', '--quiet', '--bare', folder);
  printedBy('git', '--git-dir', folder, '--work-tree', workTree, 'add', '-f', ...files);
}

describe.skipIf(!hasProgram('git'))('a file in a Git working copy (needs git)', () => {
  it('is tracked once it was added, and ignored by an ignore rule', async () => {
    const { deps, home: folder, rc } = home();
    printedBy('git', 'init', '--quiet', folder);
    expect(await trackingOf(deps, rc)).toEqual({ system: 'Git', folder, state: 'untracked' });
    put(join(folder, '.gitignore'), '/.bashrc\n');
    expect(await trackingOf(deps, rc)).toMatchObject({ state: 'ignored' });
    printedBy('git', '-C', folder, 'add', '-f', rc);
    expect(await trackingOf(deps, rc)).toMatchObject({ state: 'tracked' });
  });

  it('has a state before it exists', async () => {
    const { deps, home: folder } = home();
    printedBy('git', 'init', '--quiet', folder);
    const path = join(folder, '.config/fish/conf.d/openrouter.fish');
    expect(await trackingOf(deps, path)).toMatchObject({ state: 'untracked' });
  });

  it('has the state of the nearest working copy', async () => {
    const { deps, home: folder } = home();
    const inner = join(folder, 'dotfiles');
    const rc = put(join(inner, 'bashrc'));
    for (const copy of [folder, inner]) printedBy('git', 'init', '--quiet', copy);
    printedBy('git', '-C', inner, 'add', rc);
    expect(await trackingOf(deps, rc)).toMatchObject({ folder: inner, state: 'tracked' });
  });

  it.each(['.cfg', 'dotfiles.git', '.local/share/yadm/repo.git', '.config/vcsh/repo.d/bash.git'])(
    'is tracked by the bare repository %s of the home folder',
    async (name) => {
      const { deps, home: folder, rc } = home();
      bareRepository(join(folder, name), folder, rc);
      expect(await trackingOf(deps, rc)).toEqual({
        system: 'Git',
        folder: join(folder, name),
        state: 'tracked',
      });
      expect(await trackingOf(deps, put(join(folder, '.zshrc')))).toBeNull();
    },
  );

  it('does not depend on the repository in the environment', async () => {
    const { deps, home: folder, rc } = home();
    const env = { ...deps.env, GIT_DIR: join(folder, 'nowhere') };
    printedBy('git', 'init', '--quiet', folder);
    printedBy('git', '-C', folder, 'add', rc);
    expect(await trackingOf({ ...deps, env }, rc)).toMatchObject({ state: 'tracked' });
  });

  it('makes git run no program of the repository', async () => {
    const { deps, home: folder, rc } = home();
    printedBy('git', 'init', '--quiet', folder);
    printedBy('git', '-C', folder, 'add', rc);
    const ran = join(folder, 'ran');
    printedBy('git', '-C', folder, 'config', 'core.fsmonitor', `touch ${ran}; false`);
    await trackingOf(deps, rc);
    expect(await deps.files.stat(ran)).toBeNull();
  });
});

describe('a file of unknown state', () => {
  it('may be tracked if git is missing or fails', async () => {
    for (const exitCode of [null, 128]) {
      const { deps, home: folder, rc } = home();
      mkdirSync(join(folder, '.git'));
      const exec = async () => ({
        ...{ exitCode, stdout: '', stderr: '' },
        ...{ notFound: exitCode === null, timedOut: false },
      });
      expect(await trackingOf({ ...deps, exec }, rc)).toEqual({
        ...{ system: 'Git', folder, state: 'unknown' },
      });
    }
  });

  it.each([
    ['.hg', 'Mercurial'],
    ['.jj', 'Jujutsu'],
    ['.svn', 'Subversion'],
  ])('may be tracked beside %s', async (name, system) => {
    const { deps, home: folder, rc } = home();
    mkdirSync(join(folder, name));
    expect(await trackingOf(deps, rc)).toEqual({ system, folder, state: 'unknown' });
  });

  it('may be tracked by a repository of the home folder that git refuses to open', async () => {
    const { deps, home: folder, rc } = home();
    for (const part of ['objects', 'refs'])
      mkdirSync(join(folder, '.cfg', part), { recursive: true });
    put(join(folder, '.cfg', 'HEAD'), 'ref: refs/heads/main\n');
    const exec = async () => ({
      ...{ exitCode: 128, stdout: '', stderr: '', notFound: false, timedOut: false },
    });
    expect(await trackingOf({ ...deps, exec }, rc)).toMatchObject({ state: 'unknown' });
  });

  it('is not tracked without version control, and no program is run', async () => {
    const { deps } = createWorld();
    const rc = put(join(deps.place.home ?? '', '.bashrc'));
    expect(await trackingOf(deps, rc)).toBeNull();
  });
});

describe('a file that chezmoi writes', () => {
  it.each([
    ['.bashrc', 'dot_bashrc'],
    ['.bashrc', 'private_dot_bashrc.tmpl'],
    ['.config/fish/conf.d/openrouter.fish', 'dot_config/private_fish/conf.d/openrouter.fish'],
  ])('%s is tracked if its source has %s', async (path, source) => {
    const { deps, home: folder } = home();
    const chezmoi = join(folder, '.local/share/chezmoi');
    expect(await trackingOf(deps, join(folder, path))).toBeNull();
    put(join(chezmoi, source));
    expect(await trackingOf(deps, join(folder, path))).toEqual({
      system: 'chezmoi',
      folder: chezmoi,
      state: 'tracked',
    });
    expect(await trackingOf(deps, join(folder, '.profile'))).toBeNull();
  });

  it('is tracked by a source that its config names', async () => {
    const { deps, home: folder, rc } = home();
    put(join(folder, '.config/chezmoi/chezmoi.toml'), 'sourceDir = "~/dots"\n');
    put(join(folder, 'dots/.chezmoiroot'), 'home\n');
    put(join(folder, 'dots/home/dot_bashrc'));
    expect(await trackingOf(deps, rc)).toMatchObject({ folder: join(folder, 'dots') });
  });
});

it.skipIf(!hasProgram('git'))(
  'a link into a Git working copy, as stow makes it, is tracked',
  async () => {
    const { deps, home: folder } = home();
    const copy = join(folder, 'dotfiles');
    const target = put(join(copy, 'bash/.bashrc'));
    printedBy('git', 'init', '--quiet', copy);
    printedBy('git', '-C', copy, 'add', target);
    symlinkSync(target, join(folder, '.zshrc'));
    const snapshot = await readText(deps.files, join(folder, '.zshrc'));
    expect(await trackingOf(deps, snapshot.target)).toMatchObject({
      folder: copy,
      state: 'tracked',
    });
  },
);
