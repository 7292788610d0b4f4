import {
  chmodSync,
  linkSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { CatalogModel } from '../../../src/catalog/model.ts';
import { listUndo, undo } from '../../../src/changes/undo.ts';
import { type DoctorOptions, runDoctor } from '../../../src/commands/doctor/run.ts';
import type { Deps, Prompter } from '../../../src/platform/deps.ts';
import { CancelError } from '../../../src/platform/errors.ts';
import { doctorWorld, goodKey, sandboxModels } from '../../doctor/doctor-world.ts';
import { realExec } from '../../helpers/programs.ts';
import { scriptedPrompter } from '../../helpers/scripted-prompter.ts';
import { offline } from './offline.ts';

const broken = `// my setup
{
  models: {
    // the good one
    'router-main': {
      provider: 'openrouter', // ours
      apiKey: '$OPENROUTER_API_KEY', /* the key */
      defaultModel: 'anthropic/claude-sonet-4', // strong
      fallbackModel: [
        'meta-llama/llama-3.3-70b:free', // costs nothing
        'anthropic/claude-sonnet-4', // again
        'openai/gpt-4o',
      ],
      retryOnFailure: 'yes',
      maxRetries: '2',
      budegt: { dailyLimit: 2, monthlyLimit: 30, alertThreshold: 80 }, // money
      providerPreferences: { exclude: ['azure'], prefer: ['azure', 'anthropic'] },
    },
  },
  channels: { telegram: { model: 'router-mian' } }, // the family
}
`;

const fixedText = `// my setup
{
  models: {
    // the good one
    'router-main': {
      provider: 'openrouter', // ours
      apiKey: '\${OPENROUTER_API_KEY}', /* the key */
      defaultModel: 'anthropic/claude-sonnet-4', // strong
      fallbackModels: [
        'meta-llama/llama-3.3-70b-instruct:free', // costs nothing
        // again
        'openai/gpt-4o',
      ],
      retryOnFailure: true,
      maxRetries: 2,
      budget: { dailyLimit: 2, monthlyLimit: 30, alertThreshold: 0.8 }, // money
      providerPreferences: { exclude: ['azure'], prefer: ['anthropic'] },
    },
  },
  channels: { telegram: { model: 'router-main' } }, // the family
}
`;

const options = { ...offline, fix: 'yes' } as const;

let models: readonly CatalogModel[];
beforeAll(async () => {
  models = await sandboxModels();
});

async function fixableWorld(
  text: string,
  more: { env?: Record<string, string>; prompter?: Prompter } = {},
) {
  const doctor = await doctorWorld({ text, models, ...more });
  const deps = {
    ...doctor.deps,
    exec: realExec,
    ...(more.prompter === undefined ? {} : { prompter: more.prompter }),
  };
  return {
    deps,
    home: doctor.world.home,
    abort: doctor.world.abort,
    read: () => readFileSync(doctor.path, 'utf8'),
    run: (other: Partial<DoctorOptions> = {}) => runDoctor(deps, { ...options, ...other }),
  };
}

describe('doctor --fix', () => {
  it('fixes what it reports, and what only shows after a fix, and keeps every comment', async () => {
    const { run, read } = await fixableWorld(broken);
    const report = await run();
    expect(read()).toBe(fixedText);
    expect(report.ok).toBe(true);
    expect(report.findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
  });

  it('has nothing to do the second time', async () => {
    const { run, read } = await fixableWorld(broken);
    await run();
    const again = await run();
    expect(again.fixed).toMatchObject({ done: [], written: [], undoId: null });
    expect(read()).toBe(fixedText);
  });

  it('still reports, without the network, after Ctrl-C once everything is written', async () => {
    const { deps, abort, read } = await fixableWorld(broken);
    const fetch: Deps['fetch'] = async () => {
      if (read() === fixedText) abort.abort(new CancelError());
      throw abort.signal.reason ?? new TypeError('fetch failed');
    };
    const report = await runDoctor({ ...deps, fetch }, { ...options, offline: false });
    expect(abort.signal.aborted).toBe(true);
    expect(report.ok).toBe(true);
    expect(report.fixed?.undoId).not.toBeNull();
  });

  it('is one undo, which restores the exact bytes', async () => {
    const { run, read, deps } = await fixableWorld(broken);
    await run();
    expect(await listUndo(deps)).toHaveLength(1);
    await undo(deps);
    expect(read()).toBe(broken);
  });

  it('writes nothing with --dry-run, and shows the diff', async () => {
    const { run, read } = await fixableWorld(broken);
    const report = await run({ fix: 'dry-run' });
    expect(read()).toBe(broken);
    expect(report.ok).toBe(false);
    expect(report.fixed?.diff).toContain('+      maxRetries: 2,');
    expect(report.fixed?.done).toContain('router-main: rename budegt to budget');
  });

  it('asks on a terminal, and leaves everything as it is when the answer is no', async () => {
    const no = scriptedPrompter([[/Make these \d+ changes/, false]]);
    const { run, read } = await fixableWorld(broken, { prompter: no });
    await expect(run({ fix: 'ask' })).rejects.toThrow('nothing was written');
    expect(read()).toBe(broken);
  });

  it('writes when the answer is yes', async () => {
    const yes = scriptedPrompter([['Make', true]]);
    const { run, read } = await fixableWorld(broken, { prompter: yes });
    await run({ fix: 'ask' });
    expect(read()).toBe(fixedText);
  });

  it('fixes only findings of the selected checks', async () => {
    const { run, read } = await fixableWorld(broken);
    await run({ only: ['files/types'] });
    expect(read()).toBe(broken.replace("'yes'", 'true').replace("'2'", '2'));
  });

  it('removes empty and duplicate triggers', async () => {
    const setup = (triggers: string) =>
      `{ models: { a: { provider: 'openrouter', apiKey: '\${OPENROUTER_API_KEY}', defaultModel: 'openai/gpt-4o-mini', complexModel: 'openai/gpt-4o', complexTriggers: [${triggers}] } } }`;
    const { run, read } = await fixableWorld(setup("'', 'code', '代码', 'CODE', /* x */ ' '"));
    await run();
    expect(read()).toBe(setup("'code', '代码' /* x */ "));
  });

  it('names a replaced id so that its blanks show', async () => {
    const { run } = await fixableWorld(
      `{ models: { a: { provider: 'openrouter', apiKey: '\${OPENROUTER_API_KEY}', defaultModel: 'openai/gpt-4o ' } } }`,
    );
    const { fixed } = await run();
    expect(fixed?.done).toEqual(['a: replace "openai/gpt-4o " with "openai/gpt-4o"']);
  });

  it('leaves a file alone that does not parse', async () => {
    const { run, read } = await fixableWorld('{ models: ');
    const report = await run();
    expect(report.fixed?.written).toEqual([]);
    expect(read()).toBe('{ models: ');
  });
});

describe('doctor --fix and a key in the setup file', () => {
  const text = `{ models: { a: { provider: 'openrouter', apiKey: '${goodKey}', defaultModel: 'openrouter/auto' } } }\n`;
  const unset = { OPENROUTER_API_KEY: '' };

  it('moves the key to the rc file of the shell, as one undo, and never prints it', async () => {
    const { run, read, home, deps } = await fixableWorld(text, { env: unset });
    const report = await run();
    expect(read()).toBe(text.replace(goodKey, () => `\${OPENROUTER_API_KEY}`));
    const rc = join(home, '.bashrc');
    expect(readFileSync(rc, 'utf8')).toContain(goodKey);
    expect(statSync(rc).mode & 0o777).toBe(0o600);
    expect(JSON.stringify(report.fixed)).not.toContain(goodKey);
    await undo(deps);
    expect(read()).toBe(text);
  });

  it('says where new shells do not get the key', async () => {
    const { run, home } = await fixableWorld(text, { env: unset });
    writeFileSync(join(home, '.bash_profile'), 'true\n');
    const { fixed } = await run();
    expect(fixed?.warnings).toEqual([
      'A login bash does not get OPENROUTER_API_KEY from ~/.bashrc: have ~/.bash_profile read it, with: . ~/.bashrc',
    ]);
  });

  it.each(['yes', 'dry-run'] as const)(
    'leaves the key where it is if the rc file is under version control (%s)',
    async (fix) => {
      const { run, read, home } = await fixableWorld(text, { env: unset });
      mkdirSync(join(home, '.hg'));
      const { fixed, findings } = await run({ fix });
      expect(fixed).toMatchObject({ done: [], warnings: [], written: [] });
      expect(fixed?.notFixed).toEqual([
        {
          checkId: 'files/literal-key',
          does: 'a: move the key to ~/.bashrc',
          reason: expect.stringMatching(/^~\/\.bashrc may be tracked by Mercurial/),
          hint: expect.stringContaining('asks first'),
        },
      ]);
      expect(findings).toMatchObject([{ checkId: 'files/literal-key' }]);
      expect(read()).toBe(text);
    },
  );

  it('asks once about an rc file under version control, and makes the other fixes', async () => {
    const two = text.replace(
      'models: {',
      (all) =>
        `${all} b: { provider: 'openrouter', apiKey: '${goodKey}', defaultModel: 'openrouter/auto', maxRetrys: 2 },`,
    );
    const prompter = scriptedPrompter([
      [/Write the key there anyway/, false],
      ['Make this change', true],
    ]);
    const { run, read, home } = await fixableWorld(two, { env: unset, prompter });
    mkdirSync(join(home, '.hg'));
    const { fixed } = await run({ fix: 'ask' });
    expect(fixed?.notFixed.map(({ does }) => does)).toEqual([
      'b: move the key to ~/.bashrc',
      'a: move the key to ~/.bashrc',
    ]);
    expect(read()).toBe(two.replace('maxRetrys', 'maxRetries'));
  });

  it('writes to an rc file under version control if the answer is yes, and warns', async () => {
    const prompter = scriptedPrompter([
      [/Write the key there anyway/, true],
      ['Make this change', true],
    ]);
    const { run, home } = await fixableWorld(text, { env: unset, prompter });
    mkdirSync(join(home, '.hg'));
    const { fixed } = await run({ fix: 'ask' });
    expect(fixed?.done).toEqual(['a: move the key to ~/.bashrc']);
    expect(fixed?.warnings[0]).toContain('may be tracked by Mercurial');
    expect(readFileSync(join(home, '.bashrc'), 'utf8')).toContain(goodKey);
  });

  it.each([
    ['is read-only', (rc: string) => writeFileSync(rc, '', { mode: 0o444 }), /read-only/],
    ['leads nowhere', (rc: string) => symlinkSync('/nonexistent/rc', rc), /does not exist/],
  ])('makes the other fixes where the rc file %s', async (_, makeRc, reason) => {
    const { run, read, home } = await fixableWorld(
      text.replace('defaultModel', 'maxRetrys: 2, defaultModel'),
      { env: unset },
    );
    makeRc(join(home, '.bashrc'));
    const { fixed, findings } = await run();
    expect(fixed?.done).toEqual(['a: rename maxRetrys to maxRetries']);
    expect(fixed?.notFixed).toMatchObject([
      { does: 'a: move the key to ~/.bashrc', reason: expect.stringMatching(reason) },
    ]);
    expect(findings.map(({ checkId }) => checkId)).toContain('files/literal-key');
    expect(read()).toContain(goodKey);
  });

  it('reports that the rc file becomes private, and nothing about the file that loses the key', async () => {
    const { run, home, deps } = await fixableWorld(text, { env: unset });
    writeFileSync(join(home, '.bashrc'), '', { mode: 0o644 });
    await deps.files.chmod(join(home, '.config/openclaw/openclaw.json5'), 0o644);
    const { fixed } = await run();
    expect(fixed?.done).toEqual([
      'a: move the key to ~/.bashrc',
      'make ~/.config/openclaw/openclaw.json5 readable by its owner alone',
      'make ~/.bashrc readable by its owner alone, as it gets the key (mode 0600, was 0644)',
    ]);
  });

  it('takes the key out of a file that others can read or that is under version control', async () => {
    const { run, read, home } = await fixableWorld(text, { env: unset });
    const path = join(home, '.config/openclaw/openclaw.json5');
    chmodSync(path, 0o644);
    mkdirSync(join(dirname(path), '.hg'));
    const { fixed } = await run();
    expect(read()).not.toContain(goodKey);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(fixed?.done.filter((done) => done.includes('contains the key'))).toEqual([]);
  });

  it('stores the key that otherwise only the environment of this session has', async () => {
    const { run, home } = await fixableWorld(text, { env: { OPENROUTER_API_KEY: goodKey } });
    const { fixed } = await run();
    expect(fixed?.done).toContain('a: move the key to ~/.bashrc');
    expect(readFileSync(join(home, '.bashrc'), 'utf8')).toContain(goodKey);
  });

  it.each([
    ['this session too', goodKey],
    ['no other place', ''],
  ])('only removes the key where a file and %s has it already', async (_, inSession) => {
    const env = { OPENROUTER_API_KEY: inSession };
    const { run, read, home } = await fixableWorld(text, { env });
    mkdirSync(join(home, '.openclaw'));
    writeFileSync(join(home, '.openclaw/.env'), `OPENROUTER_API_KEY=${goodKey}\n`, { mode: 0o600 });
    const { fixed } = await run();
    expect(fixed?.done).toEqual([
      `a: replace the key with \${OPENROUTER_API_KEY}, which is in ~/.openclaw/.env:1`,
    ]);
    expect(read()).not.toContain(goodKey);
    expect(() => statSync(join(home, '.bashrc'))).toThrow();
  });

  it.each([
    ['the shell is unknown', { SHELL: '' }, ''],
    ['new shells have another one', {}, `export OPENROUTER_API_KEY=sk-or-v1-${'12'.repeat(32)}\n`],
  ])('leaves a key alone that this session has as well if %s', async (_, shell, rc) => {
    const env = { OPENROUTER_API_KEY: goodKey, ...shell };
    const { run, read, home } = await fixableWorld(text, { env });
    writeFileSync(join(home, '.bashrc'), rc, { mode: 0o600 });
    await run();
    expect(read()).toBe(text);
    expect(readFileSync(join(home, '.bashrc'), 'utf8')).toBe(rc);
  });

  it.each([
    ['this session has the same', goodKey, true],
    ['this session does not tell which', '', false],
  ])('does not replace a line that computes the key, where %s', async (_, inSession, isMoved) => {
    const { run, read, home } = await fixableWorld(text, {
      env: { OPENROUTER_API_KEY: inSession },
    });
    const rc = 'export OPENROUTER_API_KEY="$(pass show openrouter)"\n';
    writeFileSync(join(home, '.bashrc'), rc, { mode: 0o600 });
    await run();
    expect(read().includes(goodKey)).toBe(!isMoved);
    expect(readFileSync(join(home, '.bashrc'), 'utf8')).toBe(rc);
  });

  it('leaves the key alone where the variable holds another one', async () => {
    const env = { OPENROUTER_API_KEY: `sk-or-v1-${'12'.repeat(32)}` };
    const { run, read } = await fixableWorld(text, { env });
    await run();
    expect(read()).toBe(text);
  });
});

describe('doctor --fix and a file that others can read', () => {
  it('makes the file private', async () => {
    const doctor = await doctorWorld({
      text: fixedText,
      models,
      files: { '.openclaw/.env': `OPENROUTER_API_KEY=${goodKey}\n` },
    });
    const path = join(doctor.world.home, '.openclaw/.env');
    await doctor.deps.files.chmod(path, 0o644);
    const report = await runDoctor(doctor.deps, options);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(report.fixed?.written).toEqual([path]);
    expect(report.findings.filter(({ checkId }) => checkId === 'files/permissions')).toEqual([]);
    await undo(doctor.deps);
    expect(statSync(path).mode & 0o777).toBe(0o644);
  });

  it('leaves a read-only file read-only', async () => {
    const { run, home, deps } = await fixableWorld(`// ${goodKey}\n${fixedText}`);
    const path = join(home, '.config/openclaw/openclaw.json5');
    await deps.files.chmod(path, 0o444);
    await run();
    expect(statSync(path).mode & 0o777).toBe(0o400);
  });

  it('leaves one of several hard links alone, and says why', async () => {
    const { run, home, deps } = await fixableWorld(`// ${goodKey}\n${fixedText}`);
    const path = join(home, '.config/openclaw/openclaw.json5');
    linkSync(path, join(home, 'other'));
    await deps.files.chmod(path, 0o644);
    const { fixed } = await run();
    expect(fixed?.notFixed).toMatchObject([{ reason: expect.stringContaining('2 hard links') }]);
    expect(statSync(path).mode & 0o777).toBe(0o644);
  });
});
