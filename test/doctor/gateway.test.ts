import { beforeEach, describe, expect, it } from 'vitest';
import { networkChecks } from '../../src/doctor/checks/network.ts';
import { examine } from '../../src/doctor/examine.ts';
import { gatherFacts } from '../../src/doctor/facts/index.ts';
import { healthDocument, publicHealth } from '../../src/gateway/routes.ts';
import { ensureGatewayToken } from '../../src/host/gateway-token.ts';
import type { Deps } from '../../src/platform/deps.ts';
import { doctorWorld } from './doctor-world.ts';

const gatewayCheck = networkChecks.filter(({ id }) => id === 'network/gateway');

type Health = Parameters<typeof healthDocument>;

/** The URLs that were asked in the test so far. */
let asked: string[] = [];
beforeEach(() => {
  asked = [];
});

/** What the check makes of a gateway that is so. */
async function examined(facts: {
  readonly open?: Health[1];
  readonly error?: string | null;
  readonly body?: string;
  readonly offline?: boolean;
  /** Where it is, and what the host's config says about that. */
  readonly address?: string;
  readonly baseUrl?: string;
  readonly provider?: 'openrouter-gateway' | 'openrouter';
  /** The user who listens there, as Linux lists it; 0 is root. */
  readonly uid?: number;
}) {
  const { address = '127.0.0.1:8788', baseUrl, provider = 'openrouter-gateway' } = facts;
  const config = JSON.stringify({ models: { providers: { [provider]: { baseUrl } } } });
  const { deps, path } = await doctorWorld({ files: { '.openclaw/openclaw.json': config } });
  const { document } = healthDocument(
    {
      setup: () => ({
        live: { path, loadedAt: new Date(0), entries: [], channels: [], problems: [] },
        error: facts.error ?? null,
      }),
      batcher: null,
      clock: deps.clock,
    },
    facts.open ?? [],
    0,
  );
  const body = facts.body ?? JSON.stringify({ ...document, ledger: 'ok' });
  const token = await ensureGatewayToken(deps);
  const fetch = async (url: unknown, init?: RequestInit) => {
    asked.push(String(url));
    if (String(url) !== `http://${address}/healthz`) throw new TypeError('fetch failed');
    const { authorization } = Object.fromEntries(new Headers(init?.headers));
    const isKnown = authorization === `Bearer ${token}`;
    return isKnown ? new Response(body) : Response.json(publicHealth(true));
  };
  const files = { ...deps.files, readInThread: readWith(deps.files, address, facts.uid ?? 0) };
  const options = { path, offline: facts.offline ?? false, timeoutMs: 5_000 };
  const [one] = await examine(gatewayCheck, gatherFacts({ ...deps, files, fetch }, options));
  return one;
}

/** The file system, but with that listener as the only one in the lists of the kernel. */
function readWith(
  files: Deps['files'],
  address: string,
  uid: number,
): Deps['files']['readInThread'] {
  const port = Number(new URL(`http://${address}`).port)
    .toString(16)
    .padStart(4, '0')
    .toUpperCase();
  const row = ` 0: 0100007F:${port} 00000000:0000 0A 00000000:00000000 00:00000000 00000000 ${uid} 0 51230 1`;
  return async (path) => {
    if (!path.startsWith('/proc/net/')) return files.readInThread(path);
    return new TextEncoder().encode(`head\n${path.endsWith('6') ? '' : row}\n`);
  };
}

describe('a gateway that runs here', () => {
  it('is reported when it runs well', async () => {
    expect(await examined({})).toMatchObject({
      findings: [],
      remarks: ['gateway at 127.0.0.1:8788'],
    });
  });

  it('names a key that is not used for now, and until when', async () => {
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

  it('names a setup file that it rejected', async () => {
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
  });

  it.each(['openrouter-gateway', 'openrouter'] as const)(
    'that is not there is an error where OpenClaw asks it, at its place in the config: %s',
    async (provider) => {
      const baseUrl = 'http://127.0.0.1:9000/v1';
      expect(await examined({ baseUrl, provider })).toMatchObject({
        findings: [
          {
            severity: 'error',
            message:
              'OpenClaw asks the gateway at 127.0.0.1:9000 for every answer, and nothing listens there',
            fixHint: expect.stringContaining('serve (with --install as a service)'),
            place: {
              file: expect.stringContaining('openclaw.json'),
              line: 1,
              column: `{"models":{"providers":{"${provider}":{"baseUrl":`.length + 1,
            },
          },
        ],
      });
    },
  );

  it('whose place another program has is an error, but for a proxy of the user', async () => {
    const taken = { baseUrl: 'http://127.0.0.1:8788/v1', body: '<html>' };
    expect(await examined(taken)).toMatchObject({
      findings: [
        { severity: 'error', message: expect.stringContaining('another program answers there') },
      ],
    });
    expect(await examined({ ...taken, provider: 'openrouter' })).toMatchObject({
      reason: 'no gateway at 127.0.0.1:8788',
    });
  });

  it('is reported to receive the key where OpenClaw uses it in place of OpenRouter', async () => {
    for (const address of ['127.0.0.1:8788', '127.0.0.1:9000']) {
      const told = { address, provider: 'openrouter', baseUrl: `http://${address}/v1` } as const;
      expect(await examined(told)).toMatchObject({
        findings: [
          {
            severity: 'warning',
            message: expect.stringContaining(`OpenClaw sends its OpenRouter key to ${address}`),
            fixHint: expect.stringContaining('apply --through-gateway'),
          },
        ],
      });
    }
  });

  it.each(['https://openrouter.ai/api/v1', 'http://10.0.0.1:9000/v1', 'here'])(
    'is not looked for at %s, which is no address of this machine',
    async (baseUrl) => {
      expect(await examined({ baseUrl })).toMatchObject({
        remarks: ['gateway at 127.0.0.1:8788'],
      });
    },
  );

  it('that rejects our token is neither described nor taken for another program', async () => {
    expect(await examined({ body: '{"status":"ok"}' })).toMatchObject({
      state: 'skipped',
      reason:
        'what answers at 127.0.0.1:8788 does not accept the token in ~/.local/state/openclaw-openrouter/gateway-token',
    });
  });

  it('and belongs to another user is an error where OpenClaw asks it, and gets no token of ours', async () => {
    const uid = (process.geteuid?.() ?? 0) + 1;
    const told = { uid, baseUrl: 'http://127.0.0.1:8788/v1' };
    expect(await examined(told)).toMatchObject({
      findings: [
        {
          severity: 'error',
          message: `127.0.0.1:8788, where OpenClaw looks for the gateway, belongs to user ${uid}, who reads what OpenClaw sends`,
        },
      ],
    });
    expect(asked).toEqual([]);
    expect(await examined({ uid })).toMatchObject({ reason: 'no gateway at 127.0.0.1:8788' });
    expect(asked).toEqual([]);
  });

  it('is not asked offline', async () => {
    expect(await examined({ offline: true })).toMatchObject({ state: 'skipped' });
  });
});
