// @ts-check
// The main workflow, end to end, in a temporary home against the sandbox. `npm run demo` runs it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import pty from '@lydell/node-pty';

const bin = fileURLToPath(new URL('../bin/openclaw-openrouter.js', import.meta.url));
const home = await mkdtemp(join(tmpdir(), 'openclaw-openrouter-demo-'));
const color = process.stdout.isTTY && !process.env.NO_COLOR;

/** @type {[title: string, command: string, expected: number][]} */
const steps = [
  [
    'Set up: a chain with fallbacks, a budget, the key into ~/.bashrc',
    'init --yes --preset resilient --daily-limit 2 --monthly-limit 30 --key-env SANDBOX_KEY --shell bash --no-restart',
    0,
  ],
  ['Is everything in order?', 'doctor', 0],
  ['What is there, and what does it cost?', 'models gemini --sort price --limit 6', 0],
  ['Does every model of the chain answer, really?', 'test', 0],
  ['What did it cost, and how far is the budget?', 'spend', 0],
  [
    'Rehearse an outage: the first model is down, the second one overloaded',
    'test --simulate "primary:503*3, fallback1:429/60"',
    0,
  ],
];

const sandbox = spawn(process.execPath, [bin, 'sandbox', '--json'], {
  stdio: ['ignore', 'pipe', 'inherit'],
  env: { ...process.env, HOME: home },
});
try {
  const { baseUrl, key } = await firstLine(sandbox);
  say(`A home of its own in ${home}, and an OpenRouter look-alike on ${baseUrl}`);
  for (const [title, command, expected] of steps) {
    say(`\n# ${title}\n$ openclaw-openrouter ${command}`);
    const exitCode = await run(command, environment(command, baseUrl, key));
    if (exitCode !== expected) throw new Error(`"${command}" ended with ${exitCode}`);
  }
  say('\nAll done: set up, checked, listed, certified, accounted for, and an outage survived.');
} finally {
  // The sandbox writes to its home until it exits.
  if (sandbox.kill('SIGINT')) await once(sandbox, 'exit');
  await rm(home, { recursive: true, force: true });
}

/**
 * After `init`, the demo acts as a new shell that has read ~/.bashrc.
 * @param {string} command @param {string} baseUrl @param {string} key @returns {Record<string, string>}
 */
function environment(command, baseUrl, key) {
  const name = command.startsWith('init ') ? 'SANDBOX_KEY' : 'OPENROUTER_API_KEY';
  return { OPENROUTER_BASE_URL: baseUrl, [name]: key };
}

/** @param {string} text */
function say(text) {
  process.stdout.write(`${color ? `\u001b[1m${text}\u001b[22m` : text}\n`);
}

/** @param {import('node:child_process').ChildProcess} child @returns {Promise<{baseUrl: string, key: string}>} */
function firstLine(child) {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`The sandbox ended with ${code}`)));
    if (child.stdout === null) return reject(new Error('The sandbox has no output'));
    createInterface({ input: child.stdout }).once('line', (line) => resolve(JSON.parse(line)));
  });
}

/**
 * Runs one command in a real terminal, so that it prints what a user would see.
 * @param {string} command @param {Record<string, string>} env @returns {Promise<number>}
 */
function run(command, env) {
  const args = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(
    ([, quoted, plain]) => quoted ?? plain,
  );
  const terminal = pty.spawn(process.execPath, [bin, ...args.filter((arg) => arg !== undefined)], {
    cols: Math.min(process.stdout.columns ?? 100, 120),
    rows: 40,
    cwd: home,
    env: {
      PATH: process.env.PATH,
      HOME: home,
      TERM: 'xterm-256color',
      LANG: 'C.UTF-8',
      SHELL: '/bin/bash',
      ...(color ? {} : { NO_COLOR: '1' }),
      ...env,
    },
  });
  let printed = '';
  terminal.onData((data) => {
    if (process.stdout.isTTY) process.stdout.write(data);
    else printed += data;
  });
  return new Promise((resolve) =>
    terminal.onExit(({ exitCode }) => {
      process.stdout.write(plain(printed));
      resolve(exitCode);
    }),
  );
}

/** For a pipe: removes colors, and spinners, which hide the cursor while they spin. @param {string} data */
function plain(data) {
  return data
    .replace(/\u001b\[\?25l.*?\u001b\[\?25h/gs, '')
    .replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '')
    .replaceAll('\r\n', '\n');
}
