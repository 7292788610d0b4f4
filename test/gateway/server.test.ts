import { describe, expect, it } from 'vitest';
import { testGateway } from './start.ts';

const setting = { models: { main: { defaultModel: 'a/b' } }, baseUrl: 'http://127.0.0.1:9/api/v1' };

describe('a second gateway on one port', () => {
  it('fails with a hint, and the first one keeps running', async () => {
    const first = await testGateway(setting);
    await expect(testGateway({ ...setting, options: { port: first.port } })).rejects.toMatchObject({
      message: `The gateway cannot listen on 127.0.0.1:${first.port}: something already listens there`,
      hint: expect.stringContaining('--port'),
    });
    const health = await first.health();
    expect(health.status).toBe(200);
  });
});

describe('an invalid setting', () => {
  it('is reported with its entry', async () => {
    const main = { defaultModel: 'a/b', budget: { dailyLimit: 1, onLimit: 'explode' } };
    const gateway = await testGateway({ ...setting, models: { main } });
    const health = await gateway.health();
    expect(await health.json()).toMatchObject({
      setup: { problems: [expect.stringMatching(/^main: budget\.onLimit is "explode"/)] },
    });
  });
});
