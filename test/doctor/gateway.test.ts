import { describe, expect, it } from 'vitest';
import { networkGateway } from '../../src/doctor/checks/network-gateway.ts';
import { examine } from '../../src/doctor/examine.ts';
import { gatherFacts } from '../../src/doctor/facts.ts';
import { healthDocument } from '../../src/gateway/health.ts';
import { laboratory } from './laboratory.ts';

type Health = Parameters<typeof healthDocument>;

/** What the check makes of a gateway that is so. */
async function examined(facts: {
  readonly open?: Health[1];
  readonly error?: string | null;
  readonly body?: string;
  readonly offline?: boolean;
  /** Where it is, and what the host's config says about that. */
  readonly address?: string;
  readonly baseUrl?: string;
}) {
  const { address = '127.0.0.1:8788', baseUrl } = facts;
  const config = JSON.stringify({ models: { providers: { openrouter: { baseUrl } } } });
  const { deps, path } = await laboratory({ files: { '.openclaw/openclaw.json': config } });
  const { document } = healthDocument(
    {
      setup: () => ({
        live: { path, loadedAt: new Date(0), entries: [], channels: [], problems: [] },
        error: facts.error ?? null,
      }),
      ledger: null,
      clock: deps.clock,
    },
    facts.open ?? [],
    0,
  );
  const body = facts.body ?? JSON.stringify({ ...document, ledger: 'ok' });
  const fetch = async (url: unknown) => {
    if (String(url) !== `http://${address}/healthz`) throw new TypeError('fetch failed');
    return new Response(body);
  };
  const options = { path, offline: facts.offline ?? false, timeoutMs: 5_000 };
  const [one] = await examine([networkGateway], gatherFacts({ ...deps, fetch }, options));
  return one;
}

describe('a gateway that runs here', () => {
  it('is told when it is well', async () => {
    expect(await examined({})).toMatchObject({
      findings: [],
      remarks: ['gateway at 127.0.0.1:8788'],
    });
  });

  it('has a key told that it does not use for now, and until when', async () => {
    const open = {
      key: 'sk-or-v1-1a2b…',
      state: 'open',
      outcome: 'billing',
      message: 'no credit',
      status: 402,
      since: new Date(0),
      retryAt: new Date('2026-11-22T12:05:00Z'),
    } as const;
    expect(await examined({ open: [open] })).toMatchObject({
      findings: [
        {
          severity: 'warning',
          message: expect.stringContaining('does not use sk-or-v1-1a2b…: no credit'),
          fixHint: expect.stringContaining('2026-11-22T12:05:00'),
        },
      ],
    });
  });

  it('has a setup file told that it refused', async () => {
    expect(await examined({ error: 'a comma is missing' })).toMatchObject({
      findings: [{ severity: 'warning', message: expect.stringContaining('a comma is missing') }],
    });
  });

  it.each(['<html>', '{}', '{"setup":{},"breakers":[]}', 'null'])(
    'is not taken for another program, which answers %s',
    async (body) => {
      expect(await examined({ body })).toMatchObject({
        state: 'skipped',
        reason: 'no gateway at 127.0.0.1:8788',
      });
    },
  );

  it('is found at the port that OpenClaw asks it at', async () => {
    const elsewhere = { address: '127.0.0.1:9000', baseUrl: 'http://127.0.0.1:9000/v1' };
    expect(await examined(elsewhere)).toMatchObject({ remarks: ['gateway at 127.0.0.1:9000'] });
    expect(await examined({ ...elsewhere, address: '127.0.0.1:1' })).toMatchObject({
      reason: 'no gateway at 127.0.0.1:9000 or 127.0.0.1:8788',
    });
  });

  it.each(['https://openrouter.ai/api/v1', 'http://10.0.0.1:9000/v1', 'here'])(
    'is not looked for at %s, which is no address of this machine',
    async (baseUrl) => {
      expect(await examined({ baseUrl })).toMatchObject({
        remarks: ['gateway at 127.0.0.1:8788'],
      });
    },
  );

  it('is not asked offline', async () => {
    expect(await examined({ offline: true })).toMatchObject({ state: 'skipped' });
  });
});
