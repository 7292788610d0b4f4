import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runBin } from '../helpers/bin.ts';
import { testSandbox } from '../helpers/sandbox.ts';
import { temporaryFolder, testKey } from '../helpers/world.ts';

/** Everything about a folder: names, modes, owners, times, bytes. */
function pictureOf(folder: string): readonly string[] {
  const facts = lstatSync(folder);
  const { mode, uid, mtimeMs, ctimeMs } = facts;
  const own = [folder, mode, uid, mtimeMs, ctimeMs].join(' ');
  if (facts.isSymbolicLink()) return [`${own} ${readlinkSync(folder)}`];
  if (facts.isFile()) return [`${own} ${readFileSync(folder, 'latin1')}`];
  return [
    own,
    ...readdirSync(folder)
      .sort()
      .flatMap((name) => pictureOf(join(folder, name))),
  ];
}

const faulty = `{
  models: {
    "router-premium": {
      provider: "openrouter",
      apiKey: "\${OPENROUTER_API_KEY}",
      defaultModel: "meta-llama/llama-3.3-70b", // gone
      maxRetrys: 2,
    },
  },
}
`;

describe('--dry-run writes not a byte and no folder, the cache included', () => {
  const cases = [
    { args: ['init', '--dry-run', '--preset', 'resilient', '--key-stdin'], shows: '+++ ' },
    { args: ['init', '--dry-run', '--sandbox'], shows: '+++ ' },
    { args: ['doctor', '--fix', '--dry-run'], shows: '' },
    { args: ['apply', '--dry-run'], shows: '' },
    { args: ['undo', '--dry-run'], shows: '+++ ' },
    { args: ['undo', '--list'], shows: 'init' },
  ];
  for (const { args, shows } of cases) {
    it(args.join(' '), async () => {
      const sandbox = await testSandbox();
      const home = temporaryFolder();
      const env = { OPENROUTER_BASE_URL: sandbox.url, SHELL: '/bin/bash' };
      if (args[0] === 'doctor' || args[0] === 'apply') {
        mkdirSync(join(home, '.config/openclaw'), { recursive: true });
        writeFileSync(join(home, '.config/openclaw/openclaw.json5'), faulty);
      }
      if (args[0] === 'undo') {
        const made = ['init', '--yes', '--key-stdin', '--no-verify', '--no-restart'];
        expect((await runBin(made, { home, env, input: testKey })).exitCode).toBe(0);
      }
      const before = pictureOf(home);
      const run = await runBin(args, { home, env, input: testKey });
      expect(pictureOf(home)).toEqual(before);
      expect(run.exitCode).not.toBe(2);
      expect(run.stdout).toContain(shows);
      expect(run.stdout + run.stderr).not.toContain(testKey);
    });
  }
});
