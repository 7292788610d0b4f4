import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checks } from '../../src/doctor/checks/index.ts';
import { examine } from '../../src/doctor/examine.ts';
import { gatherFacts } from '../../src/doctor/facts/index.ts';
import type { Exec, Files } from '../../src/platform/deps.ts';
import { keyNamed, sharedDatabase, writeProfiles } from '../helpers/host-keys.ts';
import { type DoctorWorld, doctorWorld, findingsOf, goodKey, marked } from './doctor-world.ts';

const text = `{ models: { main: { provider: 'openrouter', apiKey: '\${OPENROUTER_API_KEY}', defaultModel: 'openai/gpt-4o', fallbackModels: ['google/gemini-2.5-pro'] } } }`;
const matching = `{ agents: { defaults: { model: { primary: 'openrouter/openai/gpt-4o', fallbacks: ['openrouter/google/gemini-2.5-pro'] } } } }`;
const dotenv = { '.openclaw/.env': `OPENROUTER_API_KEY=${goodKey}\n` };

interface Gateway {
  readonly env: Readonly<Record<string, string>>;
  readonly startedMs: number;
}

/** An OpenClaw of that version on PATH, with that config; and that gateway running, where one is given. */
async function withHost(options: {
  version?: string;
  config?: string;
  files?: Record<string, string>;
  gateway?: Gateway;
  profiles?: Record<string, string>;
}) {
  const doctor = await doctorWorld({
    text,
    env: { PATH: '' },
    files: {
      ...(options.config === undefined ? {} : { '.openclaw/openclaw.json': options.config }),
      ...options.files,
    },
  });
  if (options.profiles) writeProfiles(sharedDatabase(doctor.world.home), options.profiles);
  const bin = install(doctor, options.version ?? '2026.9.6');
  const deps = {
    ...doctor.deps,
    env: { ...doctor.deps.env, PATH: `:/nowhere:${bin}` },
    place: { ...doctor.deps.place, platform: 'linux' as const },
    files: withProcess(doctor.deps.files, doctor.deps.place.uid, options.gateway),
  };
  const facts = gatherFacts(deps, doctor.facts.options);
  const selected = checks.filter(({ needs }) => needs.includes('host'));
  const examined = await examine(selected, facts);
  return {
    found: findingsOf(examined).map(({ checkId, severity }) => `${checkId} ${severity}`),
    messages: findingsOf(examined).map(({ message }) => message),
    places: findingsOf(examined).map(({ place }) => `${place?.line}:${place?.column}`),
    remarks: examined.flatMap((one) => (one.state === 'ran' ? one.remarks : [])),
    skipped: examined.flatMap((one) => (one.state === 'skipped' ? [one.reason] : [])),
  };
}

function install({ world }: DoctorWorld, version: string): string {
  const folder = join(world.home, 'lib/node_modules/openclaw');
  const bin = join(world.home, 'bin');
  mkdirSync(folder, { recursive: true });
  mkdirSync(bin);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'openclaw', version }));
  writeFileSync(join(folder, 'openclaw.mjs'), '', { mode: 0o755 });
  symlinkSync(join(folder, 'openclaw.mjs'), join(bin, 'openclaw'));
  return bin;
}

/** The files of this machine, but for `/proc`, which has one process or none. */
function withProcess(files: Files, uid: number | null, gateway: Gateway | undefined): Files {
  const words = (list: readonly string[]) => new TextEncoder().encode(`${list.join('\0')}\0`);
  return {
    ...files,
    async list(folder) {
      if (folder !== '/proc') return files.list(folder);
      return gateway === undefined ? ['self', 'meminfo'] : ['self', '4242'];
    },
    async read(path) {
      if (gateway === undefined || !path.startsWith('/proc/')) return files.read(path);
      if (path.endsWith('cmdline')) return words(['openclaw-gateway']);
      return words(Object.entries(gateway.env).map(([name, value]) => `${name}=${value}`));
    },
    async stat(path) {
      if (gateway === undefined || path !== '/proc/4242') return files.stat(path);
      const modifiedMs = gateway.startedMs;
      return {
        kind: 'folder',
        size: 0,
        mode: 0o555,
        uid: uid ?? 0,
        gid: 0,
        modifiedMs,
        changedMs: modifiedMs,
        links: 1,
        inode: 1,
        device: 1,
      };
    },
  };
}

const future = Date.UTC(2100, 0);

/** The unit that `openclaw gateway install` writes, with those lines in it. */
function serviceOf(...lines: readonly string[]) {
  const text = ['[Service]', ...lines].join('\n');
  return { '.config/systemd/user/openclaw-gateway.service': text };
}

describe('the host', () => {
  it('is left alone where there is none, without starting a program', async () => {
    const doctor = await doctorWorld({ text });
    const examined = await examine(
      checks.filter(({ needs }) => needs.includes('host')),
      doctor.facts,
    );
    const reasons = examined.map((one) => (one.state === 'skipped' ? one.reason : one.checkId));
    expect(new Set(reasons)).toEqual(new Set(['OpenClaw is not installed']));
  });

  it('is reported with its version, without a finding when the setup file is applied', async () => {
    const { found, remarks } = await withHost({ config: matching, files: dotenv });
    expect(found).toEqual([]);
    expect(remarks).toEqual(['OpenClaw 2026.9.6', 'main: key from the environment']);
  });

  it.each([
    ['an old version', { version: '2026.2.19', config: matching }, 'host/installed info'],
    ['a config that does not parse', { config: '{ agents: ' }, 'host/config error'],
    [
      'entries pasted into its config',
      { config: matching.replace('{', `{ ${text.trim().slice(1, -1)}, `) },
      'host/pasted error',
    ],
    [
      'another model in its config',
      { config: matching.replace('gpt-4o', 'gpt-4o-mini') },
      'host/model info',
    ],
  ])('has %s found', async (_what, options, finding) => {
    const { found } = await withHost({ files: dotenv, ...options });
    expect(found).toEqual([finding]);
  });

  it.each([
    ['.openclaw/openclaw.json/a', '', 'is a folder, not a file', 'move the folder out of the way'],
    ['.openclaw/openclaw.json', '[]', 'is not an object', 'an empty config is {}'],
  ])(
    'reports why its config cannot be used, with the fix: %s %j',
    async (path, content, message, fix) => {
      const world = await doctorWorld({ text, files: { [path]: content } });
      const [found] = (await examine(checks, world.facts)).flatMap((one) =>
        one.state === 'ran' && one.checkId === 'host/config' ? one.findings : [],
      );
      expect(found).toMatchObject({ message: expect.stringContaining(message) });
      expect(found?.fixHint).toContain(fix);
    },
  );

  it.each([
    ['a config that does not parse', '{\n  agents: ▸}'],
    [
      'an entry pasted into it',
      `{\n  models: { ▸a: { provider: 'openrouter' } },\n${matching.slice(1)}`,
    ],
    [
      'another model in it',
      "{\n  agents: { defaults: { model: ▸{\n    primary: 'openrouter/openai/gpt-4', fallbacks: ['openrouter/google/gemini-2.5-pro'] } } } }",
    ],
  ])('has the place told of %s', async (_what, config) => {
    const { text: bare, line, column } = marked(config);
    const { places } = await withHost({ files: dotenv, config: bare });
    expect(places).toEqual([`${line}:${column}`]);
  });

  it('as a service does not see the key of a shell', async () => {
    expect((await withHost({ config: matching })).found).toEqual(['environment/service warning']);
    const gateway = { env: { OPENROUTER_API_KEY: goodKey }, startedMs: future };
    expect((await withHost({ config: matching, gateway })).found).toEqual([]);
  });

  it.each([
    ['Environment="OPENROUTER_API_KEY=KEY"', ['host/key warning']],
    ['Environment=A=b OPENROUTER_API_KEY=KEY', ['host/key warning']],
    // OpenClaw takes what it manages itself from its .env.
    ['Environment=OPENROUTER_API_KEY=KEY OPENCLAW_SERVICE_MANAGED_ENV_KEYS=OPENROUTER_API_KEY', []],
  ])('whose service has another key is found: %s', async (line, expected) => {
    const unit = serviceOf(line.replace('=KEY', `=${keyNamed('service')}`));
    const { found } = await withHost({ config: matching, files: { ...dotenv, ...unit } });
    expect(found).toEqual(expected);
  });

  it.each([
    ['env', 'openrouter/openai/gpt-4o', []],
    ['missing', 'openrouter/openai/gpt-4o', ['has no OpenRouter key']],
    ['env', 'openrouter/other', ['answers with openrouter/other']],
    ['env', undefined, ['printed no model']],
  ])('is asked itself: %j key, model %j', async (kind, resolvedDefault, expected) => {
    const doctor = await doctorWorld({ text, files: { '.openclaw/openclaw.json': matching } });
    const bin = install(doctor, '2026.9.6');
    const effective = { kind, detail: 'sk-or-v1...12345678' };
    const auth = { providers: [{ provider: 'openrouter', effective }] };
    const stdout = JSON.stringify({ resolvedDefault, auth });
    const rest = { exitCode: 0, stderr: '', notFound: false, timedOut: false };
    const exec: Exec = async () => ({ ...rest, stdout });
    const deps = { ...doctor.deps, exec, env: { ...doctor.deps.env, PATH: bin } };
    const facts = gatherFacts(deps, { ...doctor.facts.options, offline: false });
    const status = checks.filter(({ id }) => id === 'host/status');
    const examined = await examine(status, facts);
    const reasons = examined.flatMap((one) => (one.state === 'skipped' ? [one.reason] : []));
    const messages = findingsOf(examined).map(({ message }) => message);
    const words = expected.map((text) => expect.stringContaining(text));
    expect([...reasons, ...messages]).toEqual(words);
  });

  it('that prefers a key of its own is found, with its place', async () => {
    const { found, messages } = await withHost({
      config: matching,
      files: dotenv,
      profiles: { 'openrouter:default': 'old' },
    });
    expect(found).toEqual(['host/model info', 'host/key warning']);
    expect(messages[1]).toContain("from OpenClaw's profile openrouter:default");
  });

  it('that runs with another key is found, with neither key shown', async () => {
    const env = { OPENROUTER_API_KEY: `sk-or-v1-${'cd'.repeat(32)}` };
    const { found, messages } = await withHost({
      config: matching,
      files: dotenv,
      gateway: { env, startedMs: future },
    });
    expect(found).toEqual(['environment/host-process warning']);
    expect(messages[0]).toContain(
      'sk-or-v1-cdcd… as OPENROUTER_API_KEY, but this shell uses sk-or-v1-abab…',
    );
  });

  it('that was started before its .env changed needs a restart', async () => {
    const gateway = { env: {}, startedMs: Date.UTC(2020, 0) };
    const { found } = await withHost({ config: matching, files: dotenv, gateway });
    expect(found).toEqual(['host/restart warning']);
  });
});
