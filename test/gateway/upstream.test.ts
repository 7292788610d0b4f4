import { expect, it, onTestFinished } from 'vitest';
import { createUpstream } from '../../src/gateway/upstream.ts';
import { WireError } from '../../src/openrouter/wire-error.ts';
import type { Connect } from '../../src/platform/deps.ts';
import { CancelError } from '../../src/platform/errors.ts';
import { createNetwork } from '../../src/platform/network.ts';
import { relayHost, startProxy } from '../helpers/proxy.ts';

const baseUrl = `https://${relayHost}/api/v1`;

function upstreamOf(connect: Connect, silenceMs: number) {
  const upstream = createUpstream(baseUrl, silenceMs, connect);
  onTestFinished(upstream.close);
  return upstream;
}

const hanging = async (): Promise<Connect> => () => undefined;

async function toSilentProxy(): Promise<Connect> {
  const proxy = await startProxy(0, { silent: true });
  const network = createNetwork({ env: { HTTPS_PROXY: proxy.url }, execPath: '/bin/false' });
  onTestFinished(network.close);
  return network.connectFor(new URL(baseUrl));
}

it.each([
  ['a connection that hangs', hanging],
  ['a proxy that says nothing', toSilentProxy],
])('%s runs into the timeout', async (_name, connectOf) => {
  const { get } = upstreamOf(await connectOf(), 50);
  const asked = get('/models', {}, new AbortController().signal);
  await expect(asked).rejects.toMatchObject({
    failure: { kind: 'timeout', message: 'relay.test sent nothing for 0.05 s' },
  });
  await expect(asked).rejects.toThrow(WireError);
});

it.each([
  ['a connection that hangs', hanging],
  ['a proxy that says nothing', toSilentProxy],
])('%s ends when the client leaves, and nothing is sent', async (_name, connectOf) => {
  const abort = new AbortController();
  const { post } = upstreamOf(await connectOf(), 60_000);
  let wasSent = false;
  const onSent = () => {
    wasSent = true;
  };
  const { signal } = abort;
  const asked = post('/chat/completions', { headers: {}, body: '{}', signal, onSent });
  abort.abort();
  await expect(asked).rejects.toThrow(CancelError);
  expect(wasSent).toBe(false);
});
