import { describe, expect, it } from 'vitest';
import {
  cacheFolder,
  configHome,
  homeFolder,
  setupFilePath,
  stateFolder,
  variablePath,
} from '../../src/platform/paths.ts';
import { createWorld } from '../helpers/world.ts';

const relative = { XDG_CONFIG_HOME: 'c', XDG_CACHE_HOME: './k', XDG_STATE_HOME: '../s' };

describe('the folders of the XDG base directories', () => {
  it('are those of their variables', () => {
    const env = { XDG_CONFIG_HOME: '/c', XDG_CACHE_HOME: '/k', XDG_STATE_HOME: '/s' };
    const { deps } = createWorld({ env });
    expect([configHome(deps), setupFilePath(deps)]).toEqual(['/c', '/c/openclaw/openclaw.json5']);
    expect(cacheFolder(deps)).toBe('/k/openclaw-openrouter');
    expect(stateFolder(deps)).toBe('/s/openclaw-openrouter');
  });

  it.each([{}, relative])('are below the home folder with %j', (env) => {
    const { deps, home } = createWorld({ env });
    expect(setupFilePath(deps)).toBe(`${home}/.config/openclaw/openclaw.json5`);
    expect(cacheFolder(deps)).toBe(`${home}/.cache/openclaw-openrouter`);
    expect(stateFolder(deps)).toBe(`${home}/.local/state/openclaw-openrouter`);
  });

  it('are an error without a home folder and with relative variables', () => {
    const { deps } = createWorld({ env: relative });
    const world = { ...deps, place: { ...deps.place, home: null } };
    for (const folder of [setupFilePath, cacheFolder, stateFolder]) {
      expect(() => folder(world)).toThrow('HOME is not set to an absolute path');
    }
    expect(() => homeFolder(world.place)).toThrow('HOME is not set to an absolute path');
  });
});

describe('the path in a variable', () => {
  it.each([
    ['/srv', '/srv'],
    [' /srv ', '/srv'],
    ['~', '/home/me'],
    ['~/x', '/home/me/x'],
    ['', null],
    [' ', null],
    ['undefined', null],
    ['null', null],
  ])('%j is %j', (NAME, path) => {
    expect(variablePath({ NAME }, 'NAME', () => '/home/me')).toBe(path);
  });

  it.each(['rel', './rel', '../rel', '~other/x'])('%j is rejected', (NAME) => {
    expect(() => variablePath({ NAME }, 'NAME', () => '/home/me')).toThrow(
      `NAME is not an absolute path: "${NAME}"`,
    );
  });
});
