import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** Points every test at an empty home by default, so that none reads or writes a real one. */
const home = mkdtempSync(join(tmpdir(), 'openclaw-openrouter-test-'));

// With this set, Node reads all certificates when it starts, which takes longer than the rest of the start.
delete process.env.NODE_EXTRA_CA_CERTS;
for (const name of Object.keys(process.env)) {
  if (/^(XDG_|OPENROUTER_|OPENCLAW_|ZDOTDIR$|https?_proxy$|all_proxy$|no_proxy$)/i.test(name)) {
    delete process.env[name];
  }
}
process.env.HOME = home;

afterAll(() => rmSync(home, { recursive: true, force: true }));
