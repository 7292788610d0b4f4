import { readFileSync } from 'node:fs';
import pty from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { onTestFinished } from 'vitest';
import { binPath, compileCache } from './bin.ts';
import { temporaryFolder } from './world.ts';

/** Key names and the sequences that they send. */
const keys = {
  enter: '\r',
  space: ' ',
  up: '\u001b[A',
  down: '\u001b[B',
  ctrlC: '\u0003',
} as const;

type Key = keyof typeof keys;

export interface TerminalRun {
  /** Resolves with the screen once it shows the text; rejects if the program exits or takes too long. */
  shows(text: string | RegExp): Promise<string>;
  press(...pressed: readonly Key[]): void;
  type(text: string): void;
  /** Sends a signal to the bin only. */
  signal(name: NodeJS.Signals): void;
  /** Closes the terminal, as if its window were closed. */
  hangUp(): void;
  /** The visible screen, without the scrollback. */
  screen(): Promise<string>;
  /** All bytes received so far. */
  raw(): string;
  /** As reported by shells: 128 plus the number for a signal. */
  readonly exitCode: Promise<number>;
}

export interface TerminalOptions {
  readonly home?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly columns?: number;
  readonly rows?: number;
  /** A shell command to run in the same terminal after the bin has exited. */
  readonly afterwards?: string;
}

/** Runs the built bin in a pseudo-terminal (80 by 24 by default), like a user at a keyboard. */
export function runInTerminal(args: readonly string[], options: TerminalOptions = {}): TerminalRun {
  return runProgramInTerminal(process.execPath, [binPath, ...args], options);
}

export function runProgramInTerminal(
  file: string,
  args: readonly string[],
  { home = temporaryFolder(), env = {}, columns = 80, rows = 24, afterwards }: TerminalOptions = {},
): TerminalRun {
  const screen = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
  const [command, argv] = commandLine([file, ...args], afterwards);
  const program = pty.spawn(command, argv, {
    cols: columns,
    rows,
    cwd: home,
    env: {
      PATH: process.env.PATH,
      HOME: home,
      TERM: 'xterm-256color',
      LANG: 'C.UTF-8',
      NODE_COMPILE_CACHE: compileCache,
      ...env,
    },
  });
  let raw = '';
  let ended = false;
  const waiting = new Set<() => void>();
  const wake = () => {
    for (const look of waiting) look();
  };
  program.onData((data) => {
    raw += data;
    screen.write(data, wake);
  });
  const exitCode = new Promise<number>((resolve) => {
    program.onExit((exit) => {
      ended = true;
      screen.write('', () => {
        wake();
        resolve(exit.signal ? 128 + exit.signal : exit.exitCode);
      });
    });
  });
  onTestFinished(() => {
    if (!ended) program.kill('SIGKILL');
  });
  const lines = () => linesOf(screen);
  return {
    exitCode,
    raw: () => raw,
    screen: () => new Promise((resolve) => screen.write('', () => resolve(lines()))),
    press: (...pressed) => program.write(pressed.map((key) => keys[key]).join('')),
    type: (text) => program.write(text),
    signal: (name) =>
      void process.kill(afterwards === undefined ? program.pid : childOf(program.pid), name),
    hangUp() {
      if ('destroy' in program && program.destroy instanceof Function) program.destroy();
    },
    shows: (text) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const seen = lines();
          const found = typeof text === 'string' ? seen.includes(text) : text.test(seen);
          if (!found && !ended) return;
          waiting.delete(look);
          clearTimeout(patience);
          if (found) resolve(seen);
          else reject(new Error(`The program ended before "${text}" was seen:\n${seen}`));
        };
        const patience = setTimeout(() => {
          waiting.delete(look);
          reject(new Error(`"${text}" was not seen in time:\n${lines()}`));
        }, patienceMs);
        waiting.add(look);
        look();
      }),
  };
}

const patienceMs = 60_000;

function commandLine(
  bin: readonly string[],
  afterwards: string | undefined,
): [file: string, args: string[]] {
  const [file = '', ...args] = bin;
  if (afterwards === undefined) return [file, args];
  return ['bash', ['-c', `"$@"; code=$?; ${afterwards}; exit $code`, '-', ...bin]];
}

function childOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0]);
}

function linesOf({ buffer, rows }: xterm.Terminal): string {
  const { active } = buffer;
  return Array.from({ length: rows }, (_row, i) =>
    active.getLine(active.baseY + i)?.translateToString(true),
  ).join('\n');
}
