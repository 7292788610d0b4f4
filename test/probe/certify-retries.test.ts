import { describe, expect, it } from 'vitest';
import type { ChatReply } from '../../src/openrouter/chat-reply.ts';
import type { Clock } from '../../src/platform/deps.ts';
import { CancelError } from '../../src/platform/errors.ts';
import { probeLink } from '../../src/probe/certify.ts';
import { planProbes } from '../../src/probe/plan.ts';
import { createVirtualClock } from '../../src/probe/rehearsal.ts';
import { answer, entryOf, failing } from './worlds.ts';

const signal = new AbortController().signal;

describe('the test of a link', () => {
  it('ends with the first answer', async () => {
    const { proof, timeouts } = await prove([answer()]);
    expect(proof).toMatchObject({
      step: { reply: answer(), outcome: 'ok' },
      attempts: 1,
      costUsd: '0.0001',
    });
    expect(timeouts).toEqual([1000]);
  });

  it('retries a temporary failure as often as the entry says', async () => {
    const { proof } = await prove([failing(503), failing(503), failing(503), answer()]);
    expect(proof.attempts).toBe(3);
    expect(proof.step.reply.status).toBe(503);
  });

  it('adds up what all attempts cost', async () => {
    const half = failing(503, 'no', {
      usage: {
        promptTokens: 1,
        completionTokens: 1,
        cachedTokens: null,
        cacheWriteTokens: null,
        costUsd: '0.1',
      },
    });
    const { proof } = await prove([
      half,
      answer({
        usage: {
          promptTokens: 1,
          completionTokens: 1,
          cachedTokens: null,
          cacheWriteTokens: null,
          costUsd: '0.2',
        },
      }),
    ]);
    expect(proof.costUsd).toBe('0.3');
  });

  it('does not retry without retryOnFailure', async () => {
    const { proof } = await prove([failing(503), answer()], { retryOnFailure: false });
    expect(proof.attempts).toBe(1);
  });

  it('keeps all attempts within one deadline: a link that hangs is not retried', async () => {
    const { proof, clock } = await prove(['hang', answer()]);
    expect(proof.attempts).toBe(1);
    expect(clock.monotonic()).toBe(1000);
  });

  it('gives the second attempt only the time that is left', async () => {
    const { timeouts } = await prove([failing(503), answer()]);
    // Half of the 500 ms of the first backoff went by.
    expect(timeouts).toEqual([1000, 750]);
  });

  it('does not wait for a retry after the deadline', async () => {
    const later = failing(429, 'slow down', { retryAfterMs: 20_000 });
    const { proof, clock } = await prove([later, answer()]);
    expect(proof.attempts).toBe(1);
    expect(clock.monotonic()).toBe(0);
  });

  it('ends with CancelError on Ctrl-C', async () => {
    await expect(prove([answer()], {}, AbortSignal.abort())).rejects.toBeInstanceOf(CancelError);
  });
});

async function prove(
  replies: readonly (ChatReply | 'hang')[],
  given: Parameters<typeof entryOf>[0] = {},
  stop = signal,
) {
  const { alone: clock } = createVirtualClock(new Date(0));
  const timeouts: number[] = [];
  const left = [...replies];
  const entry = entryOf({ retryOnFailure: true, ...given });
  const [probe] = planProbes([{ entry, key: 'k' }], { tools: false, stream: false }, []).probes;
  if (probe === undefined) throw new Error('nothing planned');
  const proof = await probeLink(probe, {
    clock,
    random: () => 0.5,
    signal: stop,
    timeoutMs: 1000,
    async send(_probe, timeoutMs) {
      timeouts.push(timeoutMs);
      const reply = left.shift() ?? answer();
      return reply === 'hang' ? hang(clock, timeoutMs) : reply;
    },
  });
  return { proof, timeouts, clock };
}

async function hang(clock: Clock, timeoutMs: number): Promise<ChatReply> {
  await clock.sleep(timeoutMs);
  const reply = failing(504);
  return { ...reply, status: null, totalMs: timeoutMs };
}
