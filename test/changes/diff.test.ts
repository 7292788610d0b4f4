import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { diffOf, planFile } from '../../src/changes/change-set.ts';
import type { DialectId } from '../../src/config/dialect.ts';
import { readText } from '../../src/config/snapshot.ts';
import { createWorld } from '../helpers/world.ts';

async function diffWith(name: string, dialect: DialectId, text: string, path: string) {
  const { deps, home } = createWorld();
  const file = join(home, name);
  writeFileSync(file, text, { mode: 0o600 });
  const edits = [{ op: 'set', path: [path], value: 'new' }] as const;
  const planned = planFile(await readText(deps.files, file), dialect, edits);
  return diffOf(deps, { command: 'test', files: [planned] });
}

describe('the diff of a file that sets variables', () => {
  const others = "alias db='mysql -pS3cret'\ncurl -u admin:pa55word localhost";

  it.each([
    ['.bashrc', 'bash'],
    ['.env', 'dotenv'],
  ] as const)('has no line of %s but the changed one', async (name, dialect) => {
    const diff = await diffWith(name, dialect, `${others}\nexport MODE=old\n${others}\n`, 'MODE');
    expect(diff).toBe(
      `--- ~/${name}\n+++ ~/${name}\n@@ -3,1 +3,1 @@\n-export MODE=old\n+export MODE=new\n`,
    );
  });

  it('does not show a last line without a newline', async () => {
    const diff = await diffWith('.bashrc', 'bash', others, 'MODE');
    expect(diff).toContain('+export MODE="new"\n');
    expect(diff).toMatch(/^@@ -2,0 \+3,4 @@$/m);
    expect(diff).not.toContain('admin');
  });
});

it('the diff of a setup file has context', async () => {
  const diff = await diffWith('a.json5', 'json5', "{\n  a: 1,\n  mode: 'old',\n}\n", 'mode');
  expect(diff).toContain("   a: 1,\n-  mode: 'old',\n+  mode: 'new',\n }");
});
