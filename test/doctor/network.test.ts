import { describe, expect, it } from 'vitest';
import { checks } from '../../src/doctor/checks/index.ts';
import { examine } from '../../src/doctor/examine.ts';
import { Unavailable } from '../../src/doctor/facts/context.ts';
import type { Facts } from '../../src/doctor/facts/index.ts';
import type { Reach } from '../../src/doctor/facts/openrouter.ts';
import { doctorWorld, examineAll, findings, findingsOf } from './doctor-world.ts';

const well: Reach = { host: 'openrouter.ai', failure: null, latencyMs: 120, clockAheadMs: 300 };

async function reach(facts: Partial<Reach>) {
  const doctor = await doctorWorld({});
  const selected = checks.filter(({ needs }) => needs.includes('reach'));
  const examined = await examine(selected, {
    ...doctor.facts,
    reach: async () => ({ ...well, ...facts }),
  });
  return {
    found: findingsOf(examined).map(({ checkId, severity }) => `${checkId} ${severity}`),
    remarks: examined.flatMap((one) => (one.state === 'ran' ? one.remarks : [])),
  };
}

describe('the network', () => {
  it('reports the latency when OpenRouter answers', async () => {
    expect(await reach({})).toEqual({ found: [], remarks: ['120 ms to openrouter.ai and back'] });
  });

  it.each([
    ['slow', { latencyMs: 1800 }, ['network/latency warning']],
    ['beside a clock that is wrong', { clockAheadMs: -3_600_000 }, ['network/clock warning']],
    [
      'down',
      {
        failure: { kind: 'network', code: 'ENOTFOUND', message: 'There is no host' },
        latencyMs: null,
      },
      ['network/reach error'],
    ],
  ])('that is %s is found', async (_what, facts, found) => {
    expect((await reach(facts)).found).toEqual(found);
  });

  it('reports a list of models that cannot be fetched, and an older one in its place', async () => {
    const selected = checks.filter(({ id }) => id === 'network/models');
    const { facts } = await doctorWorld({ online: true });
    const said = async (catalog: Facts['catalog'], offline = false) =>
      examine(selected, { ...facts, options: { ...facts.options, offline }, catalog });
    const fails = () => Promise.reject(new Unavailable('The list could not be fetched: why'));
    expect(findingsOf(await said(fails))).toMatchObject([
      {
        severity: 'warning',
        message:
          'The list could not be fetched: why; the checks of model ids and prices did not run',
        fixHint: expect.stringContaining('OPENROUTER_BASE_URL'),
      },
    ]);
    expect(await said(fails, true)).toMatchObject([{ state: 'skipped', skipCause: 'failed' }]);
    const list = { models: [], source: 'cache', fetchedAt: '2026-11-20', stale: true } as const;
    const old = await said(async () => ({ ...list, note: 'this is the list from 2026-11-20' }));
    expect(findingsOf(old)).toMatchObject([{ severity: 'info' }]);
  });

  it.each([
    [
      'http://openrouter.example/api/v1',
      'uses plain HTTP to openrouter.example, so nothing is sent there',
    ],
    ['openrouter.ai/api/v1', 'is not a URL'],
    ['ftp://openrouter.ai', 'is not an https URL'],
    ['https://me:secret@openrouter.ai/api/v1', 'contains a user name or password'],
    ['https://me:4711/secret@openrouter.ai/api/v1', 'contains a user name or password'],
    ['https://openrouter.ai/api/v1?token=secret', 'contains a query or a fragment'],
  ])('has the base URL %s told: it %s', async (url, words) => {
    const found = await findings({ env: { OPENROUTER_BASE_URL: url } });
    const own = found.filter(({ checkId }) => checkId === 'network/base-url');
    expect(own.map(({ message }) => message)).toEqual([expect.stringContaining(words)]);
  });

  it.each([
    undefined,
    '',
    'https://proxy.example/v1',
    'http://localhost:8080/',
    'http://[::1]:1/api',
  ])('has nothing to say about the base URL %s', async (url) => {
    const found = await findings({ env: { OPENROUTER_BASE_URL: url } });
    expect(found.map(({ checkId }) => checkId)).not.toContain('network/base-url');
  });

  it('names the proxy without its user name and password', async () => {
    const env = { HTTPS_PROXY: 'http://somebody:hunter2hunter2@proxy.example:3128' };
    const examined = await examineAll(await doctorWorld({ env }));
    const remarks = examined.flatMap((one) => (one.state === 'ran' ? one.remarks : []));
    expect(remarks).toContain('through the proxy proxy.example:3128');
    expect(JSON.stringify(examined)).not.toMatch(/hunter2|somebody/);
  });

  it.each([
    [{ ALL_PROXY: 'socks5://proxy.example:1080' }, 'ALL_PROXY is the URL of a SOCKS proxy'],
    [{ https_proxy: 'http://' }, 'https_proxy is not the URL of an HTTP proxy'],
  ])('has a proxy told that cannot be used: %j', async (env, words) => {
    const own = (await findings({ env })).filter(({ checkId }) => checkId === 'network/proxy');
    expect(own).toMatchObject([{ severity: 'error', message: expect.stringContaining(words) }]);
  });

  it('has no finding about a proxy that is not used for OpenRouter', async () => {
    const env = { ALL_PROXY: 'socks5://proxy.example:1080', NO_PROXY: 'openrouter.ai' };
    const found = await findings({ env });
    expect(found.map(({ checkId }) => checkId)).not.toContain('network/proxy');
  });
});
