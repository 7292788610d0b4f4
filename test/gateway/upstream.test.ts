import type { Agent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { expect, it, onTestFinished } from 'vitest';
import { createUpstream } from '../../src/gateway/upstream.ts';
import { WireError } from '../../src/openrouter/wire-error.ts';
import { CancelError } from '../../src/platform/errors.ts';
import { createNetwork } from '../../src/platform/network.ts';
import { relayHost, startProxy } from '../helpers/proxy.ts';

const baseUrl = `https://${relayHost}/api/v1`;

function upstreamOf(agent: Agent, silenceMs: number) {
  const upstream = createUpstream(baseUrl, silenceMs, agent);
  onTestFinished(upstream.close);
  return upstream;
}

/** Looks up names without end. */
const agentThatHangs = async (): Promise<Agent> => new HttpsAgent({ lookup: () => {} });

async function agentOfSilentProxy() {
  const proxy = await startProxy(0, { silent: true });
  const network = createNetwork({ env: { HTTPS_PROXY: proxy.url }, execPath: '/bin/false' });
  onTestFinished(network.close);
  return network.agentFor(new URL(baseUrl));
}

it.each([
  ['a look-up that hangs', agentThatHangs],
  ['a proxy that says nothing', agentOfSilentProxy],
])('%s runs into the timeout', async (_name, agentOf) => {
  const { get } = upstreamOf(await agentOf(), 50);
  const asked = get('/models', {}, new AbortController().signal);
  await expect(asked).rejects.toMatchObject({
    failure: { kind: 'timeout', message: 'relay.test sent nothing for 0.05 s' },
  });
  await expect(asked).rejects.toThrow(WireError);
});

it.each([
  ['a look-up that hangs', agentThatHangs],
  ['a proxy that says nothing', agentOfSilentProxy],
])('%s ends when the client leaves, and nothing is sent', async (_name, agentOf) => {
  const abort = new AbortController();
  const { post } = upstreamOf(await agentOf(), 60_000);
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
