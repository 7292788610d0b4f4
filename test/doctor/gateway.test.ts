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
}) {
  const { deps, path } = await laboratory();
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
    expect(String(url)).toBe('http://127.0.0.1:8788/healthz');
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

  it('is not asked offline', async () => {
    expect(await examined({ offline: true })).toMatchObject({ state: 'skipped' });
  });
});
