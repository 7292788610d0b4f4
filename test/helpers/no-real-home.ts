import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** Whatever a test forgets to set, it finds an empty folder: no test may read or write a real home. */
const home = mkdtempSync(join(tmpdir(), 'openclaw-openrouter-test-'));

for (const name of Object.keys(process.env)) {
  if (/^(XDG_|OPENROUTER_|OPENCLAW_|ZDOTDIR$|https?_proxy$|all_proxy$|no_proxy$)/i.test(name)) {
    delete process.env[name];
  }
}
process.env.HOME = home;

afterAll(() => rmSync(home, { recursive: true, force: true }));
