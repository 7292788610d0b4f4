import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { binPath, compileCache, runBin } from '../helpers/bin.ts';
import { fakeHost } from '../helpers/fake-host.ts';
import { put } from '../helpers/put.ts';
import { runInTerminal } from '../helpers/terminal.ts';
import { temporaryFolder, testKey } from '../helpers/world.ts';

vi.setConfig({ testTimeout: 240_000 });

const setupText = `{
  models: { one: { provider: 'openrouter', defaultModel: 'openai/gpt-4o' } },
  channels: { telegram: { model: 'one' } },
}
`;
const hostText = '{\n  // mine\n  gateway: { port: 18789 },\n}\n';
const unreachable = 'http://127.0.0.1:9/api/v1';
const paths = {
  setup: '.config/openclaw/openclaw.json5',
  config: '.openclaw/openclaw.json',
  dotenv: '.openclaw/.env',
  memory: '.local/state/openclaw-openrouter/applied.json',
};

/** A home with a setup file that is not in force yet, and a host that does as told when it is to validate. */
function start(validate: string) {
  const home = temporaryFolder();
  const write = (path: string, text: string) => put(join(home, path), text);
  write(paths.setup, setupText);
  write(paths.config, hostText);
  write(paths.dotenv, 'MINE=1\n');
  const env = {
    PATH: fakeHost(home, { 'config validate': validate }),
    OPENROUTER_API_KEY: testKey,
    OPENROUTER_BASE_URL: unreachable,
  };
  const read = (path: string) =>
    existsSync(join(home, path)) ? readFileSync(join(home, path), 'utf8') : null;
  const state = () => [paths.config, paths.dotenv, paths.memory].map(read);
  const bin = (...args: string[]) => runBin(args, { home, env });
  const inTerminal = (...args: string[]) =>
    runInTerminal(args, { home, env, afterwards: 'stty -a' });
  return { home, env, state, write, bin, inTerminal };
}

type World = ReturnType<typeof start>;

const hangs = 'touch "$HOME/validating"; sleep 60';
const validating = ({ home }: World) =>
  vi.waitUntil(() => existsSync(join(home, 'validating')), 60_000);

describe('apply that is interrupted while OpenClaw validates', () => {
  it.each([
    ['Ctrl-C', 130],
    ['Ctrl-C twice', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
    ['SIGQUIT', 131],
  ] as const)('undoes everything and reports it: %s', async (how, exitCode) => {
    const world = start(hangs);
    const before = world.state();
    const terminal = world.inTerminal('apply', '--yes');
    await validating(world);
    expect(world.state()).not.toEqual(before);
    if (how === 'Ctrl-C') terminal.press('ctrlC');
    else if (how === 'Ctrl-C twice') terminal.press('ctrlC', 'ctrlC');
    else terminal.signal(how);
    expect(await terminal.exitCode).toBe(exitCode);
    expect(terminal.raw()).toContain('Cancelled; the changes were undone');
    expectUsable(terminal.raw());
    expect(world.state()).toEqual(before);
    expect((await world.bin('undo', '--list')).stdout).toBe('');
  });

  it.each([
    ['ends with 1', "trap 'exit 1' INT TERM"],
    ['ends as if all were well', "trap 'exit 0' INT TERM"],
    ['does not heed signals', "trap '' INT TERM"],
  ])('does not trust a host that then %s', async (_what, trap) => {
    const world = start(`${trap}; touch "$HOME/validating"; while :; do sleep 0.1; done`);
    const before = world.state();
    const terminal = world.inTerminal('apply', '--yes');
    await validating(world);
    terminal.press('ctrlC');
    expect(await terminal.exitCode).toBe(130);
    expect(terminal.raw()).toContain('Cancelled; the changes were undone');
    expect(world.state()).toEqual(before);
  });

  it('undoes everything when the terminal is closed', async () => {
    const world = start(hangs);
    const before = world.state();
    const terminal = runInTerminal(['apply', '--yes'], world);
    await validating(world);
    terminal.hangUp();
    expect(await terminal.exitCode).toBe(129);
    expect(world.state()).toEqual(before);
  });

  it('is rolled back by the next command that writes after kill -9', async () => {
    const world = start(hangs);
    const before = world.state();
    await killedWhileValidating(world);
    expect(world.state()).not.toEqual(before);
    fakeHost(world.home, { 'config validate': 'exit 0' });
    const next = await world.bin('doctor', '--fix', '--yes', '--offline', '--only', 'files');
    expect(next.stderr).toContain('Undid the interrupted');
    expect(world.state()).toEqual(before);
  });

  it('is rolled back by undo after kill -9', async () => {
    const world = start(hangs);
    const before = world.state();
    await killedWhileValidating(world);
    expect(await world.bin('undo', '--yes')).toMatchObject({ exitCode: 0 });
    expect(world.state()).toEqual(before);
    expect(await world.bin('undo', '--yes')).toMatchObject({ exitCode: 2 });
  });
});

describe('apply that is ended at any moment', () => {
  it('writes all or nothing, and reports which', async () => {
    const reference = start('sleep 0.2');
    const startedMs = performance.now();
    expect(await reference.bin('apply', '--yes')).toMatchObject({ exitCode: 0 });
    const lastsMs = performance.now() - startedMs;
    const inForce = JSON.stringify(reference.state()).replaceAll(reference.home, '~');
    for (let round = 0; round < 12; round += 1) {
      const world = start('sleep 0.2');
      const before = world.state();
      const how = round % 3 === 0 ? 'SIGKILL' : round % 3 === 1 ? 'SIGINT' : 'SIGTERM';
      const { exitCode, said } = await endedAfter(world, (lastsMs * round) / 12, how);
      const isNew = JSON.stringify(world.state()).replaceAll(world.home, '~') === inForce;
      if (exitCode === 0 || said.includes('Interrupted too late')) expect(isNew).toBe(true);
      else if (exitCode !== null) expect([said, world.state()]).toEqual([said, before]);
      if (exitCode === 130 || exitCode === 143)
        expect(said).toMatch(/nothing was written|were undone/);
      await world.bin('undo', '--yes');
      expect(world.state()).toEqual(before);
    }
  });
});

describe('what a person writes after an undo', () => {
  it('is not mistaken for what apply wrote', async () => {
    const world = start('exit 0');
    await world.bin('apply', '--yes');
    const [carried] = world.state();
    await world.bin('undo', '--yes');
    world.write(paths.config, carried ?? '');
    world.write(paths.setup, setupText.replace(/ {2}channels.*\n/, ''));
    expect(await world.bin('apply', '--yes')).toMatchObject({ exitCode: 0 });
    expect(world.state()[0]).toBe(carried);
  });
});

describe('a question whose terminal is closed', () => {
  it.each([[[]], [['--plain-prompts']]])('ends the command without a crash %j', async (flags) => {
    const world = start('exit 0');
    const before = world.state();
    const terminal = runInTerminal(['apply', ...flags], world);
    await terminal.shows('Write this?');
    terminal.hangUp();
    expect(await terminal.exitCode).toBe(129);
    expect(world.state()).toEqual(before);
  });
});

describe('SIGTERM at a question', () => {
  it.each([[[]], [['--plain-prompts']]])(
    'leaves a usable terminal and writes nothing %j',
    async (flags) => {
      const world = start('exit 0');
      const before = world.state();
      const terminal = world.inTerminal('apply', ...flags);
      await terminal.shows('Write this?');
      terminal.signal('SIGTERM');
      expect(await terminal.exitCode).toBe(143);
      expect(terminal.raw()).toContain('Cancelled; nothing was written');
      expectUsable(terminal.raw());
      expect(world.state()).toEqual(before);
    },
  );

  it('leaves a usable terminal when the key is asked for without an echo', async () => {
    const terminal = runInTerminal(['init', '--plain-prompts'], {
      env: { OPENROUTER_BASE_URL: unreachable, SHELL: '/bin/bash' },
      afterwards: 'stty -a',
    });
    await terminal.shows('Number (1):');
    terminal.type('3\r');
    await terminal.shows('The key (not shown):');
    terminal.signal('SIGTERM');
    expect(await terminal.exitCode).toBe(143);
    expectUsable(terminal.raw());
  });
});

describe('Ctrl-C while another process holds the lock', () => {
  it('ends the wait', async () => {
    const world = start('exit 0');
    const before = world.state();
    const stat = readFileSync(`/proc/${process.pid}/stat`, 'utf8');
    const startedAt = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    const holder = JSON.stringify({ pid: process.pid, startedAt, token: 'abc' });
    world.write('.openclaw/.openclaw.json.lock', holder);
    const terminal = world.inTerminal('apply', '--yes');
    await vi.waitUntil(() => existsSync(join(world.home, '.openclaw/..env.lock')), 60_000);
    terminal.press('ctrlC');
    expect(await terminal.exitCode).toBe(130);
    expect(terminal.raw()).toContain('Cancelled; nothing was written');
    expect(world.state()).toEqual(before);
  });
});

/** `stty -a` ran last: lines are edited and echoed, and the cursor is there. */
function expectUsable(raw: string): void {
  expect(raw).toMatch(/ icanon /);
  expect(raw).toMatch(/ echo /);
  expect(raw.lastIndexOf('\u001b[?25l')).toBeLessThanOrEqual(raw.lastIndexOf('\u001b[?25h'));
}

async function killedWhileValidating(world: World): Promise<void> {
  const child = spawn(process.execPath, [binPath, 'apply', '--yes'], {
    cwd: world.home,
    env: { HOME: world.home, LANG: 'C.UTF-8', NODE_COMPILE_CACHE: compileCache, ...world.env },
  });
  const ended = new Promise((resolve) => child.on('close', resolve));
  await validating(world);
  child.kill('SIGKILL');
  await ended;
}

async function endedAfter({ home, env }: World, ms: number, how: NodeJS.Signals) {
  const child = spawn(process.execPath, [binPath, 'apply', '--yes'], {
    cwd: home,
    env: { HOME: home, LANG: 'C.UTF-8', NODE_COMPILE_CACHE: compileCache, ...env },
  });
  let said = '';
  child.stderr.on('data', (bytes) => {
    said += String(bytes);
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  await sleep(ms);
  child.kill(how);
  return { exitCode: await ended, said };
}
