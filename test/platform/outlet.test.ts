import { execFile, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { binPath, compileCache, runBin } from '../helpers/bin.ts';
import { temporaryFolder } from '../helpers/world.ts';

const run = promisify(execFile);
function homeWithProblems() {
  const home = temporaryFolder();
  mkdirSync(join(home, '.config/openclaw'), { recursive: true });
  writeFileSync(join(home, '.config/openclaw/openclaw.json5'), '{ models: {,');
  return { HOME: home, PATH: process.env.PATH, LANG: 'C.UTF-8', NODE_COMPILE_CACHE: compileCache };
}

const node = JSON.stringify(process.execPath);

describe('standard output', () => {
  it('writes all of a long text to a pipe with a slow reader', async () => {
    const whole = await runBin(['models', '--sandbox', '--json']);
    const command = `${node} ${JSON.stringify(binPath)} models --sandbox --json | (sleep 0.3; cat)`;
    const { stdout } = await run('bash', ['-c', command], { maxBuffer: 10_000_000 });
    expect(stdout.length).toBe(whole.stdout.length);
    expect(JSON.parse(stdout)).toMatchObject({ ok: true });
  });

  it('ends quietly when the reader closes the pipe', async () => {
    const command = `${node} ${JSON.stringify(binPath)} models --sandbox | true; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = await run('bash', ['-c', command]);
    expect(stdout).toBe('0\n');
    expect(stderr).not.toContain('EPIPE');
  });

  it.each([
    ['problems that were found', 'doctor --offline', '| true', 1],
    ['problems that were found, as JSON', 'doctor --offline --json', '| true', 1],
    ['a mistake of the command line', 'models --nonsense', '2>&1 >/dev/null | true', 2],
    ['a mistake, with both streams closed', 'models --nonsense --json', '2>&1 | true', 2],
    ['a command that talks as it works', 'doctor --offline', '2>&1 >/dev/null | true', 1],
    ['a server whose log nobody reads', 'sandbox', '| head -n 0', 0],
  ])(
    'keeps the exit code of %s when the reader has gone',
    async (_what, args, reader, exitCode) => {
      // The reader is gone before the first byte.
      const bin = `(sleep 0.5; exec ${node} ${JSON.stringify(binPath)} ${args})`;
      const command = `${bin} ${reader}; echo "\${PIPESTATUS[0]}"`;
      const { stdout } = await run('bash', ['-c', command], { env: homeWithProblems() });
      expect(stdout).toBe(`${exitCode}\n`);
    },
  );

  it
    .runIf(process.platform === 'linux')
    .each(['--help', 'models --sandbox --json', 'doctor --sandbox'])(
    'reports a full disk, and fails: %s',
    async (args) => {
      const command = `${node} ${JSON.stringify(binPath)} ${args} > /dev/full`;
      const child = spawn('bash', ['-c', command], {
        env: { ...process.env, HOME: temporaryFolder() },
      });
      const told: string[] = [];
      child.stderr.setEncoding('utf8').on('data', (text: string) => told.push(text));
      const exitCode = await new Promise((resolve) => child.on('close', resolve));
      expect(exitCode).toBe(2);
      expect(told.join('')).toMatch(/^ {2}The output cannot be written: ENOSPC.*\n$/);
    },
  );
});
