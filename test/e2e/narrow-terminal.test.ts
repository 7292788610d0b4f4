import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pty from '@lydell/node-pty';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { commands } from '../../src/commands/index.ts';
import { binPath, compileCache, runBin } from '../helpers/bin.ts';
import { temporaryFolder } from '../helpers/world.ts';

/** One command line of every command, with the keys that end it, one whenever it waits. */
const lines: Readonly<Record<string, { args: string[]; presses?: string[] }>> = {
  init: { args: ['--sandbox'], presses: ['\r', '\r', '\r', '\u0003'] },
  models: { args: ['--sandbox'] },
  doctor: { args: ['--sandbox'] },
  test: { args: ['--sandbox'] },
  spend: { args: ['--sandbox'] },
  apply: { args: ['--dry-run'] },
  serve: { args: ['--sandbox', '--port', '0'], presses: ['\u0003'] },
  key: { args: ['--sandbox'] },
  sandbox: { args: [], presses: ['\u0003'] },
  undo: { args: ['--list'] },
  completion: { args: ['bash'] },
};

/** A home with a setup file, which each test copies. */
const furnished = mkdtempSync(join(tmpdir(), 'narrow-'));

beforeAll(async () => {
  const presets = ['resilient', 'budget', 'channels', 'smart'].flatMap((name) => [
    '--preset',
    name,
  ]);
  const args = ['init', '--yes', '--sandbox', ...presets];
  expect((await runBin(args, { home: furnished })).exitCode).toBe(0);
  return () => rmSync(furnished, { recursive: true });
});

describe('a terminal of any width', () => {
  it.each([0, 1, 2, 5, 20])('of %i columns ends every command, in a few lines', async (columns) => {
    const home = temporaryFolder();
    cpSync(furnished, home, { recursive: true });
    const ended = commands.map(async ({ name }) => {
      const { args, presses } = lines[name] ?? { args: ['--help'] };
      const { exitCode, bytes } = await runAt(columns, [name, ...args], home, presses);
      return { name, hasEnded: exitCode !== null, isShort: bytes < 100_000 };
    });
    expect(await Promise.all(ended)).toEqual(
      commands.map(({ name }) => ({ name, hasEnded: true, isShort: true })),
    );
  });

  it('is checked with a command line of every command', () => {
    expect(Object.keys(lines).sort()).toEqual(commands.map(({ name }) => name).sort());
  });
});

interface Ended {
  readonly exitCode: number | null;
  readonly bytes: number;
}

/** Without output for so long, a program waits for a key. */
const quietMs = 700;

/** node-pty takes 0 columns for "as usual", so that the terminal is told by `stty`. */
function runAt(
  columns: number,
  args: readonly string[],
  home: string,
  presses: readonly string[] = [],
): Promise<Ended> {
  const resized = `stty cols ${columns} rows 24; exec "$@"`;
  const program = pty.spawn('sh', ['-c', resized, 'sh', process.execPath, binPath, ...args], {
    cwd: home,
    env: {
      PATH: process.env.PATH,
      HOME: home,
      TERM: 'xterm-256color',
      LANG: 'C.UTF-8',
      NODE_COMPILE_CACHE: compileCache,
    },
  });
  const rest = [...presses];
  let bytes = 0;
  let quiet: NodeJS.Timeout | undefined;
  return new Promise((resolve) => {
    const end = (exitCode: number | null) => {
      clearTimeout(quiet);
      clearTimeout(late);
      resolve({ exitCode, bytes });
    };
    const late = setTimeout(() => {
      program.kill('SIGKILL');
      end(null);
    }, 100_000);
    onTestFinished(() => clearTimeout(late));
    // The last key again and again: one that comes before the program listens is lost.
    const press = () => {
      program.write((rest.length > 1 ? rest.shift() : rest[0]) ?? '');
      quiet = setTimeout(press, quietMs);
    };
    program.onData((text) => {
      bytes += text.length;
      clearTimeout(quiet);
      quiet = setTimeout(press, quietMs);
    });
    program.onExit(({ exitCode }) => end(exitCode));
  });
}
