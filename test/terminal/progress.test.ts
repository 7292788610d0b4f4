import { spawn } from '@lydell/node-pty';
import { describe, expect, it } from 'vitest';
import { binPath, compileCache } from '../helpers/bin.ts';
import { temporaryFolder } from '../helpers/world.ts';

describe('progress', () => {
  it('is shown on a terminal, and removed before the report', async () => {
    const shown = await onTerminal('xterm-256color');
    expect(shown).toContain('Fetching usage');
    const afterwards = shown.slice(shown.indexOf('\u001b[?25h'));
    expect(afterwards).toMatch(/^\u001b\[\?25h {2}Today /);
    expect(afterwards).not.toContain('Asking');
  });

  it('is not shown where it could not be removed again', async () => {
    const shown = await onTerminal('dumb');
    expect(shown).toContain('Today');
    expect(shown).not.toContain('Asking');
    expect(shown).not.toContain('\u001b');
  });
});

/** All that `spend --sandbox` writes to a terminal of this kind. */
function onTerminal(term: string): Promise<string> {
  const home = temporaryFolder();
  const env = {
    HOME: home,
    PATH: process.env.PATH ?? '',
    LANG: 'C.UTF-8',
    TERM: term,
    NODE_COMPILE_CACHE: compileCache,
  };
  const args = [binPath, 'spend', '--sandbox'];
  return new Promise((resolve) => {
    const terminal = spawn(process.execPath, args, { name: term, cwd: home, env, cols: 80 });
    let shown = '';
    terminal.onData((text) => {
      shown += text;
    });
    terminal.onExit(() => resolve(shown));
  });
}
