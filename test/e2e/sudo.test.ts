import { createHash } from 'node:crypto';
import { chmodSync, chownSync, lstatSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runBin } from '../helpers/bin.ts';
import { noOtherUser, otherHome, otherUser } from '../helpers/other-user.ts';
import { testSandbox } from '../helpers/sandbox.ts';
import { temporaryFolder, testKey } from '../helpers/world.ts';

const rcText = "alias ll='ls -l'\n";

/** A home folder with a `.bashrc`, and `init` run in it by root. */
async function initByRoot() {
  const sandbox = await testSandbox();
  const home = otherHome();
  const rc = join(home, '.bashrc');
  writeFileSync(rc, rcText);
  chownSync(rc, otherUser, otherUser);
  chmodSync(rc, 0o640);
  const env = { OPENROUTER_BASE_URL: sandbox.url, SHELL: '/bin/bash' };
  const init = ['init', '--yes', '--key-stdin', '--no-verify', '--no-restart'];
  const done = await runBin(init, { home, env, input: testKey });
  expect(done.exitCode).toBe(0);
  expect(readFileSync(rc, 'utf8')).toContain(testKey);
  return { home, rc, env };
}

function owners(home: string): readonly number[] {
  const names = readdirSync(home, { recursive: true, encoding: 'utf8' });
  return [...new Set(names.map((name) => lstatSync(join(home, name)).uid))];
}

describe.skipIf(noOtherUser !== null)(
  `root in the home of another user${noOtherUser === null ? '' : ` (${noOtherUser})`}`,
  () => {
    it.each([
      ['that user', otherUser],
      ['root', 0],
    ])('creates only files that belong to that user, and %s can undo it', async (_, user) => {
      const { home, rc, env } = await initByRoot();
      expect(owners(home)).toEqual([otherUser]);
      const undone = await runBin(['undo', '--yes'], { home, env, user });
      expect(undone).toMatchObject({ exitCode: 0, stderr: '' });
      expect(readFileSync(rc, 'utf8')).toBe(rcText);
      expect(lstatSync(rc)).toMatchObject({ uid: otherUser, gid: otherUser });
      expect(lstatSync(rc).mode & 0o7777).toBe(0o640);
      expect(owners(home)).toEqual([otherUser]);
    });

    it.each([['undo'], ['init']])(
      'does not follow their undo record out of their home when %s is run',
      async (command) => {
        const { home, env } = await initByRoot();
        const victim = join(temporaryFolder(), 'profile');
        writeFileSync(victim, 'old');
        const record = join(home, '.local/state/openclaw-openrouter/undo/000009.pending.json');
        const afterHash = createHash('sha256').update('old').digest('hex');
        const file = { path: victim, target: victim, before: 'theirs', afterHash };
        const files = [{ ...file, mode: 0o644, folders: [] }];
        writeFileSync(record, JSON.stringify({ time: 'x', command: 'y', files }));
        chownSync(record, otherUser, otherUser);
        const args = command === 'undo' ? ['--yes'] : ['--yes', '--no-verify', '--preset', 'free'];
        const run = await runBin([command, ...args], { home, env });
        expect(run.stderr).toContain('belongs to another user and names a file outside their home');
        expect(readFileSync(victim, 'utf8')).toBe('old');
      },
    );

    it('keeps the owner of cache and ledger too', async () => {
      const { home, env } = await initByRoot();
      await runBin(['models'], { home, env });
      await runBin(['spend'], { home, env });
      expect(owners(home)).toEqual([otherUser]);
    });
  },
);

describe.skipIf(noOtherUser !== null)('folders that root left in a home', () => {
  it.each([[['undo', '--list']], [['undo', '--yes']], [['spend']], [['doctor', '--offline']]])(
    'make %j name the folder and the fix',
    async (args) => {
      const { home, env } = await initByRoot();
      const state = join(home, '.local/state/openclaw-openrouter');
      for (const name of readdirSync(state)) chownSync(join(state, name), 0, 0);
      chownSync(state, 0, 0);
      const run = await runBin(args, { home, env, user: otherUser });
      expect(run.stderr + run.stdout).not.toMatch(/Unexpected|bug/);
      if (args[0] !== 'undo') return;
      expect(run.exitCode).toBe(2);
      expect(run.stderr).toMatch(/\.local\/state\/openclaw-openrouter.*permission denied/);
      expect(run.stderr).toContain('chown');
    },
  );
});
