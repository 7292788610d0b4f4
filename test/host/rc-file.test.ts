import { describe, expect, it } from 'vitest';
import { chooseRcFile, shellOf } from '../../src/host/rc-file.ts';
import { UsageError } from '../../src/platform/errors.ts';
import { createWorld } from '../helpers/world.ts';

describe('chooseRcFile', () => {
  it.each([
    [{ SHELL: '/bin/bash' }, 'bash', '.bashrc'],
    [{ SHELL: '/usr/bin/zsh' }, 'zsh', '.zshrc'],
    [{ SHELL: '/usr/bin/fish' }, 'fish', '.config/fish/conf.d/openrouter.fish'],
  ])('with %j is that of %s', (env, shell, path) => {
    const { deps, home } = createWorld({ env });
    expect(chooseRcFile(deps)).toEqual({ shell, path: `${home}/${path}` });
  });

  it('follows ZDOTDIR for zsh', () => {
    const { deps } = createWorld({ env: { SHELL: '/bin/zsh', ZDOTDIR: '/dots' } });
    expect(chooseRcFile(deps).path).toBe('/dots/.zshrc');
  });

  it('follows XDG_CONFIG_HOME for fish', () => {
    const { deps } = createWorld({ env: { SHELL: '/bin/fish', XDG_CONFIG_HOME: '/conf' } });
    expect(chooseRcFile(deps).path).toBe('/conf/fish/conf.d/openrouter.fish');
  });

  it('prefers --shell to SHELL, and --rc-file to both', () => {
    const { deps, home } = createWorld({ env: { SHELL: '/bin/bash' } });
    expect(chooseRcFile(deps, { shell: 'zsh' })).toEqual({ shell: 'zsh', path: `${home}/.zshrc` });
    expect(chooseRcFile(deps, { shell: 'zsh', rcFile: '~/mine' }).path).toBe(`${home}/mine`);
    expect(chooseRcFile(deps, { rcFile: 'x.fish' })).toEqual({
      shell: 'fish',
      path: `${home}/x.fish`,
    });
    expect(chooseRcFile(deps, { rcFile: '/etc/zshrc' }).shell).toBe('zsh');
  });

  it.each([{ SHELL: '/bin/tcsh' }, { SHELL: '' }, {}])('throws UsageError with %j', (env) => {
    const { deps } = createWorld({ env });
    expect(() => chooseRcFile(deps)).toThrow(UsageError);
  });

  it('recognizes a login shell by its dash', () => {
    expect(shellOf('-zsh')).toBe('zsh');
  });
});
