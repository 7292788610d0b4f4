import { describe, expect, it } from 'vitest';
import { checks } from '../../src/doctor/checks/index.ts';
import { examine } from '../../src/doctor/examine.ts';
import type { Reach } from '../../src/doctor/facts/reach.ts';
import { findings, findingsOf, laboratory } from './laboratory.ts';

const well: Reach = { host: 'openrouter.ai', failure: null, latencyMs: 120, clockAheadMs: 300 };

async function reach(facts: Partial<Reach>) {
  const lab = await laboratory({});
  const selected = checks.filter(({ needs }) => needs.includes('reach'));
  const examined = await examine(selected, {
    ...lab.facts,
    reach: async () => ({ ...well, ...facts }),
  });
  return {
    found: findingsOf(examined).map(({ checkId, severity }) => `${checkId} ${severity}`),
    remarks: examined.flatMap((one) => (one.state === 'ran' ? one.remarks : [])),
  };
}

describe('the network', () => {
  it('is told by its latency when it is well', async () => {
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

  it.each([
    ['http://openrouter.example/api/v1', 'leads over a plain connection to openrouter.example'],
    ['openrouter.ai/api/v1', 'is no URL'],
    ['ftp://openrouter.ai', 'is no address of an API'],
    ['https://me:secret@openrouter.ai/api/v1', 'holds a user name or password'],
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

  it('has proxies told that Node does not follow, and the password in them hidden', async () => {
    const env = { HTTPS_PROXY: 'http://me:hunter2hunter2@proxy:3128', ALL_PROXY: 'proxy:3128' };
    const found = await findings({ env });
    const own = found.filter(({ checkId }) => checkId === 'network/proxy');
    expect(own.map(({ severity }) => severity)).toEqual(['warning', 'info']);
    expect(JSON.stringify(own)).not.toContain('hunter2');
  });
});
