import { chownSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { withLock } from '../../src/config/lock.ts';
import { realFiles } from '../../src/platform/files.ts';
import { filesOf } from '../../src/platform/home-owner.ts';
import { openLedger } from '../../src/spend/open-ledger.ts';
import { worldWith } from '../config/world.ts';
import { noOtherUser, otherHome, otherUser } from '../helpers/other-user.ts';
import { createWorld, temporaryFolder } from '../helpers/world.ts';

const owner = (path: string) => [statSync(path).uid, statSync(path).gid];

describe('the files of an ordinary user, and of root at home', () => {
  it('are the real ones', () => {
    expect(filesOf({ uid: 1000, home: '/home/a' })).toBe(realFiles);
    expect(filesOf({ uid: null, home: null })).toBe(realFiles);
    expect(filesOf({ uid: 0, home: '/' })).toBe(realFiles);
    expect(filesOf({ uid: 0, home: '/no/such/home' })).toBe(realFiles);
  });
});

describe.skipIf(noOtherUser !== null)(
  `the files of root in the home of another user${noOtherUser === null ? '' : ` (${noOtherUser})`}`,
  () => {
    it('belong to that user, and so do their folders', async () => {
      const home = otherHome();
      const files = filesOf({ uid: 0, home });
      const folder = join(home, '.config', 'openclaw');
      await files.makeFolder(folder, 0o700);
      await files.createFolder(join(folder, 'x'), 0o700);
      const file = await files.create(join(folder, 'x', 'a'), 0o600);
      await file.close();
      for (const path of ['.config', '.config/openclaw/x', '.config/openclaw/x/a']) {
        expect(owner(join(home, path))).toEqual([otherUser, otherUser]);
      }
    });

    it('belong to whoever owns the folder around them', async () => {
      const home = otherHome();
      const files = filesOf({ uid: 0, home });
      for (const [name, uid] of [
        ['of-a-third', otherUser + 1],
        ['of-root', 0],
      ] as const) {
        mkdirSync(join(home, name));
        chownSync(join(home, name), uid, uid);
        await files.makeFolder(join(home, name, 'new'), 0o700);
      }
      expect(owner(join(home, 'of-a-third', 'new'))).toEqual([otherUser + 1, otherUser + 1]);
      expect(owner(join(home, 'of-root', 'new'))).toEqual([otherUser, otherUser]);
    });

    it('belong to root outside that home, and where a link leads out of it', async () => {
      const [home, elsewhere] = [otherHome(), temporaryFolder()];
      const files = filesOf({ uid: 0, home });
      symlinkSync(elsewhere, join(home, 'out'));
      await files.makeFolder(join(home, 'out', 'a'), 0o700);
      await files.makeFolder(join(elsewhere, 'b'), 0o700);
      expect(readdirSync(elsewhere).map((name) => owner(join(elsewhere, name)))).toEqual([
        [0, 0],
        [0, 0],
      ]);
    });

    it('that SQLite makes beside the ledger belong to that user', async () => {
      const { deps } = createWorld();
      const home = otherHome();
      const place = { ...deps.place, home };
      const ledger = await openLedger({ ...deps, place, files: filesOf({ uid: 0, home }) });
      onTestFinished(() => ledger.close());
      const folder = join(home, '.local/state/openclaw-openrouter/ledger');
      const names = readdirSync(folder);
      expect(names.length).toBeGreaterThan(1);
      for (const name of names) expect(owner(join(folder, name))).toEqual([otherUser, otherUser]);
    });

    it('that are a lock belong to that user while it is held', async () => {
      const home = otherHome();
      const files = filesOf({ uid: 0, home });
      writeFileSync(join(home, 'a'), '');
      const seen = await withLock(worldWith(files), join(home, 'a'), async () =>
        owner(join(home, '.a.lock')),
      );
      expect(seen).toEqual([otherUser, otherUser]);
    });
  },
);
