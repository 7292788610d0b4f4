import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type BinRun, runBin } from '../helpers/bin.ts';
import { put } from '../helpers/put.ts';
import { testSandbox } from '../helpers/sandbox.ts';
import { temporaryFolder, testKey } from '../helpers/world.ts';

const good = '{ models: { a: { provider: "openrouter", defaultModel: "openai/gpt-4o" } } }\n';

/** A home whose setup file holds `text`. */
function homeWith(text: string | Uint8Array): { home: string; file: string } {
  const home = temporaryFolder();
  const file = put(join(home, '.config/openclaw/openclaw.json5'), text);
  return { home, file };
}

/** Every file below a folder with the hash of its bytes. */
function fingerprint(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name)).isFile())
    .map(
      (name) =>
        `${name} ${createHash('sha256')
          .update(readFileSync(join(folder, name)))
          .digest('hex')}`,
    )
    .sort();
}

/** One message: a first line that says what, and below it how to mend it. */
function expectOneMessage({ stderr }: BinRun): void {
  const heads = stderr.split('\n').filter((line) => /^ {2}✗ /.test(line));
  expect(heads, stderr).toHaveLength(1);
  expect(stderr, stderr).toMatch(/^ {4}→ \S/m);
  expect(stderr).not.toMatch(/\bat .*\.js:\d+|Unexpected:/);
}

const documents: readonly (readonly [
  name: string,
  text: string | Uint8Array,
  place: string | null,
])[] = [
  ['a binary file', Uint8Array.from([0x7b, 0x00, 0xff, 0xfe, 0x7d]), null],
  ['a file that is not UTF-8', Uint8Array.from([0x7b, 0xc3, 0x28, 0x7d]), null],
  ['a file of 20 MB', Buffer.alloc(20 * 1024 * 1024, ' '), null],
  ['a cut off file', '{\n  models: {\n    a: {', ':3:9'],
  ['a root that is an array', '[1, 2]\n', ':1:1'],
];

describe('init --yes', () => {
  it.each(documents)('rejects %s and leaves it alone', async (_name, text, place) => {
    const { home, file } = homeWith(text);
    const before = fingerprint(home);
    const sandbox = await testSandbox();
    const run = await runBin(['init', '--yes', '--preset', 'free'], { home, env: sandbox.env });
    expect(run).toMatchObject({ exitCode: 2, stdout: '' });
    expectOneMessage(run);
    expect(run.stderr).toContain('openclaw.json5');
    if (place !== null) expect(run.stderr).toContain(`${file}${place}`);
    expect(fingerprint(home).filter((line) => !line.startsWith('.cache/'))).toEqual(before);
  });

  it('rejects a folder in place of the file', async () => {
    const home = temporaryFolder();
    mkdirSync(join(home, '.config/openclaw/openclaw.json5'), { recursive: true });
    const run = await runBin(['init', '--yes', '--no-verify', '--sandbox'], { home });
    expect(run).toMatchObject({ exitCode: 2, stdout: '' });
    expectOneMessage(run);
    expect(run.stderr).toContain('folder');
  });

  it('fills an empty file', async () => {
    const { home, file } = homeWith('');
    const run = await runBin(['init', '--yes', '--sandbox', '--no-restart'], { home });
    expect(run.exitCode).toBe(0);
    expect(readFileSync(file, 'utf8')).toContain('defaultModel: "anthropic/claude-sonnet-4"');
  });

  it.each([
    ['a byte order mark', `\uFEFF${good}`],
    ['CRLF', good.replaceAll(/\n|(?<=\{) /g, '\r\n')],
    ['comments', `// mine\n${good}// the end`],
  ])('keeps %s', async (_name, text) => {
    const { home, file } = homeWith(text);
    const run = await runBin(['init', '--yes', '--sandbox', '--preset', 'free', '--no-restart'], {
      home,
    });
    expect(run.exitCode, run.stderr).toBe(0);
    const after = readFileSync(file, 'utf8');
    expect(after).toContain('openrouter-free');
    expect(after.startsWith(text.slice(0, 12))).toBe(true);
    expect(after.endsWith(text.slice(-3))).toBe(true);
    if (text.includes('\r\n')) expect(after.replaceAll('\r\n', '')).not.toContain('\n');
  });

  it.each([
    [['--presett', 'basic'], '--preset'],
    [['--preset', 'basics'], 'basic'],
    [['--daily-limit', '-2'], 'negative'],
    [['--daily-limit', 'two'], '2.50'],
    [['--preset', 'budget', '--alert', '80'], '0.8'],
    [['--model', 'openai/gpt-4o-ultra'], 'openai/gpt-4o'],
    [['--model', 'gpt'], 'does not exist'],
    [['--model', 'gpt/'], '<author>/<model>'],
    [['--exclude-provider', 'azur'], 'azure'],
    [['--alert', '0.5'], '--daily-limit'],
    [['--name', ''], '--name'],
    [['--exclude-provider', 'azure', '--prefer-provider', 'azure'], 'azure'],
    [['--channel', 'whatsapp=nobody'], 'nobody'],
    [['--header', 'X Title=hello'], 'X Title'],
    [['--param', 'temperature=hot'], 'JSON'],
    [['--retries', '1000'], '--retries'],
    [['--key-env', 'NOT_THERE'], 'NOT_THERE'],
    [['--key-stdin'], 'standard input'],
  ])('rejects %j', async (flags, mentioned) => {
    const sandbox = await testSandbox();
    const home = temporaryFolder();
    const run = await runBin(['init', '--yes', ...flags], { home, env: sandbox.env });
    expect(run).toMatchObject({ exitCode: 2, stdout: '' });
    expectOneMessage(run);
    expect(run.stderr).toContain(mentioned);
    expect(fingerprint(home).filter((line) => !line.startsWith('.cache/'))).toEqual([]);
  });

  it.each([
    ['a newline within', `${testKey.slice(0, 30)}\n${testKey.slice(30)}`],
    ['quotes around', `"${testKey}"`],
    ['a cut', testKey.slice(0, 20)],
    ['spaces around', ` ${testKey} `],
    ['another maker', `sk-ant-${'a1'.repeat(40)}`],
  ])('rejects a key with %s and does not repeat it', async (_name, key) => {
    const sandbox = await testSandbox();
    const home = temporaryFolder();
    const run = await runBin(['init', '--yes', '--key-stdin'], {
      home,
      env: { OPENROUTER_BASE_URL: sandbox.url, SHELL: '/bin/bash' },
      input: key,
    });
    expect(run).toMatchObject({ exitCode: 2, stdout: '' });
    expectOneMessage(run);
    expect(run.stderr).not.toContain(key.trim().slice(0, 14));
    expect(fingerprint(home)).toEqual([]);
    expect(sandbox.requests).toEqual([]);
  });

  it('needs a home folder or explicit paths', async () => {
    const run = await runBin(['init', '--yes', '--sandbox'], { cwd: '/', env: { HOME: '' } });
    expect(run).toMatchObject({ exitCode: 2, stdout: '' });
    expectOneMessage(run);
    expect(run.stderr).toContain('HOME');
  });

  it('asks for flags right away without a terminal', async () => {
    const run = await runBin(['init']);
    expect(run).toMatchObject({ exitCode: 2, stdout: '' });
    expectOneMessage(run);
    expect(run.stderr).toContain('--yes');
  });
});

it.each([['test'], ['spend'], ['apply', '--dry-run'], ['serve', '--port', '0']])(
  '%s reports a root that is an array with its place',
  async (...argv) => {
    const { home, file } = homeWith('[1, 2]\n');
    const run = await runBin([...argv, '--sandbox'], { home });
    expect(run).toMatchObject({ exitCode: 2, stdout: '' });
    expectOneMessage(run);
    expect(run.stderr).toContain(`${file}:1:1`);
  },
);

it.each([
  ['an empty file', '', [['test'], ['apply', '--dry-run'], ['serve', '--port', '0']], 1],
  [
    'a negative budget',
    '{ models: {\n a: { provider: "openrouter", defaultModel: "a/b", budget: { dailyLimit: -2 } },\n} }\n',
    [['spend'], ['spend', '--check'], ['serve', '--port', '0']],
    2,
  ],
  [
    'what comes after the end',
    `${good}garbage`,
    [['init', '--yes'], ['test'], ['spend'], ['apply', '--dry-run'], ['serve', '--port', '0']],
    2,
  ],
])('%s is reported once, with its place and its fix', async (_name, text, commands, line) => {
  for (const command of commands) {
    const { home, file } = homeWith(text);
    const before = fingerprint(home);
    const run = await runBin([...command, '--sandbox'], { home });
    expect(run, command.join(' ')).toMatchObject({ exitCode: 2, stdout: '' });
    expectOneMessage(run);
    if (command[0] !== 'serve') expect(run.stderr).toContain(`${file}:${line}:`);
    expect(fingerprint(home)).toEqual(before);
  }
});

describe('a server that is not OpenRouter', () => {
  it.each([
    [
      'answers HTML',
      (server: Server) => server.on('request', (_req, res) => res.end('<html>hello</html>')),
    ],
    ['never answers', (server: Server) => server.on('request', () => {})],
    ['hangs up', (server: Server) => server.on('connection', (socket) => socket.destroy())],
  ])('is named when it %s', async (_name, behave) => {
    const server = createServer();
    behave(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    const env = {
      OPENROUTER_BASE_URL: `http://127.0.0.1:${port}/api/v1`,
      OPENROUTER_API_KEY: testKey,
    };
    const { home } = homeWith(good);
    const before = fingerprint(home);

    const spend = await runBin(['spend', '--timeout', '500'], { home, env });
    expect(spend).toMatchObject({ exitCode: 2, stdout: '' });
    expectOneMessage(spend);

    const test = await runBin(['test', '--timeout', '500', '--json'], { home, env });
    expect(test.exitCode).toBe(1);
    expect(JSON.parse(test.stdout)).toMatchObject({ ok: false });

    const init = await runBin(['init', '--yes', '--timeout', '500'], { home, env });
    expect(init.exitCode).toBe(1);

    const doctor = await runBin(['doctor', '--timeout', '500'], { home, env });
    expect(doctor.stdout).not.toContain('This check itself failed');
    expect(fingerprint(home).filter((line) => line.startsWith('.config/'))).toEqual(before);
  });
});

it('gets neither a key nor any other byte over plain http on another machine', async () => {
  const { home } = homeWith(good);
  const env = { OPENROUTER_BASE_URL: 'http://192.0.2.1/api/v1', OPENROUTER_API_KEY: testKey };
  for (const command of [['spend'], ['test'], ['init', '--yes', '--preset', 'free']]) {
    const run = await runBin([...command, '--timeout', '2000'], { home, env });
    expect(run, command.join(' ')).toMatchObject({ exitCode: 2, stdout: '' });
    expectOneMessage(run);
    expect(run.stderr).toContain('https');
  }
});

it('doctor with --config works without a home folder, and skips what would be there', async () => {
  const { file } = homeWith(good);
  const env = { HOME: '' };
  const run = await runBin(['doctor', '--config', file, '--sandbox', '--json'], { env, cwd: '/' });
  expect(run, run.stdout).toMatchObject({ exitCode: 0, stderr: '' });
  expect(run.stdout).toContain('HOME is not set');
  expect(run.stdout).not.toContain('itself failed');
});

it.each(['doctor', 'test', 'spend'])(
  '%s rejects an unknown entry, option or id',
  async (command) => {
    const { home } = homeWith(good);
    const wrong =
      command === 'test'
        ? ['nobody']
        : command === 'doctor'
          ? ['--only', 'models/exist']
          : ['--by', 'hour'];
    const run = await runBin([command, ...wrong, '--sandbox'], { home });
    expect(run).toMatchObject({ exitCode: 2, stdout: '' });
    expectOneMessage(run);
  },
);
