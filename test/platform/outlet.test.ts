import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { binPath, runBin } from '../helpers/bin.ts';

const run = promisify(execFile);
const node = JSON.stringify(process.execPath);

describe('standard output', () => {
  it('gets all of a long text through a pipe whose reader is slow', async () => {
    const whole = await runBin(['models', '--sandbox', '--json']);
    const command = `${node} ${JSON.stringify(binPath)} models --sandbox --json | (sleep 0.3; cat)`;
    const { stdout } = await run('bash', ['-c', command], { maxBuffer: 10_000_000 });
    expect(stdout.length).toBe(whole.stdout.length);
    expect(JSON.parse(stdout)).toMatchObject({ ok: true });
  });

  it('ends quietly when the reader of a pipe has gone', async () => {
    const command = `${node} ${JSON.stringify(binPath)} models --sandbox | true; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = await run('bash', ['-c', command]);
    expect(stdout).toBe('0\n');
    expect(stderr).not.toContain('EPIPE');
  });

  it.runIf(process.platform === 'linux')('says that a disk is full, and fails', async () => {
    const child = spawn('bash', ['-c', `${node} ${JSON.stringify(binPath)} --help > /dev/full`]);
    const told: string[] = [];
    child.stderr.setEncoding('utf8').on('data', (text: string) => told.push(text));
    const exitCode = await new Promise((resolve) => child.on('close', resolve));
    expect(exitCode).toBe(2);
    expect(told.join('')).toMatch(/^ {2}The output cannot be written: ENOSPC.*\n$/);
  });
});
