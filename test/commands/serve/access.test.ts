import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { watchAccess } from '../../../src/commands/serve/access.ts';
import { ensureGatewayToken, gatewayTokenPath } from '../../../src/host/gateway-token.ts';
import { createWorld } from '../../helpers/world.ts';

const options = {
  config: undefined,
  host: '127.0.0.1',
  port: 0,
  entry: undefined,
  ledger: undefined,
  onAlert: undefined,
  timeoutMs: 1_000,
};

describe('serve', () => {
  it('creates a token file, and admits its own user without a token', async () => {
    const { deps } = createWorld();
    const { access, notes } = await watchAccess(deps, options);
    const token = readFileSync(gatewayTokenPath(deps), 'utf8').trim();
    expect(access.tokens()).toEqual([token]);
    expect(access.tokenRequired).toBe(false);
    expect(notes).toEqual([]);
  });

  it('accepts both tokens with --token-env, and admits nobody without one', async () => {
    const { deps } = createWorld({ env: { GATEWAY_TOKEN: 'a-token-of-some-length' } });
    const token = await ensureGatewayToken(deps);
    const { access } = await watchAccess(deps, { ...options, tokenEnv: 'GATEWAY_TOKEN' });
    expect(access.tokens()).toEqual(['a-token-of-some-length', token]);
    expect(access.tokenRequired).toBe(true);
  });

  it('never prints a token', async () => {
    const { deps, printed } = createWorld({ env: { GATEWAY_TOKEN: 'a-token-of-some-length' } });
    const { access } = await watchAccess(deps, { ...options, tokenEnv: 'GATEWAY_TOKEN' });
    deps.io.err(access.tokens().join(' '));
    for (const token of access.tokens()) expect(printed.err).not.toContain(token);
  });

  it('follows the token file, and keeps the last token while there is none', async () => {
    const { deps } = createWorld();
    const ending = new AbortController();
    const clock = { ...deps.clock, sleep: () => new Promise<void>((go) => setTimeout(go, 5)) };
    const { access, run } = await watchAccess({ ...deps, clock }, options);
    const running = run(ending.signal);
    const [first] = access.tokens();
    rmSync(gatewayTokenPath(deps));
    await new Promise((go) => setTimeout(go, 50));
    expect(access.tokens()).toEqual([first]);
    writeFileSync(gatewayTokenPath(deps), 'another-token-of-some-length\n', { mode: 0o600 });
    await vi.waitFor(() => expect(access.tokens()).toEqual(['another-token-of-some-length']), {
      timeout: 20_000,
    });
    ending.abort();
    await running;
  });

  it('works without a state folder, and notes that OpenClaw has no token', async () => {
    const { deps } = createWorld({ env: { XDG_STATE_HOME: '/proc/nowhere' } });
    const { access, notes } = await watchAccess(deps, options);
    expect(access.tokens()).toEqual([]);
    expect(notes).toEqual([expect.stringContaining('OpenClaw has no token to send')]);
  });
});
