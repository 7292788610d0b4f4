import { describe, expect, it } from 'vitest';
import { credits, currentKey } from '../../src/openrouter/account.ts';
import { createClient, managementClientFor } from '../../src/openrouter/client.ts';
import {
  createManagedKey,
  deleteManagedKey,
  keyHash,
  listKeys,
  readManagedKey,
  updateManagedKey,
} from '../../src/openrouter/managed-keys.ts';
import { testSandbox } from '../helpers/sandbox.ts';
import { createWorld, testKey } from '../helpers/world.ts';

const wanted = {
  name: 'made',
  limit: '2.5',
  limitReset: 'monthly',
  expiresAt: '2027-01-01T00:00:00Z',
  workspaceId: null,
} as const;

async function start() {
  const sandbox = await testSandbox();
  const { deps } = createWorld({ env: sandbox.env });
  return { sandbox, deps, client: managementClientFor(deps, sandbox.managementKey, 5_000) };
}

describe('managed keys', () => {
  it('are made, read, changed and deleted', async () => {
    const { client } = await start();
    const { key, managed } = await createManagedKey(client, wanted);
    expect(managed).toMatchObject({
      hash: keyHash(key),
      name: 'made',
      limit: '2.5',
      limitReset: 'monthly',
      expiresAt: '2027-01-01T00:00:00.000Z',
      disabled: false,
    });
    await updateManagedKey(client, managed.hash, { disabled: true, limit: null });
    expect(await readManagedKey(client, managed.hash)).toMatchObject({
      disabled: true,
      limit: null,
      name: 'made',
    });
    await deleteManagedKey(client, managed.hash);
    await expect(readManagedKey(client, managed.hash)).rejects.toMatchObject({
      failure: { status: 404 },
    });
  });

  it("count requests with a provider's key where their limit does, and may reset in a new way", async () => {
    const { deps } = await start();
    const row = { hash: 'ab', usage_monthly: 4.5, byok_usage_monthly: 8.1, limit_reset: 'yearly' };
    const read = async (include_byok_in_limit: boolean) => {
      const fetch = async () => Response.json({ data: { ...row, include_byok_in_limit } });
      return readManagedKey(managementClientFor({ ...deps, fetch }, testKey, 1_000), 'ab');
    };
    expect(await read(false)).toMatchObject({ usageMonthly: '4.5', limitReset: 'yearly' });
    expect(await read(true)).toMatchObject({ usageMonthly: '12.6' });
  });

  it('are listed page by page', async () => {
    const { client } = await start();
    for (let index = 0; index < 101; index += 1) {
      await createManagedKey(client, { ...wanted, name: `key ${index}` });
    }
    expect(await listKeys(client, null)).toHaveLength(102);
  });
});

describe('a management key', () => {
  it('is sent only to the endpoints that need one', async () => {
    const { sandbox, client } = await start();
    for (const path of ['/key', '/chat/completions', '/models', '/auth/keys', '/keys/../key']) {
      await expect(client.open({ path, method: 'POST' })).rejects.toThrow('must not be sent');
    }
    await expect(currentKey(client)).rejects.toThrow('must not be sent to /key');
    expect(sandbox.requests).toEqual([]);
    expect(await credits(client)).toMatchObject({ totalCredits: '25' });
  });

  it('is not shown when OpenRouter repeats it in an error', async () => {
    const key = `sk-or-v1-${'ab12'.repeat(16)}`;
    const { deps } = createWorld();
    const client = createClient({
      baseUrl: 'https://openrouter.ai/api/v1',
      apiKey: key,
      isManagementKey: true,
      clock: deps.clock,
      timeoutMs: 1_000,
      fetch: async () => Response.json({ error: { code: 401, message: key } }, { status: 401 }),
    });
    const failure = await listKeys(client, null).catch(String);
    expect(failure).not.toContain(key);
  });
});
