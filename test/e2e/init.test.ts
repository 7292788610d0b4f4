import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseFaults } from '../../src/sandbox/faults.ts';
import { testSandbox } from '../helpers/sandbox.ts';
import { runInTerminal, type TerminalRun } from '../helpers/terminal.ts';
import { temporaryFolder } from '../helpers/world.ts';

/** A home without a key, and a look-alike of OpenRouter. */
async function start(
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
  faults = '',
) {
  const sandbox = await testSandbox({ faults: faults === '' ? [] : parseFaults(faults) });
  const home = temporaryFolder();
  const terminal = runInTerminal(['init', ...args], {
    home,
    env: { OPENROUTER_BASE_URL: sandbox.url, SHELL: '/bin/bash', ...env },
  });
  return { sandbox, home, terminal };
}

const setupIn = (home: string) => join(home, '.config/openclaw/openclaw.json5');

async function pasteKey(terminal: TerminalRun, key: string): Promise<void> {
  await terminal.shows('Which key?');
  terminal.press('down', 'down', 'enter');
  await terminal.shows('? The key');
  terminal.type(key);
  terminal.press('enter');
  await terminal.shows('works:');
}

describe('init in a terminal of 80 by 24', () => {
  it('goes from nothing to a verified setup with the keyboard alone', async () => {
    const { sandbox, home, terminal } = await start();
    await pasteKey(terminal, sandbox.key);
    await terminal.shows('What is it for?');
    terminal.press('space', 'enter');
    await terminal.shows('? Model of openrouter');
    terminal.type('gpt 4o mini');
    await terminal.shows(/❯ openai\/gpt-4o-mini/);
    terminal.press('enter');
    await terminal.shows('? Anything else?');
    terminal.press('enter');
    await terminal.shows('A typical day');
    terminal.press('enter');
    await terminal.shows('openclaw-openrouter test');
    expect(await terminal.exitCode).toBe(0);

    expect(readFileSync(setupIn(home), 'utf8')).toContain('defaultModel: "openai/gpt-4o-mini"');
    expect(readFileSync(join(home, '.bashrc'), 'utf8')).toContain(sandbox.key);
    expect(terminal.raw()).not.toContain(sandbox.key);
    const screen = await terminal.screen();
    expect(screen).toContain('source ~/.bashrc');
    expect(terminal.raw().endsWith('\u001b[?25l')).toBe(false);
  });

  it('treats a second paste as a whole key, not as the rest of a rejected one', async () => {
    const { sandbox, terminal } = await start();
    await terminal.shows('Which key?');
    terminal.press('down', 'down', 'enter');
    await terminal.shows('? The key');
    terminal.type(sandbox.key.replace(/.{4}$/, '0000'));
    terminal.press('enter');
    await terminal.shows('does not know this key (401)');
    terminal.type(sandbox.key);
    terminal.press('enter');
    await terminal.shows('works:');
    expect(terminal.raw()).not.toContain(sandbox.key);
    terminal.press('ctrlC');
    expect(await terminal.exitCode).toBe(130);
  });

  it('leaves a usable terminal and nothing else after Ctrl-C', async () => {
    const { home, terminal } = await start();
    await terminal.shows('Which key?');
    terminal.press('ctrlC');
    expect(await terminal.exitCode).toBe(130);
    expect(await terminal.screen()).toContain('Cancelled; nothing was written');
    expect(existsSync(join(home, '.config'))).toBe(false);
    const raw = terminal.raw();
    expect(raw.lastIndexOf('\u001b[?25h')).toBeGreaterThan(raw.lastIndexOf('\u001b[?25l'));
  });

  it('waits for the browser, and stops waiting at Ctrl-C', async () => {
    const { terminal } = await start();
    await terminal.shows('Which key?');
    terminal.press('down', 'enter');
    await terminal.shows('Waiting for the browser');
    terminal.press('ctrlC');
    expect(await terminal.exitCode).toBe(130);
    const raw = terminal.raw();
    expect(raw.lastIndexOf('\u001b[?25h')).toBeGreaterThan(raw.lastIndexOf('\u001b[?25l'));
  });

  it('stops waiting for a model at Ctrl-C, and has written nothing', async () => {
    const { sandbox, home, terminal } = await start(['--model', 'openai/gpt-4o'], {}, '*:timeout');
    await pasteKey(terminal, sandbox.key);
    await terminal.shows('? Anything else?');
    terminal.press('enter');
    await terminal.shows('Is this right?');
    terminal.press('enter');
    await terminal.shows('Asking openai/gpt-4o for an answer');
    terminal.press('ctrlC');
    expect(await terminal.exitCode).toBe(130);
    expect(existsSync(setupIn(home))).toBe(false);
    expect(existsSync(join(home, '.bashrc'))).toBe(false);
  });

  it('continues by itself after the sign-in on the page', async () => {
    const { terminal } = await start();
    await terminal.shows('Which key?');
    terminal.press('down', 'enter');
    await terminal.shows('/auth?callback_url=');
    const url = /http:\/\/127\.0\.0\.1:\d+\/auth\?\S+/.exec(terminal.raw())?.[0] ?? '';
    expect(await (await fetch(url)).text()).toContain('Go back to the terminal');
    await terminal.shows('What is it for?');
    expect(await terminal.screen()).toContain('works:');
    terminal.press('ctrlC');
    expect(await terminal.exitCode).toBe(130);
  });

  it.each([['--no-color'], ['NO_COLOR']])('sends no color with %s', async (how) => {
    const { terminal } = await start(
      how.startsWith('--') ? [how] : [],
      how.startsWith('--') ? {} : { [how]: '1' },
    );
    await terminal.shows('Which key?');
    expect(terminal.raw()).not.toMatch(/\u001b\[[0-9;]*[1-9][0-9;]*m/);
    terminal.press('ctrlC');
    await terminal.exitCode;
  });
});

describe('init --plain-prompts', () => {
  it('asks line by line, moves no cursor and does not echo the key', async () => {
    const { sandbox, home, terminal } = await start(['--plain-prompts', '--no-color']);
    await terminal.shows('Number (1):');
    terminal.type('3\r');
    await terminal.shows('The key (not shown):');
    terminal.type(`${sandbox.key}\r`);
    await terminal.shows('Numbers, separated by commas (none):');
    terminal.type('1\r');
    await terminal.shows('Model of openrouter');
    terminal.type('gpt-4o-mini\r');
    await terminal.shows(/1\. openai\/gpt-4o-mini/);
    terminal.type('1\r');
    await terminal.shows('Anything else?');
    terminal.type('\r');
    await terminal.shows('Is this right?');
    terminal.type('1\r');
    expect(await terminal.exitCode).toBe(0);
    expect(readFileSync(setupIn(home), 'utf8')).toContain('openai/gpt-4o-mini');
    expect(terminal.raw()).not.toContain(sandbox.key);
    expect(terminal.raw()).not.toContain('\u001b');
  });

  it('ends with Ctrl-C', async () => {
    const { terminal } = await start(['--plain-prompts']);
    await terminal.shows('Number (1):');
    terminal.press('ctrlC');
    expect(await terminal.exitCode).toBe(130);
  });
});
