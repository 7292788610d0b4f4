import { chmodSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  ensureGatewayToken,
  gatewayTokenPath,
  isGatewayToken,
  newGatewayToken,
  readGatewayToken,
} from '../../src/host/gateway-token.ts';
import { put } from '../helpers/put.ts';
import { createWorld, type TestWorld } from '../helpers/world.ts';

function write({ deps }: TestWorld, text: string, mode = 0o600): string {
  const path = put(gatewayTokenPath(deps), text, mode);
  chmodSync(path, mode);
  return path;
}

describe('ensureGatewayToken', () => {
  it('creates a private file once and then returns its token', async () => {
    const world = createWorld();
    expect(await readGatewayToken(world.deps)).toBeNull();
    const token = await ensureGatewayToken(world.deps);
    expect(isGatewayToken(token)).toBe(true);
    const path = gatewayTokenPath(world.deps);
    expect(path).toBe(join(world.home, '.local/state/openclaw-openrouter/gateway-token'));
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
    expect(await ensureGatewayToken(world.deps)).toBe(token);
    expect(await readGatewayToken(world.deps)).toBe(token);
    expect(newGatewayToken()).not.toBe(newGatewayToken());
  });

  it('returns a token that the user chose', async () => {
    const world = createWorld();
    write(world, 'my-own-token-of-some-length\n');
    expect(await ensureGatewayToken(world.deps)).toBe('my-own-token-of-some-length');
  });

  it.each([
    ['is empty', '', 0o600],
    ['is too short', 'short\n', 0o600],
    ['has more than one line', 'one-token-and\nanother-token\n', 0o600],
    ['others can read', `${newGatewayToken()}\n`, 0o644],
    ['the group can read', `${newGatewayToken()}\n`, 0o640],
  ])('replaces a file that %s', async (_, text, mode) => {
    const world = createWorld();
    const path = write(world, text, mode);
    expect(await readGatewayToken(world.deps)).toBeNull();
    const token = await ensureGatewayToken(world.deps);
    expect(text).not.toContain(token);
    expect(readFileSync(path, 'utf8')).toBe(`${token}\n`);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('returns the same token to callers that race to create it', async () => {
    const { deps: quiet } = createWorld();
    const deps = { ...quiet, random: Math.random };
    const tokens = await Promise.all(Array.from({ length: 8 }, () => ensureGatewayToken(deps)));
    expect(new Set(tokens)).toEqual(new Set([await readGatewayToken(deps)]));
  });
});
