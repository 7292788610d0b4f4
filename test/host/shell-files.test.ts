import { describe, expect, it } from 'vitest';
import { chooseRcFile, shellOf } from '../../src/host/shell-files.ts';
import { UsageError } from '../../src/platform/errors.ts';
import { createWorld } from '../helpers/world.ts';

describe('the rc file', () => {
  it.each([
    [{ SHELL: '/bin/bash' }, 'bash', '.bashrc'],
    [{ SHELL: '/usr/bin/zsh' }, 'zsh', '.zshrc'],
    [{ SHELL: '/usr/bin/fish' }, 'fish', '.config/fish/conf.d/openrouter.fish'],
  ])('of %j is that of %s', (env, shell, path) => {
    const { deps, home } = createWorld({ env });
    expect(chooseRcFile(deps)).toEqual({ shell, path: `${home}/${path}` });
  });

  it('of zsh is in ZDOTDIR where that is set', () => {
    const { deps } = createWorld({ env: { SHELL: '/bin/zsh', ZDOTDIR: '/dots' } });
    expect(chooseRcFile(deps).path).toBe('/dots/.zshrc');
  });

  it('of fish is below XDG_CONFIG_HOME where that is set', () => {
    const { deps } = createWorld({ env: { SHELL: '/bin/fish', XDG_CONFIG_HOME: '/conf' } });
    expect(chooseRcFile(deps).path).toBe('/conf/fish/conf.d/openrouter.fish');
  });

  it('follows --shell before SHELL, and --rc-file before both', () => {
    const { deps, home } = createWorld({ env: { SHELL: '/bin/bash' } });
    expect(chooseRcFile(deps, { shell: 'zsh' })).toEqual({ shell: 'zsh', path: `${home}/.zshrc` });
    expect(chooseRcFile(deps, { shell: 'zsh', rcFile: '~/mine' }).path).toBe(`${home}/mine`);
    expect(chooseRcFile(deps, { rcFile: 'x.fish' })).toEqual({
      shell: 'fish',
      path: `${home}/x.fish`,
    });
    expect(chooseRcFile(deps, { rcFile: '/etc/zshrc' }).shell).toBe('zsh');
  });

  it.each([{ SHELL: '/bin/tcsh' }, { SHELL: '' }, {}])('of %j is asked for', (env) => {
    const { deps } = createWorld({ env });
    expect(() => chooseRcFile(deps)).toThrow(UsageError);
  });

  it('knows a login shell by its dash', () => {
    expect(shellOf('-zsh')).toBe('zsh');
  });
});
