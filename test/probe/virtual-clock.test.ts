import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../src/probe/rehearsal.ts';

const start = new Date('2026-11-22T12:00:00.000Z');

describe('the clock of a rehearsal', () => {
  it('advances a day at once when every task sleeps', async () => {
    const { shared } = createVirtualClock(start);
    await shared.sleep(86_400_000);
    expect(shared.now().toISOString()).toBe('2026-11-23T12:00:00.000Z');
  });

  it('wakes tasks in the order of their wake-up times', async () => {
    const { shared } = createVirtualClock(start);
    const woken: number[] = [];
    const sleep = async (ms: number) => {
      await shared.sleep(ms);
      woken.push(ms, shared.monotonic());
    };
    await Promise.all([sleep(300), sleep(100), sleep(200)]);
    expect(woken).toEqual([100, 100, 200, 200, 300, 300]);
  });

  it('does not advance for a sleep that was cancelled', async () => {
    const { shared } = createVirtualClock(start);
    const stop = new AbortController();
    const sleeping = shared.sleep(60_000, stop.signal);
    stop.abort(new Error('enough'));
    await expect(sleeping).rejects.toThrow('enough');
    await shared.sleep(5);
    expect(shared.monotonic()).toBe(5);
  });

  it('shows the same time to a task that waits alone and to those that wait together', async () => {
    const { shared, alone } = createVirtualClock(start);
    await alone.sleep(1000);
    expect(shared.monotonic()).toBe(1000);
    const stop = AbortSignal.abort(new Error('stopped'));
    await expect(alone.sleep(1, stop)).rejects.toThrow('stopped');
  });
});
