import { describe, expect, it } from 'vitest';
import { gatherFacts } from '../../src/doctor/facts/index.ts';
import {
  doctorWorld,
  examineAll,
  findings,
  findingsOf,
  goodKey,
  placesOf,
} from './doctor-world.ts';

const text = `{ models: { main: { provider: 'openrouter', apiKey: '\${OPENROUTER_API_KEY}', defaultModel: 'openrouter/auto' } } }`;
const otherKey = `sk-or-v1-${'12'.repeat(32)}`;
const unset = { OPENROUTER_API_KEY: undefined };

describe('where the key is', () => {
  it('is reported when the rc file has it but this shell does not', async () => {
    const files = { '.bashrc': `# mine\nexport OPENROUTER_API_KEY="${goodKey}"\n` };
    const found = await findings({ text, env: unset, files });
    expect(placesOf(found, 'environment/sourced')).toEqual(['2:1']);
    expect(found.map(({ checkId }) => checkId)).toEqual(['environment/sourced']);
  });

  it.each([
    ['.config/fish/config.fish', '/bin/bash', `set -gx OPENROUTER_API_KEY ${goodKey}`],
    ['.zshrc', '/usr/bin/fish', `export OPENROUTER_API_KEY=${goodKey}`],
    ['.bashrc', '/bin/zsh', `export OPENROUTER_API_KEY=${goodKey}`],
  ])('is reported when only %s has it, which %s does not read', async (file, SHELL, line) => {
    const [finding] = await findings({
      text,
      env: { ...unset, SHELL },
      files: { [file]: `${line}\n` },
    });
    const shell = SHELL.split('/').at(-1);
    expect(finding).toMatchObject({
      checkId: 'environment/sourced',
      message: `OPENROUTER_API_KEY is set in ~/${file}:1, which ${shell} does not read`,
      fixHint: `store it for ${shell} too: printf %s "$KEY" | openclaw-openrouter init --yes --name main --key-stdin`,
    });
  });

  it.each(['/bin/bash', '/bin/dash', undefined])(
    'comes with the command that reads the rc file if SHELL is %s',
    async (SHELL) => {
      const files = { '.bashrc': `export OPENROUTER_API_KEY=${goodKey}\n` };
      const [finding] = await findings({ text, env: { ...unset, SHELL }, files });
      expect(finding).toMatchObject({
        message: 'OPENROUTER_API_KEY is set in ~/.bashrc:1, but not in this shell',
        fixHint: 'open a new shell, or: source ~/.bashrc',
      });
    },
  );

  it('is missing for an entry that is not the first, for which `key create` creates none', async () => {
    const two = text.replace(
      /\} \}$/,
      `, work: { provider: 'openrouter', apiKey: '\${WORK_KEY}', defaultModel: 'openrouter/auto' } } }`,
    );
    const found = await findings({ text: two });
    expect(found.map(({ checkId, fixHint }) => [checkId, fixHint])).toEqual([
      [
        'environment/variable',
        'printf %s "$KEY" | openclaw-openrouter init --yes --name work --key-stdin stores a key',
      ],
    ]);
    const [first] = await findings({ text, env: unset });
    expect(first?.fixHint).toBe(
      'printf %s "$KEY" | openclaw-openrouter init --yes --name main --key-stdin stores a key; openclaw-openrouter key create creates one',
    );
  });

  it('is reported when two places disagree, with the one that wins', async () => {
    const files = { '.bashrc': `export OPENROUTER_API_KEY=${otherKey}\n` };
    const [finding, ...others] = await findings({ text, files });
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ checkId: 'environment/sources-agree', place: { line: 1 } });
    expect(finding?.message).toContain('from the environment, which wins here (sk-or-v1-abab…)');
  });

  it('is not reported when all places hold the same key', async () => {
    const files = {
      '.bashrc': `export OPENROUTER_API_KEY=${goodKey}\n`,
      '.openclaw/.env': `OPENROUTER_API_KEY=${goodKey}\n`,
    };
    expect(await findings({ text, files })).toEqual([]);
  });

  it.each(['OPEN_ROUTER_API_KEY', 'OPENROUTER_KEY', 'OPENROUTER_APIKEY'])(
    'is found under the nearly right name %s',
    async (name) => {
      const found = await findings({ text, env: { ...unset, [name]: goodKey } });
      expect(found.map(({ checkId }) => checkId)).toEqual([
        'environment/variable',
        'environment/near-miss',
      ]);
      expect(found[1]?.message).toContain(name);
    },
  );

  it('is shown by its prefix, with what it wins against', async () => {
    const files = { '.bashrc': `export OPENROUTER_API_KEY=${otherKey}\n` };
    const examined = await examineAll(await doctorWorld({ text, files }));
    const one = examined.find(({ checkId }) => checkId === 'key/format');
    expect(one).toMatchObject({
      remarks: ['sk-or-v1-abab… from the environment, not from ~/.bashrc:1'],
    });
  });
});

describe('the format of the key', () => {
  it.each([
    ['with a space behind', `${goodKey} `],
    ['in quotes', `"${goodKey}"`],
    ['cut off', goodKey.slice(0, 30)],
    ['of another service', `sk-ant-${'ab'.repeat(20)}`],
    ['of an example', `sk-or-v1-${'x'.repeat(48)}`],
  ])('%s is told', async (_what, key) => {
    const found = await findings({ text, env: { OPENROUTER_API_KEY: key } });
    expect(found.map(({ checkId }) => checkId)).toEqual(['key/format']);
  });
});

describe('who can read the key', () => {
  it('reports a .env that others can read, and fixes its mode', async () => {
    const doctor = await doctorWorld({
      text,
      files: { '.openclaw/.env': `OPENROUTER_API_KEY=${goodKey}\n` },
    });
    const path = `${doctor.world.home}/.openclaw/.env`;
    await doctor.deps.files.chmod(path, 0o644);
    const [finding] = findingsOf(await examineAll(doctor));
    expect(finding).toMatchObject({ checkId: 'files/permissions', file: path });
    expect(finding?.fix?.files).toMatchObject([{ path, mode: 0o600, edits: [] }]);
  });

  it('reports an rc file where the home folder is open to others', async () => {
    const doctor = await doctorWorld({
      text,
      files: { '.bashrc': `export OPENROUTER_API_KEY=${goodKey}\n` },
    });
    await doctor.deps.files.chmod(`${doctor.world.home}/.bashrc`, 0o644);
    expect(findingsOf(await examineAll(doctor))).toEqual([]);
    await doctor.deps.files.chmod(doctor.world.home, 0o755);
    const facts = gatherFacts(doctor.deps, doctor.facts.options);
    expect(findingsOf(await examineAll({ ...doctor, facts }))).toMatchObject([
      { checkId: 'files/permissions', severity: 'info' },
    ]);
  });

  it('reports a setup file with a key in it', async () => {
    const doctor = await doctorWorld({ text: text.replace(/\$\{\w+\}/, goodKey) });
    await doctor.deps.files.chmod(doctor.path, 0o640);
    const ids = findingsOf(await examineAll(doctor)).map(({ checkId }) => checkId);
    expect(ids).toEqual(['files/literal-key', 'files/permissions']);
  });
});

describe('a key', () => {
  const places = [
    { text: text.replace(/\$\{\w+\}/, goodKey) },
    { text: `// ${goodKey}\n${text}`, env: { OPENROUTER_API_KEY: otherKey } },
    { text, env: { OPENROUTER_API_KEY: `${goodKey}"` } },
    { text, env: { ...unset, OPEN_ROUTER_API_KEY: goodKey } },
    { text: text.replace('defaultModel', `headers: { 'X-Key': '${goodKey}' }, defaultModel`) },
    { text: text.replace("'openrouter/auto'", `'${goodKey}'`) },
    {
      text: text.replace('defaultModel', `maxRetries: '${goodKey}', '${goodKey}': 1, defaultModel`),
    },
    { text: text.replace('} }', `'${goodKey}: 1`) },
  ];

  it.each(places)('never appears in full in what the doctor prints (%#)', async (options) => {
    const doctor = await doctorWorld(options);
    const examined = await examineAll(doctor);
    const printed = doctor.deps.io.mask(
      JSON.stringify(
        findingsOf(examined).map(({ fix, ...finding }) => ({ ...finding, does: fix?.does })),
      ),
    );
    expect(printed).not.toContain('ab'.repeat(8));
  });
});

describe('a variable that names a folder', () => {
  it.each([
    ['OPENCLAW_STATE_DIR', 'error'],
    ['OPENCLAW_CONFIG_PATH', 'error'],
    ['XDG_STATE_HOME', 'warning'],
  ])('is told when it is relative: %s', async (name, severity) => {
    const examined = await examineAll(await doctorWorld({ text, env: { [name]: 'here' } }));
    const problem = severity === 'error' ? 'is not' : 'is ignored because it is not';
    const message = expect.stringMatching(`^${name} ${problem} an absolute path`);
    expect(findingsOf(examined)).toMatchObject([
      { checkId: 'environment/paths', severity, message },
    ]);
  });

  it('is not reported when it is absolute, or below the home folder', async () => {
    const env = { XDG_STATE_HOME: '/s', OPENCLAW_HOME: '/h', OPENCLAW_STATE_DIR: '~/s' };
    expect(await findings({ text, env })).toEqual([]);
  });
});
